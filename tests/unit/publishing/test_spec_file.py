"""A release file is read strictly: all that is wrong at once, where it is, and what may stand there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import ConfigError, RejectedError
from govlink.models.publication import Consent
from govlink.models.table import ColumnType
from govlink.publishing import StatisticsSource, TableSource, load_spec
from govlink.publishing.sections import Section

ROOT = Path(__file__).parents[3]
RELEASES = ROOT / "fixtures" / "releases"
STATISTICS = (RELEASES / "eq_petitions_month.toml").read_text("utf-8")
SCHOOLS = (RELEASES / "schools.toml").read_text("utf-8")

DECLARED = "[declaration]\ndecided_by = 'a'\nreference = 'b'\ndecided_on = 2026-01-01\n"


def spec_path(folder: Path, text: str) -> Path:
    """The text as a release file."""
    path = folder / "release.toml"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> dict[str, str]:
    """Codes of what is wrong, by pointer."""
    with pytest.raises(RejectedError) as caught:
        load_spec(spec_path(folder, text))
    return {p.pointer: p.fault.code for p in caught.value.problems}


def test_the_shipped_statistics_are_read() -> None:
    """Paths start from the file's folder; what is not said has its default."""
    spec = load_spec(RELEASES / "eq_petitions_month.toml")
    assert isinstance(spec.source, StatisticsSource)
    assert spec.source.directory == RELEASES / "eq_petitions_month"
    assert spec.source.policy == RELEASES / "../statistics/eq_petitions_month.policy.toml"
    assert spec.source.ledger is None
    assert [d.id for d in spec.source.dimensions] == ["period", "service", "outcome"]
    assert (spec.declaration, spec.consent, spec.platform, spec.config) == (
        None,
        Consent(),
        "data_go_th",
        None,
    )


def test_the_shipped_table_is_read() -> None:
    """Types, names in the source, key and declaration."""
    spec = load_spec(RELEASES / "schools.toml")
    assert isinstance(spec.source, TableSource)
    assert spec.source.file == RELEASES / "schools.csv"
    assert (spec.source.query, spec.source.key) == (None, ("school_code",))
    assert {c.id: c.type for c in spec.source.columns}["area_rai"] is ColumnType.NUMERIC
    assert dict(spec.source.renamed)["founded"] == "วันที่ก่อตั้ง"
    assert spec.declaration is not None
    assert spec.declaration.decided_on == date(2024, 11, 1)


def test_every_entry_is_taken(tmp_path: Path) -> None:
    """Consent, platform, settings file, query, harmless numbers."""
    text = SCHOOLS.replace(
        'source = "schools.csv"', 'query = "SELECT 1"\nharmless_numbers = ["name"]\nignore_others = true'
    )
    text += """
[consent]
republish = true
drop_columns = ["old"]
overwrite = ["notes", "*"]

[dcat]
publisher_en = "Office"

[publish]
platform = "another"
config = "settings/govlink.toml"
"""
    spec = load_spec(spec_path(tmp_path, text))
    assert isinstance(spec.source, TableSource)
    assert (spec.source.query, spec.source.file) == ("SELECT 1", None)
    assert spec.source.harmless_numbers == {"name"}
    assert spec.source.ignore_others
    assert spec.consent == Consent(
        republish=True, drop_columns=frozenset({"old"}), overwrite=frozenset({"notes", "*"})
    )
    assert (spec.texts.publisher_en, spec.texts.publisher_th) == ("Office", "")
    assert (spec.platform, spec.config) == ("another", tmp_path / "settings" / "govlink.toml")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """In every table, the dataset's own among them."""
    text = SCHOOLS.replace('data_category = "ข้อมูลสาธารณะ"\n', "").replace('type = "int"', 'type = "integer"')
    text = text.replace('key = ["school_code"]', "").replace(
        "decided_on = 2024-11-01", 'decided_on = "2567-11-01"'
    )
    text += '\n[consent]\nrepublish = "yes"\noverwrite = ["a", "a"]\ncolumns = []\n[surprise]\n'
    assert problems(tmp_path, text) == {
        "/dataset/data_category": "dataset.key_missing",
        "/table/columns/5/type": "publishing.not_one_of",
        "/table/key": "publishing.entry_missing",
        "/declaration/decided_on": "publishing.not_day",
        "/consent/republish": "publishing.not_flag",
        "/consent/overwrite": "publishing.not_texts",
        "/consent/columns": "publishing.entry_unknown",
        "/surprise": "publishing.entry_unknown",
    }


