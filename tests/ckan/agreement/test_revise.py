"""``package_revise``, CKAN's one compare-and-set, asked of real catalogues and of the simulated one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .site import Site, new_id


class Case:
    """A dataset with two resources of known ids, and the short way to revise it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.first, self.second = new_id(), new_id()
        resources = [{"id": self.first, "name": "one", "a": "1"}, {"id": self.second, "name": "two"}]
        self.package = site.dataset(resources=resources)
        self.own = {"id": self.package["id"]}

    def revise(self, **how: Any) -> tuple[int, Any]:
        """Revise, matching by id unless told otherwise."""
        return self.site.call("package_revise", **{"match": self.own, **how})

    def now(self) -> dict[str, Any]:
        """The dataset as it stands."""
        return self.site.package(self.package)

    def after(self, **how: Any) -> dict[str, Any]:
        """The dataset after a revision that must succeed."""
        status, result = self.revise(**how)
        assert status == 200, result
        return self.now()

    def resource(self, number: int) -> dict[str, Any]:
        """A resource as it stands."""
        found: dict[str, Any] = self.now()["resources"][number]
        return found


@pytest.fixture
def case(site: Site) -> Case:
    """A fresh dataset."""
    return Case(site)


# --- match ----------------------------------------------------------------------------------------


def test_a_stale_match_changes_nothing(case: Case) -> None:
    """Guards optimistic locking on the timestamp."""
    stamp = case.package["metadata_modified"]
    match = {"name": case.package["name"], "metadata_modified": stamp}
    assert case.revise(match=match, update={"notes": "x"})[0] == 200
    status, error = case.revise(match=match, update={"notes": "y"})
    assert (status, error["match"], error["__type"]) == (409, ["metadata_modified"], "Validation Error")
    assert case.now()["notes"] == "x"


def test_of_many_at_once_one_wins(case: Case) -> None:
    """Guards the compare-and-set against writers at the same moment."""
    match = {**case.own, "metadata_modified": case.package["metadata_modified"]}
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda n: case.revise(match=match, update={"notes": f"{n}"})[0], range(4))
        assert sorted(found) == [200, 409, 409, 409]


def test_all_that_differs_is_named(case: Case) -> None:
    """Guards the places a mismatch is told by, nested ones too."""
    match = {**case.own, "private": False, "notes": "?", "resources": [{"name": "?"}], "no_such": 1}
    status, error = case.revise(match=match)
    assert (status, sorted(error["match"])) == (409, ["no_such", "notes", "private", "resources__0__name"])


def test_match_by_flattened_keys(case: Case) -> None:
    """Guards the same in forms, by position and by id; an unknown place is another error than a mismatch."""
    flat = {"match": {}, "match__name": case.package["name"]}
    by_id = {f"match__resources__{case.first[:5]}__name": "one", "match__resources__-1__name": "two"}
    assert case.revise(**flat, **by_id)[0] == 200
    status, error = case.revise(**flat, match__resources__0__name="?")
    assert (status, error["match"]) == (409, ["resources__0__name"])
    status, error = case.revise(**flat, match__no_such="?")
    assert (status, error["__type"]) == (400, "Integrity Error")


def test_a_dataset_must_be_named(case: Case) -> None:
    """Guards 409 without name or id, 404 on an unknown one, and 409 on a match that is no object."""
    assert case.revise(match={"notes": "x"})[0] == 409
    assert case.revise(match={"name": "no-such-dataset"})[0] == 404
    status, error = case.revise(match="name", update={})
    assert (status, "match" in error) == (409, True)


def test_a_match_may_be_text(case: Case) -> None:
    """Guards JSON in a text, as forms send it."""
    name = case.package["name"]
    after = case.after(match=f'{{"name": "{name}"}}', update='{"notes": "x"}', filter='["-tags"]')
    assert (after["notes"], after["tags"]) == ("x", [])


# --- update ---------------------------------------------------------------------------------------


def test_lists_of_objects_merge_by_position(case: Case) -> None:
    """Guards that an update without a filter replaces the first tag only."""
    after = case.after(update={"tags": [{"name": "หนึ่ง"}]})
    assert [tag["name"] for tag in after["tags"]] == ["น้ำ", "หนึ่ง"]
    after = case.after(filter=["-tags"], update={"tags": [{"name": "สอง"}]})
    assert [tag["name"] for tag in after["tags"]] == ["สอง"]
    after = case.after(update__tags__extend=[{"name": "สาม"}])
    assert sorted(tag["name"] for tag in after["tags"]) == ["สอง", "สาม"]


def test_lists_of_texts(case: Case) -> None:
    """Guards what becomes of a shorter list, with and without a filter."""
    assert case.package["data_format"] == ["CSV", "XML"]
    assert case.after(update={"data_format": ["JSON"]})["data_format"] == ["XML", "JSON"]
    after = case.after(filter=["-data_format"], update={"data_format": ["PDF"]})
    assert after["data_format"] == ["PDF"]
    status, error = case.revise(update={"data_format": "CSV"})
    assert (status, "update" in error) == (409, True)


