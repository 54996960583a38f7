"""The error tree: what callers branch on, and what a message may hold."""

from __future__ import annotations

import copy
import pickle

import pytest

from govlink import errors
from govlink.errors import (
    ConfigError,
    Fault,
    GovlinkError,
    Problem,
    QuotaError,
    RejectedError,
    Retry,
    Sent,
    TransportError,
)

FAULT = Fault("test.fault", en="{what} is wrong", th="{what} ไม่ถูกต้อง")
ALL = [
    kind
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type) and issubclass(kind, GovlinkError)
]


def make(kind: type[GovlinkError], **more: object) -> GovlinkError:
    """An error of that class."""
    extra = {"sent": Sent.MAYBE} if kind is TransportError else {}
    return kind(FAULT, what="it", **extra, **more)


@pytest.mark.parametrize(
    ("kind", "exit_code", "retry"),
    [
        (errors.ConfigError, 78, Retry.NEVER),
        (errors.RejectedError, 65, Retry.NEVER),
        (errors.AuthError, 77, Retry.NEVER),
        (errors.OfficerLoginRequired, 77, Retry.NEVER),
        (errors.QuotaError, 75, Retry.AFTER_DELAY),
        (errors.TryAgainError, 75, Retry.AFTER_DELAY),
        (errors.UnavailableError, 75, Retry.AFTER_DELAY),
        (errors.TransportError, 75, Retry.AFTER_DELAY),
        (errors.OutcomeUnknownError, 74, Retry.NEVER),
        (errors.NotFoundError, 66, Retry.NEVER),
        (errors.ConflictError, 73, Retry.NEVER),
        (errors.UnexpectedAnswerError, 76, Retry.NEVER),
        (errors.VerificationError, 79, Retry.NEVER),
        (errors.ProtectionError, 80, Retry.NEVER),
    ],
)
def test_exit_code_and_retry_are_stable(kind: type[GovlinkError], exit_code: int, retry: Retry) -> None:
    """Scripts branch on these numbers: changing one is a breaking change."""
    assert (kind.exit_code, kind.retry) == (exit_code, retry)


def test_the_drawn_tree_is_the_real_one() -> None:
    """The tree at the top of the module names every class, its parent and its exit code."""
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        for mark in ("├── ", "└── "):
            if mark in line:
                depth = line.index(mark) // 4
                name = line.split(mark)[1].split()[0]
                kind = getattr(errors, name)
                parents[depth:] = [name]
                above = "GovlinkError" if depth == 0 else parents[depth - 1]
                assert kind.__mro__[1].__name__ == above, name
                if "exit" in line:
                    assert int(line.split("exit")[1]) == kind.exit_code
    drawn = {word for word in (errors.__doc__ or "").split() if word[:1].isupper()}
    assert {kind.__name__ for kind in ALL} <= drawn


@pytest.mark.parametrize("kind", ALL)
def test_every_class_explains_itself_in_two_languages(kind: type[GovlinkError]) -> None:
    """English and Thai both say what happened, by the same code, and what to do next."""
    error = make(kind, platform="gdx", operation="auth.validate")
    english, thai = error.explain("en"), error.explain("th")
    assert english.startswith("[test.fault] gdx.auth.validate: it is wrong")
    assert thai.startswith("[test.fault] gdx.auth.validate: it ไม่ถูกต้อง")
    assert any("ก" <= letter <= "๙" for letter in kind.next_th)
    assert kind.next_en.isascii()


@pytest.mark.parametrize("kind", ALL)
def test_errors_survive_copying(kind: type[GovlinkError]) -> None:
    """Worker processes and queues pickle exceptions; code, values and text must come through."""
    error = make(kind, platform="gdx")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own bytes
        assert type(twin) is kind
        assert (str(twin), twin.code, twin.platform) == (str(error), "test.fault", "gdx")
        assert twin.explain("th") == error.explain("th")


def test_attributes_of_their_own_survive_copying() -> None:
    """``sent`` and ``retry_after_s`` decide what a caller does, in another process too."""
    unsent = pickle.loads(pickle.dumps(TransportError(FAULT, sent=Sent.NO, what="x")))  # noqa: S301 - our own bytes
    waiting = pickle.loads(pickle.dumps(QuotaError(FAULT, retry_after_s=7.5, what="x")))  # noqa: S301 - our own bytes
    assert unsent.sent is Sent.NO
    assert waiting.retry_after_s == 7.5


def test_str_is_one_line_whatever_a_value_holds() -> None:
    """A line break in a value must not forge a second log line."""
    error = RejectedError(FAULT, what="first\r\n[forged] second\tthird")
    assert str(error) == "[test.fault] first [forged] second third is wrong"


def test_problems_stand_on_lines_of_their_own() -> None:
    """``explain`` lists each problem with its pointer; ``str`` does not."""
    problem = Problem(pointer="/keys/x", fault=FAULT, values=(("what", "x"),))
    error = RejectedError(FAULT, problems=(problem,), what="it")
    assert error.explain("en").splitlines()[1] == "  /keys/x: x is wrong"
    assert problem.text("th") == "x ไม่ถูกต้อง"
    assert "/keys/x" not in str(error)


def test_braces_in_a_value_are_not_formatted() -> None:
    """A value is put in once; what it holds is never a format string."""
    assert "{0.__class__} is wrong" in str(RejectedError(FAULT, what="{0.__class__}"))


def test_only_named_values_are_shown() -> None:
    """A value that the text does not name stays out of every text the error gives."""
    error = RejectedError(FAULT, what="it", hidden="S3CRET")
    assert "S3CRET" not in str(error) + repr(error) + error.explain("en") + error.explain("th")


def test_a_fault_may_say_what_to_do_next() -> None:
    """Where the words of its error would not fit; in both languages."""
    own = Fault("test.own", en="a", th="ก", next_en="Run it again.", next_th="เรียกใช้ใหม่")
    assert ConfigError(own).explain("en").endswith("Run it again.")
    assert ConfigError(own).explain("th").endswith("เรียกใช้ใหม่")
    plain = ConfigError(Fault("test.plain", en="a", th="ก"))
    assert plain.explain("en").endswith(ConfigError.next_en)
    assert plain.explain("th").endswith(ConfigError.next_th)
