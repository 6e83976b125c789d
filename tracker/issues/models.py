"""The regional issue, the cases under it, its versions and its history."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area, Municipality, Organisation
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.core.serials import Serials
from tracker.core.words import Searched
from tracker.issues.statement import TEXTS, IssueLevel, Stated
from tracker.taxonomy.models import ActType

SENTENCE_LENGTH = 400


class IssueStatus(enum.StrEnum):
    """Where an issue stands."""

    CANDIDATE = "candidate"
    CONFIRMED = "confirmed"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    IN_ACTION = "in_action"
    WATCHING = "watching"
    CLOSED = "closed"
    PARKED = "parked"
    FORWARDED = "forwarded"
    DECLINED = "declined"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return ISSUE_LABELS[self]


ISSUE_LABELS: dict[IssueStatus, LazyString] = {
    IssueStatus.CANDIDATE: _l("Candidate"),
    IssueStatus.CONFIRMED: _l("Confirmed"),
    IssueStatus.ON_AGENDA: _l("On an agenda"),
    IssueStatus.DECIDED: _l("Decided"),
    IssueStatus.IN_ACTION: _l("In action"),
    IssueStatus.WATCHING: _l("Watching the effect"),
    IssueStatus.CLOSED: _l("Closed"),
    IssueStatus.PARKED: _l("Parked"),
    IssueStatus.FORWARDED: _l("Referred up"),
    IssueStatus.DECLINED: _l("Not taken up"),
}

_S = IssueStatus
# The only edges; a test compares them with the contract.
EDGES: frozenset[tuple[IssueStatus, IssueStatus]] = frozenset(
    {
        (_S.CANDIDATE, _S.CONFIRMED),
        (_S.CANDIDATE, _S.PARKED),
        (_S.CANDIDATE, _S.DECLINED),
        (_S.CONFIRMED, _S.ON_AGENDA),
        (_S.ON_AGENDA, _S.CONFIRMED),
        (_S.ON_AGENDA, _S.DECIDED),
        (_S.ON_AGENDA, _S.PARKED),
        (_S.ON_AGENDA, _S.DECLINED),
        (_S.ON_AGENDA, _S.FORWARDED),
        (_S.PARKED, _S.CONFIRMED),
        (_S.FORWARDED, _S.CONFIRMED),
        (_S.DECIDED, _S.IN_ACTION),
        (_S.DECIDED, _S.CONFIRMED),
        (_S.IN_ACTION, _S.CONFIRMED),
        (_S.IN_ACTION, _S.WATCHING),
        (_S.WATCHING, _S.CLOSED),
        (_S.CONFIRMED, _S.CLOSED),
        (_S.DECIDED, _S.CLOSED),
        (_S.IN_ACTION, _S.CLOSED),
        (_S.CLOSED, _S.IN_ACTION),
        (_S.CLOSED, _S.CONFIRMED),
    }
)
OPEN = frozenset(_S) - {_S.CLOSED, _S.DECLINED}
# Confirmed, and not over: a candidate, or what only waits, is no need of the region yet.
UNDER_WAY = OPEN - {_S.CANDIDATE, _S.PARKED}


class ClosedAs(enum.StrEnum):
    """How an issue was closed."""

    VERIFIED = "verified"
    WITHOUT_PROOF = "without_proof"
    AWARENESS = "awareness"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return CLOSED_LABELS[self]


CLOSED_LABELS: dict[ClosedAs, LazyString] = {
    ClosedAs.VERIFIED: _l("The need has become less"),
    ClosedAs.WITHOUT_PROOF: _l("Closed without proof"),
    ClosedAs.AWARENESS: _l("Closed by making it known"),
}


class RegionalIssue(Searched, Stated, Timestamps, Versioned, Model):
    """A need of a town or an area that cases have shown more than once."""

    SEARCHED = TEXTS

    __tablename__ = "issues"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "fiscal_year", "serial"),
        sa.Index("ix_issues_municipality_status", "municipality_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(12))  # R8-07, unique inside a town
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)  # None: town
    act_type_code: Mapped[str] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    status: Mapped[IssueStatus] = mapped_column(default=IssueStatus.CANDIDATE)
    status_since: Mapped[datetime]
    held_at: Mapped[IssueLevel]  # where it is dealt with; rises when it is referred up
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    parked_until: Mapped[date | None]
    wakes_at_cases: Mapped[int | None]  # number of attached cases that wakes it
    effective_on: Mapped[date | None]  # day the first action went live: before ends, after begins
    closed_as: Mapped[ClosedAs | None]
    close_proposed_as: Mapped[ClosedAs | None]
    close_proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    close_sentence: Mapped[str | None] = mapped_column(FreeText(SENTENCE_LENGTH))
    seconded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    closed_on: Mapped[date | None]
    regressed_at: Mapped[datetime | None]  # new accepted cases came after it was closed
    # It was joined into that one: number and address stay and lead there, lists leave it out.
    joined_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issues.id"), index=True)

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")
    act_type: Mapped[ActType] = relationship(lazy="raise")


class IssueSerial(Serials, Model):
    """The last number given; see `core.serials`."""

    __tablename__ = "issue_serials"


class IssueCase(Model):
    """A case supports an issue; attaching changes no count, and a case may support several."""

    __tablename__ = "issue_cases"
    __table_args__ = (sa.UniqueConstraint("issue_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    attached_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    attached_at: Mapped[datetime]


class IssueWish(Model):
    """The office that filed the case thinks that it belongs to this issue; the centre decides."""

    __tablename__ = "issue_wishes"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    at: Mapped[datetime]


class IssueVersion(Stated, Model):
    """What an issue said once, with its area and type; those of the first ones are not known."""

    __tablename__ = "issue_versions"
    __table_args__ = (sa.UniqueConstraint("issue_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    number: Mapped[int]  # 1, 2, 3 …
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    act_type_code: Mapped[str | None] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime]


class IssueStepKind(enum.StrEnum):
    """What happened to an issue."""

    RAISED = "raised"
    ATTACHED = "attached"
    DETACHED = "detached"
    REWRITTEN = "rewritten"
    CONFIRMED = "confirmed"
    PUT_ON_AGENDA = "put_on_agenda"
    TAKEN_OFF_AGENDA = "taken_off_agenda"
    DECIDED = "decided"
    INFORMATION_ASKED = "information_asked"
    NOTED = "noted"
    PARKED = "parked"
    WOKEN = "woken"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    TAKEN_UP_ABOVE = "taken_up_above"
    ANSWERED_ABOVE = "answered_above"
    LETTER_MADE = "letter_made"
    LETTER_ANSWERED = "letter_answered"
    WEIGHED = "weighed"
    BAND_SET = "band_set"
    BAND_RELEASED = "band_released"
    ACTION_BEGUN = "action_begun"
    ACTIONS_STOPPED = "actions_stopped"
    RESOURCE_LIVE = "resource_live"
    EFFECTIVE_SET = "effective_set"
    WATCHED_AGAIN = "watched_again"
    CLOSE_PROPOSED = "close_proposed"
    CLOSE_REFUSED = "close_refused"
    CLOSED = "closed"
    REGRESSED = "regressed"
    UNDONE = "undone"
    SPLIT = "split"
    SPLIT_OFF = "split_off"
    JOINED = "joined"
    JOINED_INTO = "joined_into"
    LINKED = "linked"
    UNLINKED = "unlinked"

    @property
    def label(self) -> LazyString:
        """The words for it in a history."""
        return ISSUE_STEP_LABELS[self]


_K = IssueStepKind
ISSUE_STEP_LABELS: dict[IssueStepKind, LazyString] = {
    _K.RAISED: _l("Raised from cases"),
    _K.ATTACHED: _l("Cases were added"),
    _K.DETACHED: _l("A case was taken out"),
    _K.REWRITTEN: _l("The statement was rewritten"),
    _K.CONFIRMED: _l("Confirmed as a regional issue"),
    _K.PUT_ON_AGENDA: _l("Put on the agenda of a meeting"),
    _K.TAKEN_OFF_AGENDA: _l("Taken off the agenda"),
    _K.DECIDED: _l("The meeting decided to act"),
    _K.INFORMATION_ASKED: _l("The meeting asked for information"),
    _K.NOTED: _l("The meeting took note"),
    _K.PARKED: _l("Parked"),
    _K.WOKEN: _l("Taken up again"),
    _K.DECLINED: _l("Not taken up"),
    _K.FORWARDED: _l("Referred to the level above"),
    _K.TAKEN_UP_ABOVE: _l("Taken up by the level above"),
    _K.ANSWERED_ABOVE: _l("The level above has answered"),
    _K.LETTER_MADE: _l("A letter to the prefecture was made"),
    _K.LETTER_ANSWERED: _l("The prefecture has answered the letter"),
    _K.WEIGHED: _l("Severity and feasibility were set"),
    _K.BAND_SET: _l("The priority was set by hand"),
    _K.BAND_RELEASED: _l("The priority follows its points again"),
    _K.ACTION_BEGUN: _l("The first action has begun"),
    _K.ACTIONS_STOPPED: _l("All its actions were stopped"),
    _K.RESOURCE_LIVE: _l("A resource is in use"),
    _K.EFFECTIVE_SET: _l("The day of start was set"),
    _K.WATCHED_AGAIN: _l("The effect is watched once more"),
    _K.CLOSE_PROPOSED: _l("Closing was proposed"),
    _K.CLOSE_REFUSED: _l("Closing was not agreed to"),
    _K.CLOSED: _l("Closed"),
    _K.REGRESSED: _l("New cases came: opened again"),
    _K.UNDONE: _l("Taken back"),
    _K.SPLIT: _l("Cases were split off"),
    _K.SPLIT_OFF: _l("Cases came from another issue that was split"),
    _K.JOINED: _l("Another issue was joined into this one"),
    _K.JOINED_INTO: _l("Joined into another issue"),
    _K.LINKED: _l("Linked with another issue"),
    _K.UNLINKED: _l("A link with another issue was removed"),
}


class IssueStep(Model):
    """One entry of an issue's history; steps of one click share their `act`."""

    __tablename__ = "issue_steps"
    __table_args__ = (sa.Index("ix_issue_steps_issue", "issue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    kind: Mapped[IssueStepKind]
    was: Mapped[IssueStatus | None]
    became: Mapped[IssueStatus]
    sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    act: Mapped[str] = mapped_column(sa.String(36))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    held_at: Mapped[IssueLevel | None]  # where the issue was dealt with after it; None: unchanged

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
