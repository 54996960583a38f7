"""A service and a timer for systemd that run a release file, with as few rights as that needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import Fault, RejectedError

__all__ = ["systemd_units"]

EVERY_INVALID = Fault(
    "publishing.every_invalid",
    en="--every takes hourly, daily, weekly, monthly, or a calendar event of systemd on one line",
    th="--every ต้องเป็น hourly, daily, weekly, monthly หรือรูปแบบ OnCalendar ของ systemd ในบรรทัดเดียว",
)

CREDENTIAL = "access_token"

_SERVICE = """\
# /etc/systemd/system/{unit}.service
#
# The token of the catalogue lies in the file that LoadCredential= names: root's own, mode 600. The
# settings file refers to it: [platforms.{platform}] {credential} = "credential:{credential}"
[Unit]
Description=Publish the dataset {dataset}
Wants=network-online.target
After=network-online.target
# No more than eight attempts for one start of the timer.
StartLimitIntervalSec=6h
StartLimitBurst=8

[Service]
Type=oneshot
ExecStart={command}
LoadCredential={credential}:/etc/govlink/{platform}.{credential}
# 10: nothing had changed. 11: it waits for the catalogue's stewards.
SuccessExitStatus=10 11
# Not now (75), no answer (74), killed: another attempt goes on where this one stopped. For the others a
# person has to change something first.
Restart=on-failure
RestartPreventExitStatus=64 65 66 70 73 76 77 78 79 80
RestartSec=15min
TimeoutStopSec=30s

DynamicUser=yes
StateDirectory=govlink-publish
StateDirectoryMode=0700
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
"""

_TIMER = """\
# /etc/systemd/system/{unit}.timer
[Unit]
Description=Publish the dataset {dataset} on schedule

[Timer]
OnCalendar={every}
RandomizedDelaySec=10min
# What was due while the machine was off is made up for.
Persistent=yes

[Install]
WantedBy=timers.target
"""


def systemd_units(
    *,
    dataset: str,
    platform: str,
    program: Sequence[str],
    release_file: Path,
    config: Path | None,
    every: str,
) -> tuple[str, str]:
    """The texts of a ``.service`` and a ``.timer``; each begins with the path it is meant for.

    ``program`` is the command that is ``govlink``. Paths are made absolute. ``every`` is a calendar event
    of systemd, such as ``monthly``.

    Raises:
        RejectedError: ``every`` holds more than one line, or nothing.
    """
    if not every.strip() or not every.isprintable():
        raise RejectedError(EVERY_INVALID)
    arguments = [*program, "publish", str(release_file.absolute()), "--log", "json"]
    if config is not None:
        arguments += ["--config", str(config.absolute())]
    command = " ".join(map(_quoted, arguments)) + " --state %S/govlink-publish"
    unit = "govlink-publish-" + re.sub(r"[^A-Za-z0-9_-]", "-", dataset)
    facts = {"unit": unit, "dataset": _literal(dataset), "platform": platform, "credential": CREDENTIAL}
    service = _SERVICE.format(command=command, **facts)
    return service, _TIMER.format(every=_literal(every.strip()), **facts)


def _literal(text: str) -> str:
    """The text without what systemd would fill in."""
    return " ".join(text.split()).replace("%", "%%")


def _quoted(argument: str) -> str:
    """The argument as systemd splits command lines: quoted, with nothing left to expand."""
    if re.fullmatch(r"[A-Za-z0-9_./:@=+-]+", argument):
        return argument
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("%", "%%").replace("$", "$$") + '"'
