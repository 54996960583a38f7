"""Attack published tables with nothing but what is published, and say which cells give way.

This package shares no code with those that chose what to hide, so a mistake there is not repeated here.
The attacker knows every published cell, that margins and hierarchies add up, that counts are whole numbers
and none is negative, and, where every zero is published, that a hidden cell is not zero. A hidden cell
holds when

* some table that fits all this has ``threshold`` or more there, and
* its greatest and least values in such tables are ``interval_width`` or more apart.

With a group rule, no line of the table, and none that several tables tell apart, may be known to hold
somebody and leave too few categories possible.

The true counts are not needed: a small cell must be able to reach the threshold, and a larger hidden
cell does so by its own true value. A solver proposes tables and exact arithmetic accepts them, so an
error of the solver, or a search cut short by its work limit, can fail a safe table and never pass an
unsafe one.

What is not attacked is told by ``NOT_COVERED``, which every report repeats.
"""

from .attacking import attack, confirm
from .result import NOT_COVERED, AuditResult, Exposure, Reach

__all__ = ["NOT_COVERED", "AuditResult", "Exposure", "Reach", "attack", "confirm"]