def test_what_is_allowed_is_told(tmp_path: Path) -> None:
    """In both languages."""
    text = SCHOOLS.replace('type = "int"', 'type = "integer"')
    with pytest.raises(RejectedError) as caught:
        load_spec(spec_path(tmp_path, text))
    for language in ("en", "th"):
        assert "text, int, numeric, date, timestamp, bool" in caught.value.explain(language)


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ('release = "eq_petitions_month"', "", "/statistics/release", "publishing.entry_missing"),
        ('release = "eq_petitions_month"', 'release = " "', "/statistics/release", "publishing.not_text"),
        ("[[statistics.dimensions]]", "ledger = 3\n[[statistics.dimensions]]",
         "/statistics/ledger", "publishing.not_text"),
        ("[[statistics.dimensions]]", 'gate = "x"\n[[statistics.dimensions]]',
         "/statistics/gate", "publishing.entry_unknown"),
        ('id = "outcome"', "id = 3", "/statistics/dimensions/2/id", "publishing.not_text"),
        ('label_en = "service"', "", "/statistics/dimensions/1/label_en", "publishing.entry_missing"),
        ("[statistics]\n", DECLARED + "[statistics]\n",
         "/declaration", "publishing.declaration_superfluous"),
        ("[statistics]\n", "publish = 1\n[statistics]\n", "/dataset/publish", "dataset.key_unknown"),
        ("[dataset]\n", "publish = 1\n[dataset]\n", "/publish", "publishing.not_table"),
        ("[dataset]\n", "[other]\n", "/dataset", "publishing.entry_missing"),
    ],
)  # fmt: skip
def test_wrong_statistics_are_refused(tmp_path: Path, old: str, new: str, pointer: str, code: str) -> None:
    """Each at its place."""
    assert old in STATISTICS
    assert problems(tmp_path, STATISTICS.replace(old, new, 1))[pointer] == code


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ('source = "schools.csv"', "", "/table/source", "publishing.file_or_query"),
        ('source = "schools.csv"', 'source = "a"\nquery = "b"', "/table/source", "publishing.file_or_query"),
        ('source = "schools.csv"', 'source = "a.xlsx"', "/table/source", "publishing.file_kind"),
        ('key = ["school_code"]', 'key = ["code"]', "/table/key/0", "table.key_unknown"),
        ('key = ["school_code"]', "key = []", "/table/key", "publishing.not_texts"),
        ('id = "founded"', 'id = "วันที่"', "/table/columns/4/id", "table.column_id"),
        ("[declaration]", "[declared]", "/declaration", "publishing.declaration_needed"),
        ("[declaration]", "[statistics]\nrelease = 'x'\n[declaration]", "/table", "publishing.one_source"),
        ("decided_on = 2024-11-01", "decided_on = 2024-11-01T00:00:00", "/declaration/decided_on",
         "publishing.not_day"),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused(tmp_path: Path, old: str, new: str, pointer: str, code: str) -> None:
    """Each at its place."""
    assert old in SCHOOLS
    assert problems(tmp_path, SCHOOLS.replace(old, new, 1))[pointer] == code


@pytest.mark.parametrize(
    "name", ["access_token", "api-key", "APIKEY", "client_secret", "password", "Authorization"]
)
@pytest.mark.parametrize("table", ["[dataset]", "[declaration]", "[table]"])
def test_what_looks_like_a_secret_is_refused_and_not_shown(tmp_path: Path, name: str, table: str) -> None:
    """Secrets belong to the settings, by reference; the file is one to be shown and committed."""
    text = SCHOOLS.replace(table, f'{table}\n{name} = "do-not-show-me"', 1)
    with pytest.raises(RejectedError) as caught:
        load_spec(spec_path(tmp_path, text))
    (problem,) = caught.value.problems
    assert (problem.pointer, problem.fault.code) == (
        f"/{table.strip('[]')}/{name}",
        "publishing.secret_in_file",
    )
    assert "do-not-show-me" not in caught.value.explain("en") + caught.value.explain("th") + repr(
        caught.value
    )


def test_a_secret_at_the_top_is_refused(tmp_path: Path) -> None:
    """There is no place where one may stand."""
    assert problems(tmp_path, f'token = "x"\n{SCHOOLS}') == {"/token": "publishing.secret_in_file"}


def test_a_file_that_is_not_there_is_a_matter_of_settings(tmp_path: Path) -> None:
    """Its name, not its whole path."""
    with pytest.raises(ConfigError) as caught:
        load_spec(tmp_path / "missing.toml")
    assert caught.value.code == "publishing.file_unreadable"
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line"), [(b"a = 1\nb = ]", "2"), (b"a = 1\nb = '\xff'", "2"), (b"=", "1")]
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, content: bytes, line: str) -> None:
    """And nothing of what stands there."""
    path = tmp_path / "release.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"line {line}") as caught:
        load_spec(path)
    assert caught.value.code == "publishing.not_toml"


def test_an_empty_file_misses_everything(tmp_path: Path) -> None:
    """What it needs is told, not how Python failed."""
    assert problems(tmp_path, "") == {
        "/dataset": "publishing.entry_missing",
        "/statistics": "publishing.one_source",
        "/declaration": "publishing.declaration_needed",
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(values=st.dictionaries(st.sampled_from(["a", "b", "token", "~/"]), ANYTHING))
def test_no_value_breaks_the_reader(values: dict[str, object]) -> None:
    """Whatever stands where: an answer of the right kind or a problem, and every entry is accounted for."""
    for method in ("text", "texts", "day", "flag", "table", "tables"):
        found: list[object] = []
        section = Section(values, pointer="/x", problems=found)  # type: ignore[arg-type]  # only appended to
        getattr(section, method)("a")
        section.close()
        pointers = [problem.pointer for problem in found]  # type: ignore[attr-defined]  # they are problems
        assert len(set(pointers)) == len(pointers)
        assert {"/x/token"} & set(pointers) == ({"/x/token"} if "token" in values else set())
        assert ("/x/~0~1" in pointers) == ("~/" in values)
        assert all(re.match("/x/", pointer) for pointer in pointers)
