"""Applications, actors and logs that the tests of this folder share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from govlink.equivalence.actors import SYSTEM, Actor, Role
from govlink.equivalence.application import Application, Paper, Service
from govlink.equivalence.commands import (
    AcceptIntake,
    Command,
    CompleteIntake,
    Create,
    Issue,
    Propose,
    SignApproval,
    SignRefusal,
    Submit,
)
from govlink.equivalence.decide import decide
from govlink.equivalence.events import Event, Outcome
from govlink.equivalence.form import read_application
from govlink.equivalence.petition import Petition, apply
from govlink.equivalence.procedure import Procedure
from govlink.flow import Context
from govlink.models.petition import Channel, FiledDocument, FiledPetition

NOW = datetime(2024, 10, 10, 3, 0, tzinfo=UTC)
APPLICANT = Actor(role=Role.APPLICANT, id="applicant-1")
OFFICER = Actor(role=Role.OFFICER, id="officer-1")
SIGNER = Actor(role=Role.SIGNER, id="signer-1")
AUTHORITY = Actor(role=Role.AUTHORITY, id="authority-1")
PERSON = {"citizen_id": "1999000000017", "first_name": "สมชาย", "last_name": "ใจดี"}
FORMS = {
    Service.FOREIGN_EQ: {
        "purpose": "employment",
        "target_level": "M6",
        "country": "US",
        "qualification": "High School Diploma",
        "completed_on": "12 มกราคม 2567",
    },
    Service.EQ_REISSUE: {"reissue_reason": "lost", "certificate_number": "ตย 1/2550"},
    Service.CERT_REISSUE: {
        "reissue_reason": "damaged",
        "level": "ป.7",
        "school_province": "พระนคร",
        "graduation_year_be": "2512",
    },
    Service.PALI5_EQ: {"pali_grade": "5", "pali_academic_year_be": "2561"},
}
PAPERS = {
    Service.FOREIGN_EQ: (Paper.QUAL_CERT, Paper.TRANSCRIPT),
    Service.EQ_REISSUE: (Paper.POLICE_REPORT,),
    Service.CERT_REISSUE: (Paper.DAMAGED_ORIGINAL,),
    Service.PALI5_EQ: (Paper.PALI_CERT,),
}


def papers(*kinds: Paper) -> tuple[FiledDocument, ...]:
    """Attached papers of these kinds."""
    return tuple(FiledDocument(kind=kind.value, file_name="paper.pdf", sha256_hex="") for kind in kinds)


def filed(service: Service = Service.FOREIGN_EQ, **answers: str) -> FiledPetition:
    """A petition without a fault; ``answers`` replace the form's."""
    return FiledPetition(
        reference="EOCS-1",
        service=service.value,
        channel=Channel.E_OCS,
        filed_at=NOW,
        form=PERSON | FORMS[service] | answers,
        documents=papers(*PAPERS[service]),
    )


def application(service: Service = Service.FOREIGN_EQ, **answers: str) -> Application:
    """The application of ``filed``."""
    return read_application(filed(service, **answers))


def at(*, days: float = 0) -> Context:
    """A context that many days after NOW."""
    return Context.fixed(now=NOW + timedelta(days=days), seed=f"day {days}")


class Case:
    """A petition under test: takes commands, keeps the log."""

    def __init__(self, *, procedure: Procedure | None = None) -> None:
        self.procedure = procedure or Procedure()
        self.state: Petition | None = None
        self.log: tuple[Event, ...] = ()
        self.days = 0.0

    def do(self, *commands: Command) -> Petition:
        """Decide and apply these."""
        for command in commands:
            context = Context.fixed(now=NOW + timedelta(days=self.days), seed=f"{len(self.log)}")
            for event in decide(self.state, command, context=context, procedure=self.procedure):
                self.state = apply(self.state, event)
                self.log += (event,)
        return self.petition

    @property
    def petition(self) -> Petition:
        """The petition as it stands."""
        assert self.state is not None
        return self.state

    def created(self, service: Service = Service.FOREIGN_EQ) -> Case:
        """In DRAFT."""
        create = Create(
            actor=APPLICANT,
            petition_id="petition-1",
            service=service,
            channel=Channel.E_OCS,
            reference="EOCS-1",
        )
        self.do(create)
        return self

    def submitted(self, service: Service = Service.FOREIGN_EQ, **answers: str) -> Case:
        """In INTAKE."""
        submit = Submit(actor=APPLICANT, application=application(service, **answers))
        self.created(service).do(submit, AcceptIntake(actor=SYSTEM))
        return self

    def reviewed(self, service: Service = Service.FOREIGN_EQ, **answers: str) -> Case:
        """In REVIEW."""
        self.submitted(service, **answers).do(CompleteIntake(actor=OFFICER))
        return self

    def issued(self, service: Service = Service.FOREIGN_EQ, **answers: str) -> Case:
        """In ISSUED."""
        propose = Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ตรวจแล้ว")
        self.reviewed(service, **answers).do(propose, SignApproval(actor=SIGNER), Issue(actor=SYSTEM))
        return self

    def refused(self, service: Service = Service.FOREIGN_EQ) -> Case:
        """In REFUSED."""
        self.reviewed(service).do(
            Propose(actor=OFFICER, outcome=Outcome.REFUSE, reason_code="QUALIFICATION_UNLISTED"),
            SignRefusal(actor=SIGNER, facts_found="ก", law="ข", considerations="ค"),
        )
        return self
