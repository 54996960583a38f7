"""The methods that publish every cell: controlled rounding, and noise by cell keys.

Both take a counted table and a signed policy and give a table without empty cells, with the facts that a
report may tell of it. What a policy's ``threshold`` means is the same as for suppression, that nobody shall
know of 1 to threshold - 1 people that they are so few and that somebody is there:

* ``round``: the base is at least the threshold, or the policy cannot be signed. Then no figure lies between
  0 and the threshold, a 0 stands for nobody as well as for any count below the base, and the base itself for
  any count from 1 to nearly twice as much; neither tells whether a small count is there.
* ``cell_key``: each figure that such a count can become must also come from 0 or from the threshold or more,
  by the noise's own table; a bound of the threshold - 1 does it, and so does ``never_up_to`` of the threshold
  - 1. Then the whole table is attacked by its sums, and refused if these prove some cell to be so small.

No published zero is a true one for certain, under either method. So it is never told for certain that all
members of a group are of one category (ESSnet Handbook on Statistical Disclosure Control, chapter 5). Both
methods are for counts; neither hides a sum over few contributors.
"""

from ..cell_key import with_cell_keys
from .facts import PerturbationFacts, RoundingFacts
from .perturbed import perturb_table
from .published import audit_published, confirm_published
from .rounded import round_table

__all__ = [
    "PerturbationFacts",
    "RoundingFacts",
    "audit_published",
    "confirm_published",
    "perturb_table",
    "round_table",
    "with_cell_keys",
]
