"""A release as files of other formats: SDMX-CSV, JSON-stat, Parquet and a page for people.

Each takes a sealed release and nothing else about the figures, so none can show what is hidden.
"""

from .json_stat import json_stat
from .labels import Label, Labels, Language, PageLanguage, load_labels
from .page import page
from .parquet import parquet
from .plain import report_lines
from .rendering import FILE_NAMES, FORMATS, Format, rendered
from .sdmx import sdmx_csv

__all__ = [
    "FILE_NAMES",
    "FORMATS",
    "Format",
    "Label",
    "Labels",
    "Language",
    "PageLanguage",
    "json_stat",
    "load_labels",
    "page",
    "parquet",
    "rendered",
    "report_lines",
    "sdmx_csv",
]
