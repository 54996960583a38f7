"""A self-contained HTML page of a release, in Thai and English.

``document`` puts it together, ``order`` and ``pivot`` make the table, ``chart`` the drawings,
``report_part`` the public report.
"""

from .document import page

__all__ = ["page"]
