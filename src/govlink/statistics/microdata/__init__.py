"""Judge a file of records about persons: how alike they are, and what would make them more so.

For an agency that must decide about a file it holds. Nothing here makes anything publishable: results are
numbers about the whole file, never a value of a record, and neither a table nor a release can be made of
them. Publishing records about persons stays refused, whatever they measure.
"""

from .generalise import Hierarchy, by_intervals, by_mapping, by_prefix
from .lattice import LatticeResult, Node, search_lattice
from .measures import Measures, Sensitive, SensitiveMeasures, measure

__all__ = [
    "Hierarchy",
    "LatticeResult",
    "Measures",
    "Node",
    "Sensitive",
    "SensitiveMeasures",
    "by_intervals",
    "by_mapping",
    "by_prefix",
    "measure",
    "search_lattice",
]
