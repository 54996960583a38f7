"""What was ever published of a register: a chain of entries, each added together with a release's files."""

from .book import Ledger
from .entries import Entry, PolicyMark
from .transaction import OutputFile, publish_files, recover_files

__all__ = ["Entry", "Ledger", "OutputFile", "PolicyMark", "publish_files", "recover_files"]
