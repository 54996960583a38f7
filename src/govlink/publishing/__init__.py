"""Publish by a release file (TOML), for schedulers: what ``govlink publish`` does, for code of your own.

``load_spec`` reads the file, ``Run`` publishes it or plans to, under a lock and with a journal, and
``outcome_of`` says in one word how it ended.
"""

from .outcome import EXIT_CODES, Outcome, outcome_of, outcome_of_error, outcome_of_plan
from .run import Run
from .spec import ReleaseSpec, StatisticsSource, TableSource
from .spec_file import load_spec
from .watch import Event, Tell

__all__ = [
    "EXIT_CODES",
    "Event",
    "Outcome",
    "ReleaseSpec",
    "Run",
    "StatisticsSource",
    "TableSource",
    "Tell",
    "load_spec",
    "outcome_of",
    "outcome_of_error",
    "outcome_of_plan",
]
