"""The checks as a test class: one plain method each, so that a failing one can be named and clicked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..interfaces import AnyAdapter
from .bench import Bench
from .catalogue import CHECKS, run_check
from .examples import Example, Subject

__all__ = ["AdapterSuite"]


class AdapterSuite:
    """Derive from it in a test file, name the class ``Test…``, and say what is under test.

    ``settings`` and ``refusals`` are as in ``Subject``.
    """

    adapter: ClassVar[AnyAdapter]
    examples: ClassVar[tuple[Example, ...]]
    settings: ClassVar[Mapping[str, object]] = {}
    refusals: ClassVar[Mapping[int, Mapping[str, object]]] = {}
    _bench: ClassVar[Bench]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        subject = Subject(
            adapter=cls.adapter,
            examples=cls.examples,
            settings=cls.settings,
            refusals=cls.refusals,
        )
        cls._bench = Bench(subject)

    def _hold(self, check_id: str) -> None:
        check = next(check for check in CHECKS if check.id == check_id)
        result = run_check(check, self._bench)
        if not result.passed:
            raise AssertionError(str(result))

    def test_c01_record(self) -> None:
        """The adapter's record is whole and sound: name, contract number, titles, homepage, mark."""
        self._hold("C01")

    def test_c02_capabilities(self) -> None:
        """What is declared is what is provided, verb by verb."""
        self._hold("C02")

    def test_c03_absences(self) -> None:
        """Every missing capability gives its reason exactly once, and no reason is stale."""
        self._hold("C03")

    def test_c04_endpoints(self) -> None:
        """Every operation has a sandbox URL, and all other URLs are https."""
        self._hold("C04")

    def test_c05_production(self) -> None:
        """An unpublished production URL is a ConfigError that names the setting, before anything is sent."""
        self._hold("C05")

    def test_c06_examples(self) -> None:
        """Every verb has an example, and every example succeeds on the simulator."""
        self._hold("C06")

    def test_c07_lazy(self) -> None:
        """Calling a verb sends nothing until a driver runs it."""
        self._hold("C07")

    def test_c08_requests(self) -> None:
        """Each request names its operation, goes to its URL, has a time-out, and no secret in its URL."""
        self._hold("C08")

    def test_c09_effects(self) -> None:
        """What writes is declared as writing, what only asks as reading."""
        self._hold("C09")

    def test_c10_drivers(self) -> None:
        """Threads, asyncio and trio send identical bytes."""
        self._hold("C10")

    def test_c11_purity(self) -> None:
        """Flows read no clock, randomness, environment, file or socket of their own."""
        self._hold("C11")

    def test_c12_texts(self) -> None:
        """Thai text goes out and comes back unchanged."""
        self._hold("C12")

    def test_c13_paging(self) -> None:
        """Reading page by page comes to an end."""
        self._hold("C13")

    def test_c14_refused(self) -> None:
        """401 and 403 are AuthError."""
        self._hold("C14")

    def test_c15_missing(self) -> None:
        """404 is NotFoundError, or what the example says it means."""
        self._hold("C15")

    def test_c16_quota(self) -> None:
        """429 is QuotaError with the time to wait."""
        self._hold("C16")

    def test_c17_unavailable(self) -> None:
        """503 is UnavailableError; of a write it may be OutcomeUnknownError."""
        self._hold("C17")

    def test_c18_html(self) -> None:
        """An HTML page with 200 is UnexpectedAnswerError."""
        self._hold("C18")

    def test_c19_empty(self) -> None:
        """An empty answer with 200 is UnexpectedAnswerError."""
        self._hold("C19")

    def test_c20_truncated(self) -> None:
        """JSON that breaks off is UnexpectedAnswerError."""
        self._hold("C20")

    def test_c21_connection(self) -> None:
        """A lost connection is TransportError; after a write was sent, OutcomeUnknownError."""
        self._hold("C21")

    def test_c22_silent_requests(self) -> None:
        """Settings, requests and traffic events show no secret and no person in their repr."""
        self._hold("C22")

    def test_c23_silent_errors(self) -> None:
        """Errors, explanations and causes show no secret and no person, even where the answer did."""
        self._hold("C23")
