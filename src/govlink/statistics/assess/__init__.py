"""Find the cells of a table that the policy wants hidden, each with the reason.

``assess`` judges a table of true counts, ``close_groups`` a pattern found for it. ``contributors_of`` is what
a table of sums tells besides where everybody adds the same.
"""

from .contributors import contributors_of
from .flags import assess, close_groups
from .result import Assessment, Primary, Reason

__all__ = ["Assessment", "Primary", "Reason", "assess", "close_groups", "contributors_of"]
