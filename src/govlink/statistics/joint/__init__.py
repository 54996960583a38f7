"""A new table and everything that is out already, as one problem for the pattern search."""

from .measures import Others, demand_no_new_sums, others_of
from .problem import Joint, joint_problem
from .restated import counting_some
from .shown import shown_before
from .superseded import touches_superseded

__all__ = [
    "Joint",
    "Others",
    "counting_some",
    "demand_no_new_sums",
    "joint_problem",
    "others_of",
    "shown_before",
    "touches_superseded",
]
