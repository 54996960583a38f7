"""One lock and one journal for each dataset of each catalogue."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from govlink.config import Config
from govlink.errors import ConfigError, TryAgainError
from govlink.publishing.state import Place, address_of, default_state_folder
from govlink.registry import load_adapter

URL = "https://catalogue.agency.example/ckan"


def place(folder: Path, *, address: str = URL, dataset: str = "eq-petitions-month") -> Place:
    """The place of a dataset."""
    return Place(folder, address=address, dataset=dataset)


def test_a_second_run_does_not_wait(tmp_path: Path) -> None:
    """It is told to come back; after the first it may begin."""
    with place(tmp_path / "state").locked():
        with pytest.raises(TryAgainError) as caught, place(tmp_path / "state").locked():
            pass
        assert (caught.value.code, caught.value.exit_code) == ("publishing.locked", 75)
        assert "eq-petitions-month" in str(caught.value)
    with place(tmp_path / "state").locked():
        pass


def test_other_datasets_and_catalogues_are_not_held_up(tmp_path: Path) -> None:
    """The lock is of one dataset of one catalogue."""
    folder = tmp_path / "state"
    with (
        place(folder).locked(),
        place(folder, dataset="other").locked(),
        place(folder, address="https://other.example").locked(),
    ):
        journals = {place(folder).journal, place(folder, address="https://other.example").journal}
    assert len(journals) == 2


def test_a_killed_process_gives_the_lock_back(tmp_path: Path) -> None:
    """The system does, however it died."""
    script = (
        "import os, sys; from pathlib import Path; from govlink.publishing.state import Place\n"
        f"place = Place(Path(sys.argv[1]), address={URL!r}, dataset='eq-petitions-month')\n"
        "with place.locked(): os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "state")], check=False)
    assert done.returncode == -9
    with place(tmp_path / "state").locked():
        pass


def test_the_files_names_tell_people_which_dataset_it_is(tmp_path: Path) -> None:
    """And stay names of files, whatever the dataset is called."""
    assert place(tmp_path).journal.name.startswith("eq-petitions-month-")
    odd = place(tmp_path, dataset="../../x y" * 40).journal
    assert odd.parent == tmp_path
    assert len(odd.name.encode()) < 120


def test_a_folder_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    """A file in its place, or a folder others may look into."""
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "open").mkdir(mode=0o755)
    for name in ("file", "open"):
        with pytest.raises(ConfigError, match="--state none") as caught, place(tmp_path / name).locked():
            pass
        assert caught.value.code == "publishing.state_unusable"


def test_the_default_is_the_users_own_folder_for_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG: an absolute XDG_STATE_HOME counts, any other is ignored; a user without a home is told."""
    assert default_state_folder({"XDG_STATE_HOME": "/srv/state"}) == Path("/srv/state/govlink/publish")
    at_home = Path.home() / ".local/state/govlink/publish"
    for environ in ({}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "relative"}):
        assert default_state_folder(environ) == at_home

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(ConfigError, match="--state"):
        default_state_folder({})


def test_the_address_is_the_catalogues() -> None:
    """However it is set; a token is no part of it."""
    adapter = load_adapter("data_go_th")

    def address(**values: object) -> str:
        given = {"environment": "production", "access_token": SecretStr("secret-token"), **values}
        return address_of(Config(platforms={"data_go_th": given}), adapter)

    ours = address(catalogue_url=URL)
    assert ours == URL
    assert ours == address(hosts={"catalogue": URL}) == address(catalogue_url=f"{URL}/")
    assert ours != address(catalogue_url="https://other.example")
    assert "secret-token" not in ours
    with pytest.raises(ConfigError):
        address()
    sandbox = address(environment="sandbox", sandbox_url="http://127.0.0.1:8440")
    assert sandbox.startswith("http://127.0.0.1:8440/data_go_th/")
    assert address(environment="sandbox", catalogue_url="http://127.0.0.1:5000") == "http://127.0.0.1:5000"
