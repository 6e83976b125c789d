"""The case, its states, and the steps it has gone."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area, Municipality, Organisation, Person
from tracker.cases.reasons import CameAs, DispositionReason
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.core.serials import Serials
from tracker.taxonomy.models import ActType

SUMMARY_LENGTH = 400
WANTED_LENGTH = 200
SENTENCE_LENGTH = 400
LATEST_MONTHS = 36  # an older need is history, not a case to act on
MOST_TIMES = 999
MOST_MINUTES = 1440
REASON_LENGTH = 200
MUNICIPALITY = "CITY"  # list requester: asked by the town itself
OPEN_CLASS = "open"  # "not decided" said by the office, whatever the table says


class CaseStatus(enum.StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    DISPOSED = "disposed"
    CLOSED = "closed"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return STATUS_LABELS[self]


STATUS_LABELS: dict[CaseStatus, LazyString] = {
    CaseStatus.SUBMITTED: _l("Filed"),
    CaseStatus.RETURNED: _l("Sent back to the office"),
    CaseStatus.WITHDRAWN: _l("Withdrawn"),
    CaseStatus.ACCEPTED: _l("Accepted"),
    CaseStatus.DISPOSED: _l("Sorted"),
    CaseStatus.CLOSED: _l("Answered"),
}

# The only edges; `service` refuses every other. Undo goes back along one of them.
EDGES: frozenset[tuple[CaseStatus, CaseStatus]] = frozenset(
    {
        (CaseStatus.SUBMITTED, CaseStatus.ACCEPTED),
        (CaseStatus.SUBMITTED, CaseStatus.RETURNED),
        (CaseStatus.RETURNED, CaseStatus.SUBMITTED),
        (CaseStatus.SUBMITTED, CaseStatus.WITHDRAWN),
        (CaseStatus.RETURNED, CaseStatus.WITHDRAWN),
        (CaseStatus.ACCEPTED, CaseStatus.RETURNED),
        (CaseStatus.ACCEPTED, CaseStatus.DISPOSED),
        (CaseStatus.DISPOSED, CaseStatus.CLOSED),
        (CaseStatus.CLOSED, CaseStatus.ACCEPTED),
    }
)


class Disposition(enum.StrEnum):
    """What the centre does with an accepted case."""

    RESOLVED_EXISTING = "resolved_existing"
    INDIVIDUAL_MEETING = "individual_meeting"
    TO_ISSUE = "to_issue"
    STATISTICS_ONLY = "statistics_only"
    REDIRECTED = "redirected"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return DISPOSITION_LABELS[self]


DISPOSITION_LABELS: dict[Disposition, LazyString] = {
    Disposition.RESOLVED_EXISTING: _l("Settled with an existing resource"),
    Disposition.INDIVIDUAL_MEETING: _l("To an individual care meeting"),
    Disposition.TO_ISSUE: _l("To a regional issue"),
    Disposition.STATISTICS_ONLY: _l("Kept for the statistics"),
    Disposition.REDIRECTED: _l("Handed to the responsible body"),
}

# These wait for a meeting or an issue: an answer now is a word on the way, not the end.
STAYS_OPEN = frozenset({Disposition.INDIVIDUAL_MEETING, Disposition.TO_ISSUE})


class Channel(enum.StrEnum):
    """How a case came in."""

    OWN = "own"
    PHONE = "phone"
    FAX = "fax"
    PAPER = "paper"
    IMPORT = "import"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return CHANNEL_LABELS[self]


CHANNEL_LABELS: dict[Channel, LazyString] = {
    Channel.OWN: _l("Filed by the office itself"),
    Channel.PHONE: _l("By telephone"),
    Channel.FAX: _l("By fax"),
    Channel.PAPER: _l("On paper"),
    Channel.IMPORT: _l("Imported from a file"),
}

# What a centre may file for an office that asked it to.
ON_BEHALF = (Channel.PHONE, Channel.FAX, Channel.PAPER)


class Case(Timestamps, Versioned, Model):
    """One need one office could not meet for one person, who is never named here."""

    __tablename__ = "cases"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "fiscal_year", "serial"),
        sa.CheckConstraint(f"length(summary) <= {SUMMARY_LENGTH}", name="summary_length"),
        sa.CheckConstraint(f"length(wanted) <= {WANTED_LENGTH}", name="wanted_length"),
        sa.CheckConstraint(f"times_handled between 1 and {MOST_TIMES}", name="times"),
        sa.CheckConstraint(f"minutes_each between 1 and {MOST_MINUTES}", name="minutes"),
        # Lists lead with whose they are and end with the key they are sorted by.
        sa.Index("ix_cases_organisation", "organisation_id", "id"),
        sa.Index("ix_cases_area_status", "area_id", "status", "id"),
        sa.Index("ix_cases_municipality", "municipality_id", "id"),
        sa.Index("ix_cases_municipality_status", "municipality_id", "status", "id"),
        sa.Index("ix_cases_organisation_status", "organisation_id", "status", "id"),
        sa.Index("ix_cases_area", "area_id", "id"),
        sa.Index("ix_cases_area_type", "area_id", "act_type_code", "id"),
        sa.Index("ix_cases_office_type", "organisation_id", "act_type_code", "id"),
        sa.Index("ix_cases_row_key", "organisation_id", "row_key"),
        sa.Index("ix_cases_counted", "municipality_id", "occurred_month", "act_type_code"),
        sa.Index("ix_cases_touched", "municipality_id", "updated_at"),  # what came since a look
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)  # R8-13101-0042
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]  # April to March, of the day it was filed
    serial: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    filed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("areas.id"))
    occurred_month: Mapped[date]  # first of the month
    act_type_code: Mapped[str] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    gap: Mapped[str] = mapped_column(sa.String(20))  # codes of taxonomy, list gap
    requester: Mapped[str] = mapped_column(sa.String(20))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    urgency: Mapped[str] = mapped_column(sa.String(20))
    ability_to_pay: Mapped[str | None] = mapped_column(sa.String(20))  # None: not asked
    times_handled: Mapped[int]
    minutes_each: Mapped[int]  # usual length of one time
    hour_band: Mapped[str | None] = mapped_column(sa.String(20))
    charge: Mapped[str | None] = mapped_column(sa.String(20))
    charge_band: Mapped[str | None] = mapped_column(sa.String(20))
    paid_by: Mapped[str | None] = mapped_column(sa.String(20))
    age_band: Mapped[str | None] = mapped_column(sa.String(20))  # never a birth date
    care_level: Mapped[str | None] = mapped_column(sa.String(20))
    danger: Mapped[str | None] = mapped_column(sa.String(20))  # None: nobody was in danger
    acted_because: Mapped[str | None] = mapped_column(sa.String(20))
    department: Mapped[str] = mapped_column(FreeText(80), default="")  # when the town asked
    bodies_agreed: Mapped[str | None] = mapped_column(sa.String(20))  # the care managers' bodies
    work_class: Mapped[str | None] = mapped_column(sa.String(4))  # None: as the table places it
    work_class_reason: Mapped[str] = mapped_column(FreeText(REASON_LENGTH), default="")
    # What the town asks beside the type, as it was asked, and what the office answered.
    extra_question: Mapped[str] = mapped_column(sa.String(120), default="")
    extra_answer: Mapped[str] = mapped_column(FreeText(REASON_LENGTH), default="")
    # Keyed hash of the office's own reference; None: counts as a person of their own.
    client_key: Mapped[str | None] = mapped_column(sa.String(64))
    channel: Mapped[Channel] = mapped_column(default=Channel.OWN)
    import_batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batches.id"), index=True
    )
    row_key: Mapped[str | None] = mapped_column(sa.String(64))  # which row of the office's list
    # The same event was filed twice: this case goes on, and is counted, as that one; never a chain.
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    summary: Mapped[str] = mapped_column(FreeText(SUMMARY_LENGTH))
    wanted: Mapped[str] = mapped_column(FreeText(WANTED_LENGTH))  # what was missing; may be ""
    search_text: Mapped[str] = mapped_column(sa.String(1000))  # folded, see core.text
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.SUBMITTED)
    status_since: Mapped[datetime]
    disposition: Mapped[Disposition | None]
    redirect_body: Mapped[str | None] = mapped_column(sa.String(120))
    redirect_contact: Mapped[str | None] = mapped_column(sa.String(120))
    disposition_reason: Mapped[DispositionReason | None]
    submitted_at: Mapped[datetime]
    # The centre's clock: the working day its next step is due, None while it waits for others, and
    # the days that were left of accepting and of sorting when the case went back to its office.
    due_on: Mapped[date | None]
    accept_days_left: Mapped[int | None]
    sort_days_left: Mapped[int | None]
    came_as: Mapped[CameAs] = mapped_column(default=CameAs.NEW)
    asked_fields: Mapped[str] = mapped_column(sa.String(400), default="")  # names, spaces between
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    municipality: Mapped[Municipality] = relationship(lazy="raise")
    area: Mapped[Area] = relationship(lazy="raise")
    assigned_to: Mapped[Person | None] = relationship(
        lazy="raise", foreign_keys="Case.assigned_to_id"
    )
    act_type: Mapped[ActType] = relationship(lazy="raise")
    ticks: Mapped[list["CaseTick"]] = relationship(
        lazy="raise", order_by="CaseTick.id", cascade="all, delete-orphan"
    )

    @property
    def asked(self) -> list[str]:
        """Names of the answers the office is asked to complete, while the case is with it."""
        return self.asked_fields.split() if self.status is CaseStatus.RETURNED else []

    @property
    def minutes_total(self) -> int:
        """Burden in minutes: times × minutes each."""
        return self.times_handled * self.minutes_each


class TickKind(enum.StrEnum):
    """What a tick beside a case says something about."""

    HOUSEHOLD = "household"
    STEP = "step"
    RESOURCE = "resource"
    CALL = "call"


class CaseTick(Model):
    """One coded remark: a circumstance, a step of the guidance, a resource tried, a call made."""

    __tablename__ = "case_ticks"
    __table_args__ = (sa.Index("ix_case_ticks_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    kind: Mapped[TickKind]
    # HOUSEHOLD: list household; RESOURCE: list resource_category when it stands in no directory;
    # CALL: list call_target; STEP: "".
    code: Mapped[str] = mapped_column(sa.String(20), default="")
    resource_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guidance_steps.id"), index=True)
    # Lists step_result, tried, call_answer; "" for a circumstance.
    result: Mapped[str] = mapped_column(sa.String(20), default="")


class OfficeReveal(Model):
    """Somebody outside the centre asked for the name of the office behind a case, and why."""

    __tablename__ = "office_reveals"
    __table_args__ = (sa.Index("ix_office_reveals_case", "case_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    reason: Mapped[str] = mapped_column(FreeText(REASON_LENGTH))
    at: Mapped[datetime]


class SuggestionModel(Model):
    """What was learnt from confirmed cases about words and act types; counts, no sentences."""

    __tablename__ = "suggestion_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    trained_at: Mapped[datetime]
    samples: Mapped[int]
    content: Mapped[dict[str, Any]]


class CaseSerial(Serials, Model):
    """The last number given; see `core.serials`."""

    __tablename__ = "case_serials"


class StepKind(enum.StrEnum):
    """What happened to a case."""

    FILED = "filed"
    CHANGED = "changed"
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DISPOSED = "disposed"
    ANSWERED = "answered"
    CONTESTED = "contested"
    UNDONE = "undone"
    GROUPED = "grouped"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    IN_ACTION = "in_action"
    RESOURCE_LIVE = "resource_live"
    MEETING_ANSWERED = "meeting_answered"
    ADDED = "added"
    FILED_TWICE = "filed_twice"
    STANDS_FOR = "stands_for"
    RECLASSIFIED = "reclassified"

    @property
    def label(self) -> LazyString:
        """The words for it in a history."""
        return STEP_LABELS[self]


STEP_LABELS: dict[StepKind, LazyString] = {
    StepKind.FILED: _l("Filed"),
    StepKind.CHANGED: _l("Changed by the office"),
    StepKind.RESUBMITTED: _l("Filed again with what was missing"),
    StepKind.WITHDRAWN: _l("Withdrawn by the office"),
    StepKind.ACCEPTED: _l("Accepted by the centre"),
    StepKind.RETURNED: _l("Sent back with a question"),
    StepKind.DISPOSED: _l("Sorted by the centre"),
    StepKind.ANSWERED: _l("Answer to the office"),
    StepKind.CONTESTED: _l("The office asks to look again"),
    StepKind.UNDONE: _l("Taken back"),
    StepKind.GROUPED: _l("Supports a regional issue"),
    StepKind.ON_AGENDA: _l("On the agenda of a meeting"),
    StepKind.DECIDED: _l("The meeting has decided"),
    StepKind.IN_ACTION: _l("Work has begun"),
    StepKind.RESOURCE_LIVE: _l("A resource is in use"),
    StepKind.MEETING_ANSWERED: _l("Answer of the meeting"),
    StepKind.ADDED: _l("Added by the office"),
    StepKind.FILED_TWICE: _l("Filed twice: it goes on under the other number"),
    StepKind.STANDS_FOR: _l("Filed twice: this number stands for the other as well"),
    StepKind.RECLASSIFIED: _l("Type or area changed by the centre"),
}

# Written beside the road: none of them is the step that sorting may take back.
BESIDE_THE_ROAD = frozenset({StepKind.ADDED, StepKind.STANDS_FOR})


# What the office reads as an answer; the meeting's own is taken back in the meeting alone.
ANSWERS = frozenset({StepKind.ANSWERED, StepKind.MEETING_ANSWERED})

# Milestones of the issue a case supports, in the order of the chain.
CHAIN = (
    StepKind.GROUPED,
    StepKind.ON_AGENDA,
    StepKind.DECIDED,
    StepKind.IN_ACTION,
    StepKind.RESOURCE_LIVE,
)


class CaseStep(Model):
    """One entry of a case's history; steps of one click share their `act`."""

    __tablename__ = "case_steps"
    __table_args__ = (
        sa.Index("ix_case_steps_case", "case_id", "id"),
        sa.Index("ix_case_steps_person", "person_id", "at"),
        sa.CheckConstraint(f"length(sentence) <= {SENTENCE_LENGTH}", name="sentence_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    kind: Mapped[StepKind]
    was: Mapped[CaseStatus | None]
    became: Mapped[CaseStatus]
    sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(36))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    # {"was": {column: value}, "now": {…}}: what taking the step back puts back, codes and days only
    changed: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    organisation: Mapped[Organisation] = relationship(lazy="raise")