def test_resources_are_addressed_by_position_and_id(case: Case) -> None:
    """Guards positions from both ends, prefixes of five characters, and whole ids."""
    case.revise(
        **{
            "update__resources__0": {"b": "2"},
            "update__resources__-1__c": "c",
            f"update__resources__{case.first[:5]}__d": "d",
            f"update__resources__{case.second}": {"e": "5", "name": "zwei"},
        }
    )
    first, second = case.now()["resources"]
    assert [first.get(key) for key in "abde"] == ["1", "2", "d", None]
    assert [second.get(key) for key in ("c", "e", "name")] == ["c", "5", "zwei"]


@pytest.mark.parametrize(
    "place", ["resources__99999__a", "resources__7__a", "resources__x__a", "tags__0__name__x"]
)
def test_unknown_places(case: Case, place: str) -> None:
    """Guards 409 under the place's own name, and nothing changed."""
    status, error = case.revise(**{f"update__{place}": "1", "update": {"notes": "x"}})
    assert (status, set(error)) == (409, {place, "__type"})
    assert case.now()["notes"] != "x"


def test_extending_and_naming_what_is_new(case: Case) -> None:
    """Guards that an appended resource keeps its id and may be addressed in the same call."""
    own = new_id()
    after = case.after(
        **{
            "update__resources__extend": [{"id": own, "name": "three", "x": "y"}],
            f"update__resources__{own}__z": "z",
        }
    )
    third = after["resources"][2]
    assert (third["id"], third["name"], third["x"], third["z"]) == (own, "three", "y", "z")
    status, error = case.revise(update__resources__extend={"name": "no list"})
    assert (status, "resources__extend" in error) == (409, True)


def test_flattened_texts_are_read_as_json(case: Case) -> None:
    """Guards that the text of a number becomes a number in a resource's own key, and a text in a field."""
    after = case.after(update__resources__0__x="1", update__resources__0__y="1a", update__notes="2567")
    first = after["resources"][0]
    assert (first["x"], first["y"], after["notes"]) == (1, "1a", "2567")


def test_an_update_is_all_or_nothing(case: Case) -> None:
    """Guards that a refused field keeps the others from being stored, and is named."""
    status, error = case.revise(update={"notes": "x", "maintainer_email": "?"}, update__resources__0__a="2")
    assert (status, set(error)) == (409, {"maintainer_email", "__type"})
    after = case.now()
    assert (after["notes"], after["resources"][0]["a"]) == (case.package["notes"], "1")
    status, error = case.revise(update__resources__1__name="")
    assert (status, [set(e) for e in error["resources"]]) == (409, [set(), {"name"}])


def test_name_and_visibility_can_be_revised(case: Case) -> None:
    """Guards the reveal, and that unknown fields are dropped."""
    after = case.after(update={"private": False, "allow_harvest": "True", "no_such_field": "1"})
    assert (after["private"], after["allow_harvest"], "no_such_field" in after) == (False, "True", False)
    assert case.site.call("package_show", person="nobody", **case.own)[0] == 200
    after = case.after(update={"private": True})
    assert after["private"] is True
    assert case.site.call("package_show", person="nobody", **case.own)[0] == 403


# --- filter and include ---------------------------------------------------------------------------


def test_a_filter_removes(case: Case) -> None:
    """Guards fields, keys of a resource, and resources by id and position."""
    case.after(update={"accessible_condition": "x"})
    after = case.after(filter=["-accessible_condition", f"-resources__{case.first[:8]}__a"])
    assert "accessible_condition" not in after
    assert "a" not in after["resources"][0]
    assert [r["name"] for r in case.after(filter=[f"-resources__{case.first}"])["resources"]] == ["two"]
    assert case.after(filter="-resources__0")["resources"] == []


def test_a_filter_of_everything(case: Case) -> None:
    """Guards the order of plus and minus, and that what is mandatory is then missing."""
    fields = ["owner_org", "name", "resources", "notes"]
    status, error = case.revise(filter=[*(f"+{f}" for f in fields), "-*"])
    assert (status, {"data_type", "maintainer", "objective"} <= set(error)) == (409, True)
    after = case.after(filter=["+resources__0", "-resources__*"])
    assert [r["name"] for r in after["resources"]] == ["one"]
    assert case.revise(filter=["-notes", "+notes"])[0] == 409
    assert case.revise(filter=["+notes", "-notes"])[0] == 200


def test_a_filter_of_one_resource(case: Case) -> None:
    """Guards replacing all keys of a resource but its id."""
    short = case.first[:8]
    after = case.after(
        filter=[f"+resources__{short}__id", f"-resources__{short}__*"],
        **{f"update__resources__{short}": {"name": "new"}},
    )
    first = after["resources"][0]
    assert (first["id"], first["name"], first.get("a")) == (case.first, "new", None)


def test_a_negative_position_in_a_filter(case: Case) -> None:
    """Guards what becomes of the last resource."""
    after = case.after(filter=["-resources__-1"])
    assert [r["name"] for r in after["resources"]] == ["one", "two"]


def test_include_trims_the_reply(case: Case) -> None:
    """Guards the empty reply and the whole one."""
    assert case.revise(include=["-*"])[1] == {}
    assert case.revise(include=[])[1]["package"]["id"] == case.package["id"]
    status, reply = case.revise(include=["+package__id", "-package__*"])
    assert (status, list(reply["package"])) == (200, ["id"])
