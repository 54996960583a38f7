"""A new table and everything that is out already, as one problem for the pattern search."""

from .problem import Joint, joint_problem

__all__ = ["Joint", "joint_problem"]
