"""What ทางรัฐ can do for an agency's mini app, as flows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from govlink.errors import ConfigError, GovlinkError, OutcomeUnknownError
from govlink.flow import Context, Flow
from govlink.models.documents import CardRequest, VirtualCard
from govlink.models.identity import PersonIdentity
from govlink.models.portal import (
    Launch,
    Message,
    NotificationReceipt,
    RegistrationCheck,
    ServiceManifest,
)
from govlink.settings import Environment

from .codes import MINT_IN_PRODUCTION, PARTLY_SENT
from .parse import parse_card, parse_identity, parse_push, parse_test_launch
from .registration import check_manifest
from .requests import (
    BANGKOK,
    MESSAGES_PER_REQUEST,
    TestProfile,
    portal_minute,
    request_card,
    request_identification,
    request_push,
    request_test_launch,
    require_messages,
)
from .settings import MOCK, PLATFORM, PUSH, CitizenPortalSettings

__all__ = ["CitizenPortalFlows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenPortalFlows:
    """The verbs of one mini app. ``context`` is taken where the interface names it."""

    settings: CitizenPortalSettings

    def identify(
        self,
        launch: Launch,
        *,
        context: Context,  # noqa: ARG002 - the interface names it; nothing here needs time or chance
    ) -> Flow[PersonIdentity]:
        """Learn who opened the mini app; the launch's mToken is spent by the first send, come what may.

        One POST to deproc. The level of identity proofing is not in the answer. (documented: czp
        developer guide, sensitivedata)

        Raises:
            RejectedError: the launch belongs to another app (nothing sent), or the portal refused its
                token, likely because it was used or is older than 2 minutes.
            OutcomeUnknownError: no usable answer; the person must open the service again.
        """
        response = yield request_identification(self.settings, launch)
        return parse_identity(response)

    def notify(
        self,
        messages: tuple[Message, ...],
        *,
        send_at: datetime | None = None,
        context: Context,  # noqa: ARG002 - the interface names it; nothing here needs time or chance
    ) -> Flow[NotificationReceipt]:
        """Push messages, 1,000 to a request, in the order given.

        A message reaches the person's inbox in ทางรัฐ even where push is off; no transaction id at all
        means that nobody addressed subscribed. There is no published call to follow, cancel or move a
        push. (documented: czp developer guide, notification)

        Raises:
            RejectedError: something is blank or ``send_at`` unusable (nothing sent), or refused.
            OutcomeUnknownError: the outcome is open, or a later request failed after earlier ones
                were taken; the error's ``accepted`` value says how many messages were.
        """
        require_messages(messages)
        minute = None if send_at is None else portal_minute(send_at)
        transaction_ids: list[str] = []
        for start in range(0, len(messages), MESSAGES_PER_REQUEST):
            batch = messages[start : start + MESSAGES_PER_REQUEST]
            try:
                response = yield request_push(self.settings, batch, send_at=minute)
                transaction_ids += parse_push(response)
            except GovlinkError as error:
                if start == 0:
                    raise
                raise OutcomeUnknownError(
                    PARTLY_SENT,
                    platform=PLATFORM,
                    operation=PUSH.operation,
                    accepted=start,
                    total=len(messages),
                    cause=error.code,
                ) from error
        return NotificationReceipt(transaction_ids=tuple(transaction_ids), scheduled_for=minute)

    def issue_card(
        self,
        request: CardRequest,
        *,
        context: Context,  # noqa: ARG002 - the interface names it; nothing here needs time or chance
    ) -> Flow[VirtualCard]:
        """Make the QR text of a virtual card; the one made before for this person dies at once.

        It lives 1 to 10 minutes, as DGA set for the mini app. (documented: czp developer guide,
        virtualcard)

        Raises:
            RejectedError: something is blank (nothing sent), or the portal refused.
        """
        response = yield request_card(self.settings, request)
        return parse_card(response)

    def check_registration(self, manifest: ServiceManifest, *, context: Context) -> Flow[RegistrationCheck]:
        """Check a service's papers and list the 13 steps; nothing is sent.

        No registration call exists: letters, an e-Form and e-mails carry it (documented: czp
        developer guide, overview). Today is the context's day in Thailand.
        """
        yield from ()
        today = context.now().astimezone(BANGKOK).date()
        return check_manifest(manifest, today=today, own_rules=self.settings.lint_registration)

    def mint_test_launch(self, profile: TestProfile) -> Flow[Launch]:
        """Make a launch for tests, in UAT or the sandbox; it lives as short as a real one.

        One POST to mock. Not part of any interface. (documented: czp developer guide, sensitivedata)

        Raises:
            ConfigError: the environment is production, whatever ``endpoints`` says.
        """
        if self.settings.environment is Environment.PRODUCTION:
            raise ConfigError(MINT_IN_PRODUCTION, platform=PLATFORM, operation=MOCK.operation)
        response = yield request_test_launch(self.settings, profile)
        return parse_test_launch(response)
