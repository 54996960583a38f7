"""The units are what systemd reads, with nothing of the caller's left to be expanded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from govlink import errors
from govlink.errors import GovlinkError, OutcomeUnknownError, QuotaError, RejectedError, TryAgainError
from govlink.publishing.systemd import systemd_units


def units(**values: object) -> tuple[str, str]:
    """Units of a plain release file, with other values where given."""
    plain: dict[str, object] = {
        "dataset": "eq-petitions-month",
        "platform": "data_go_th",
        "program": ("/usr/bin/true",),
        "release_file": Path("/srv/publication/release.toml"),
        "config": None,
        "every": "monthly",
    }
    return systemd_units(**(plain | values))  # type: ignore[arg-type]  # each test gives the right kinds


def lines_of(text: str, name: str) -> list[str]:
    """The values of a setting."""
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}=")]


def test_the_service_knows_the_exit_codes() -> None:
    """Nothing changed and waiting are successes; what may pass is started again, and nothing else is."""
    service, timer = units()
    assert lines_of(service, "SuccessExitStatus") == ["10 11"]
    prevented = {int(code) for code in lines_of(service, "RestartPreventExitStatus")[0].split()}
    may_pass = {OutcomeUnknownError.exit_code, TryAgainError.exit_code, QuotaError.exit_code}
    kinds = [kind for name in errors.__all__ if isinstance(kind := getattr(errors, name), type)]
    all_codes = {kind.exit_code for kind in kinds if issubclass(kind, GovlinkError)}
    assert lines_of(service, "Restart") == ["on-failure"]
    assert prevented == (all_codes | {64}) - may_pass
    assert lines_of(service, "LoadCredential") == ["access_token:/etc/govlink/data_go_th.access_token"]
    assert lines_of(service, "ExecStart") == [
        "/usr/bin/true publish /srv/publication/release.toml --log json --state %S/govlink-publish"
    ]
    assert lines_of(timer, "OnCalendar") == ["monthly"]
    assert service.startswith("# /etc/systemd/system/govlink-publish-eq-petitions-month.service\n")
    assert timer.startswith("# /etc/systemd/system/govlink-publish-eq-petitions-month.timer\n")


def test_nothing_of_the_callers_is_expanded() -> None:
    """Blanks, quotes, per cents and dollars in paths are themselves."""
    path = Path('/srv/a b/100% "$HOME"\\x.toml')
    (command,) = lines_of(units(release_file=path)[0], "ExecStart")
    assert '"/srv/a b/100%% \\"$$HOME\\"\\\\x.toml"' in command
    timer = units(every="Mon *-*-* 03:00 %H")[1]
    assert lines_of(timer, "OnCalendar") == ["Mon *-*-* 03:00 %%H"]


@pytest.mark.parametrize("every", ["", " ", "daily\nExecStart=/bin/false", "daily\x00"])
def test_a_schedule_of_more_than_a_line_is_refused(every: str) -> None:
    """It would be another setting of the unit."""
    with pytest.raises(RejectedError) as caught:
        units(every=every)
    assert caught.value.code == "publishing.every_invalid"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("every", ["daily", "monthly", "*-*-02 03:30:00", "Mon..Fri 06:00 Asia/Bangkok"])
def test_systemd_takes_them(tmp_path: Path, every: str) -> None:
    """Verified by systemd itself, with a path that has to be quoted."""
    release_file = tmp_path / "a b" / "100% $x.toml"
    names = ("govlink-publish-eq-petitions-month.service", "govlink-publish-eq-petitions-month.timer")
    for name, text in zip(names, units(every=every, release_file=release_file), strict=True):
        (tmp_path / name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in names)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_would_complain_of_a_mistake(tmp_path: Path) -> None:
    """The check above can fail."""
    (tmp_path / "x.service").write_text(units()[0].replace("Type=oneshot", "Type=twoshot"), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "x.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0 or done.stderr
