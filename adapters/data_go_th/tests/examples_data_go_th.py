"""One call of each verb of an open-data catalogue that its simulator answers, for the conformance kit."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from govlink.models.dataset import (
    DataCategory,
    DataFormat,
    Dataset,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
)
from govlink.models.publication import Publication
from govlink.models.release import (
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    Release,
    ReleasedCell,
    seal,
)
from govlink.models.rules import PublicRules
from govlink.testing.conformance import THAI_TEXT, Example

from .publishing import Journal
from .table_double import table_of_release

__all__ = ["EXAMPLES", "REFUSALS"]

REFUSALS = {
    403: {"success": False, "error": {"__type": "Authorization Error", "message": "Access denied"}},
    404: {"success": False, "error": {"__type": "Not Found Error", "message": "Not found"}},
}
"""CKAN's own: a 403 or 404 in another form comes from something before it."""

NAME = "obec-equivalence-example"
PROVINCE = "กำแพงเพชร"


def _release() -> Release:
    cells = tuple(
        ReleasedCell(
            keys=(province,),
            value=value,
            status=CellStatus.CONFIDENTIAL if value is None else CellStatus.FREE,
        )
        for province, value in ((PROVINCE, 41), ("น่าน", None), ("ลำพูน", None), ("_T", 90))
    )
    dimension = Dimension(id="province", label_th="จังหวัด", label_en="Province")
    table = ProtectedTable(dimensions=(dimension,), cells=cells)
    report = ProtectionReport(
        policy_id="example",
        policy_version="1",
        method="suppression",
        rules=PublicRules(threshold=10),
        cells_published=2,
        cells_suppressed=2,
        suppressed_share=0.5,
        audit_verdict="passed",
        audited_cells=2,
        table_sha256_hex=table.sha256_hex(),
    )
    return seal(table=table, report=report)


DATASET = Dataset(
    name=NAME,
    data_type=DataType.STATISTICS,
    title="จำนวนคำขอเทียบวุฒิตามจังหวัด",
    owner_org="obec",
    maintainer="หน่วยงานตัวอย่าง",
    maintainer_email="data@agency.example.org",
    tags=("เทียบวุฒิ",),
    notes=f"ตัวอย่าง {THAI_TEXT}",
    objective=(Objective.PUBLIC_SERVICE,),
    update_frequency_unit=FrequencyUnit.YEAR,
    update_frequency_interval="1",
    geo_coverage=GeoCoverage.PROVINCE,
    data_source="ทะเบียนตัวอย่าง",
    data_format=(DataFormat.CSV,),
    data_category=DataCategory.PUBLIC,
    licence=Licence.CC_BY,
)
_FOLDER = TemporaryDirectory()  # of the table's files; gone when the tests end
_RELEASE = _release()
_PUBLICATION = {
    "publication": Publication(
        dataset=DATASET, release=_RELEASE, table=table_of_release(_RELEASE, Path(_FOLDER.name))
    ),
    "journal": Journal(),
}

EXAMPLES = (
    Example(capability="catalogue", verb="plan", arguments=_PUBLICATION),
    Example(
        capability="catalogue",
        verb="publish",
        arguments=_PUBLICATION,
        carries=(THAI_TEXT, PROVINCE),
    ),
    Example(
        capability="catalogue",
        verb="state_of",
        arguments={"name": NAME},
        missing=None,  # a dataset that is not there is absent, which is a state
    ),
    Example(capability="catalogue", verb="national_state_of", arguments={"name": NAME}),
    Example(capability="catalogue", verb="withdraw", arguments={"name": NAME}),
)
