"""Finding adapters: by metadata, without loading, and without letting one take another's place."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from types import ModuleType, SimpleNamespace

import pytest

from govlink.errors import ConfigError
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.registry import GROUP, installed_adapters, load_adapter
from govlink.settings import PlatformSettings

TOY: AnyAdapter = Adapter(
    name="toy",
    contract=CONTRACT,
    title_th="ของเล่น",
    title_en="Toy",
    homepage="https://toy.example",
    mark=Mark.MODELLED,
    settings=PlatformSettings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
)


def point(name: str, value: str, distribution: str) -> EntryPoint:
    """An entry point as an installed distribution would declare it."""
    made = EntryPoint(name=name, value=value, group=GROUP)
    vars(made)["dist"] = SimpleNamespace(name=distribution, version="1.0")
    return made


@pytest.fixture
def toy_module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An importable module that offers several things as adapters."""
    module = ModuleType("govlink_toy_for_tests")
    vars(module).update(toy=TOY, old=replace(TOY, contract=CONTRACT - 1), other=replace(TOY, name="other"))
    vars(module).update(nothing=42)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_an_adapter_is_loaded_by_name(toy_module: ModuleType) -> None:
    """The record comes out as it was declared."""
    assert load_adapter("toy", [point("toy", "govlink_toy_for_tests:toy", "toy")]) is TOY


def test_listing_loads_nothing() -> None:
    """Metadata is read, code is not: a broken adapter must not spoil the others."""
    listed = installed_adapters([point("b", "no.such.module:x", "b"), point("a", "neither.this:x", "a")])
    assert list(listed) == ["a", "b"]
    assert (listed["a"].distribution, listed["a"].version) == ("a", "1.0")


def test_two_distributions_with_one_name_clash(toy_module: ModuleType) -> None:
    """Otherwise any installed package could put itself in a platform's place."""
    points = [point("toy", "govlink_toy_for_tests:toy", d) for d in ("first", "second")]
    with pytest.raises(ConfigError, match=r"registry\.name_clash.*first, second.*toy"):
        load_adapter("toy", points)
    assert installed_adapters([points[0], points[0]])["toy"].distribution == "first"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("govlink_toy_for_tests:old", "registry.contract_mismatch"),
        ("govlink_toy_for_tests:other", "registry.not_an_adapter"),
        ("govlink_toy_for_tests:nothing", "registry.not_an_adapter"),
        ("govlink_toy_for_tests:absent", "registry.not_loadable"),
        ("govlink_no_such_module:x", "registry.not_loadable"),
    ],
)
def test_what_is_no_adapter_is_refused(toy_module: ModuleType, value: str, code: str) -> None:
    """Each way of being wrong has its code, and the distribution to blame is named."""
    with pytest.raises(ConfigError) as caught:
        load_adapter("toy", [point("toy", value, "toy-dist")])
    assert caught.value.code == code
    assert "toy-dist" in str(caught.value)


def test_an_import_that_fails_in_any_way_is_a_config_error(
    toy_module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third party's module may raise anything while it is imported."""

    def explode(name: str) -> object:
        raise ZeroDivisionError(name)

    monkeypatch.setattr(toy_module, "__getattr__", explode, raising=False)
    with pytest.raises(ConfigError, match=r"registry\.not_loadable.*ZeroDivisionError"):
        load_adapter("toy", [point("toy", "govlink_toy_for_tests:broken", "toy")])


def test_an_unknown_platform_names_the_known_ones() -> None:
    """A typing error is answered with what could have been meant."""
    with pytest.raises(ConfigError, match=r"registry\.unknown_platform.*installed: toy"):
        load_adapter("tyo", [point("toy", "x:y", "toy")])


def test_all_five_adapters_are_installed() -> None:
    """The workspace's own adapters declare their entry points."""
    assert {"gdx", "data_go_th", "citizen_portal", "biz_portal", "eocs"} <= installed_adapters().keys()
