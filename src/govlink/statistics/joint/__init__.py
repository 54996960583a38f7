"""A new table and everything that is out already, as one problem for the pattern search."""

from .problem import Joint, joint_problem
from .shown import shown_before

__all__ = ["Joint", "joint_problem", "shown_before"]
