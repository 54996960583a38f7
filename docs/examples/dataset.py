"""How the dataset is described in the catalogue: the items of the Thai metadata standard."""

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

DATASET = Dataset(
    name="eq-petitions-month",
    data_type=DataType.STATISTICS,
    title="สถิติคำร้องขอเทียบวุฒิการศึกษา รายเดือน",
    owner_org="obec",
    maintainer="กลุ่มเทียบวุฒิการศึกษา",
    maintainer_email="equivalence@example.go.th",
    tags=("เทียบวุฒิ", "การศึกษา"),
    notes="จำนวนคำร้องขอเทียบวุฒิการศึกษา จำแนกตามเดือน บริการ และผลการพิจารณา",
    objective=(Objective.PUBLIC_SERVICE,),
    update_frequency_unit=FrequencyUnit.MONTH,
    update_frequency_interval="1",
    geo_coverage=GeoCoverage.COUNTRY,
    data_source="ทะเบียนคำร้องขอเทียบวุฒิการศึกษา",
    data_format=(DataFormat.CSV,),
    data_category=DataCategory.PUBLIC,
    licence=Licence.CC_BY,
    unit_of_measure="คำร้อง",
)
