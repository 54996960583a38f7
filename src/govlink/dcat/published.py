"""What a description as linked data is made from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from ..models.dataset import Dataset
from ..models.publication import Declaration, PublicationResult
from ..models.release import ProtectionReport
from ..models.table import CsvFile

__all__ = ["Published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A dataset that stands on a catalogue, and what is known of it there.

    ``site_url`` is the catalogue's own address. ``publisher_th`` is the agency's full name; without one
    the organisation's name on the catalogue stands for it. The English texts are left out where empty.
    ``file`` is the file beside the table, if the publication has one. The statement of provenance is
    made from ``report`` or ``declaration``.
    """

    dataset: Dataset
    result: PublicationResult
    site_url: str
    publisher_th: str = ""
    publisher_en: str = ""
    title_en: str = ""
    description_en: str = ""
    file: CsvFile | None = None
    report: ProtectionReport | None = None
    declaration: Declaration | None = None

    @property
    def page(self) -> str:
        """The dataset's page on the catalogue, which also names the dataset."""
        return f"{self.site}/dataset/{quote(self.dataset.name, safe='')}"

    @property
    def licence_id(self) -> str:
        """The node of the licence."""
        return f"{self.page}#licence"

    @property
    def publisher_id(self) -> str:
        """The page of the organisation, which also names it."""
        return f"{self.site}/organization/{quote(self.dataset.owner_org, safe='')}"

    def resource_page(self, resource_id: str) -> str:
        """The page of a table or file, which also names it."""
        return f"{self.page}/resource/{quote(resource_id, safe='')}"

    @property
    def site(self) -> str:
        """The catalogue's address without a slash at its end."""
        return self.site_url.rstrip("/")
