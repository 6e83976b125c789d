"""The candidate of a cell, the cases it rests on, its history, and rules a town has learnt.

A candidate is no regional issue yet and has no number. It is one row for a town's area and act
type, for ever: what was rejected is remembered there, and what repeats again is proposed from
there. Accepting it raises a regional issue with its cases; that one then walks its own life cycle.
"""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area, Municipality, Organisation
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.issues.evidence import Clients
from tracker.issues.models import SENTENCE_LENGTH, RegionalIssue
from tracker.taxonomy.models import ActType

RULES_LENGTH = 60


class CandidateState(enum.StrEnum):
    """Where a candidate stands."""

    OPEN = "open"
    PARKED = "parked"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    COVERED = "covered"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return STATE_LABELS[self]


STATE_LABELS: dict[CandidateState, LazyString] = {
    CandidateState.OPEN: _l("To be looked at"),
    CandidateState.PARKED: _l("Parked"),
    CandidateState.REJECTED: _l("Rejected"),
    CandidateState.ACCEPTED: _l("Raised as an issue"),
    CandidateState.COVERED: _l("An issue speaks of it already"),
}

_S = CandidateState
# The only edges. What leads back to OPEN is an undo, a day or cases that came.
EDGES: frozenset[tuple[CandidateState, CandidateState]] = frozenset(
    {
        (_S.OPEN, _S.PARKED),
        (_S.OPEN, _S.REJECTED),
        (_S.OPEN, _S.ACCEPTED),
        (_S.OPEN, _S.COVERED),
        (_S.PARKED, _S.OPEN),
        (_S.PARKED, _S.COVERED),
        (_S.REJECTED, _S.OPEN),
        (_S.REJECTED, _S.COVERED),
        (_S.ACCEPTED, _S.OPEN),
        (_S.COVERED, _S.OPEN),
    }
)


class Fired(enum.StrEnum):
    """Which part of the rule speaks for a candidate."""

    REPEATED = "repeated"
    HOURS = "hours"
    SINGLE = "single"
    LEARNT = "learnt"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return FIRED_LABELS[self]


FIRED_LABELS: dict[Fired, LazyString] = {
    Fired.REPEATED: _l("It repeats across offices"),
    Fired.HOURS: _l("It takes many hours"),
    Fired.SINGLE: _l("Urgent, and no resource exists"),
    Fired.LEARNT: _l("A rule of the town’s own"),
}


class LearntRule(Timestamps, Versioned, Model):
    """A rule people made after grouping by hand; it adds to the town's rule, never replaces it."""

    __tablename__ = "learnt_rules"
    __table_args__ = (
        sa.CheckConstraint("cases >= 1", name="cases"),
        sa.CheckConstraint("months >= 1", name="months"),
        sa.CheckConstraint("offices >= 1", name="offices"),
        sa.Index("ix_learnt_rules_town", "municipality_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    # None: every area, each by itself
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    act_type_code: Mapped[str] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    gap: Mapped[str | None] = mapped_column(sa.String(20))  # code; None: whatever the reason
    cases: Mapped[int]
    months: Mapped[int]
    offices: Mapped[int]
    # The issue it was learnt from.
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    ended_at: Mapped[datetime | None]  # rules are ended, not deleted
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)

    area: Mapped[Area | None] = relationship(lazy="raise")
    act_type: Mapped[ActType] = relationship(lazy="raise")
    issue: Mapped[RegionalIssue] = relationship(lazy="raise")


class Candidate(Timestamps, Versioned, Model):
    """What repeats in one area, as the rule found it last; figures stay still once decided."""

    __tablename__ = "candidates"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "area_id", "act_type_code"),
        sa.Index("ix_candidates_town_state", "municipality_id", "state", "weight", "id"),
        sa.Index("ix_candidates_area_state", "area_id", "state", "weight", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("areas.id"))
    act_type_code: Mapped[str] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    state: Mapped[CandidateState] = mapped_column(default=CandidateState.OPEN)
    state_since: Mapped[datetime]
    rules: Mapped[str] = mapped_column(sa.String(RULES_LENGTH))  # members of Fired, by comma
    learnt_rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("learnt_rules.id"), index=True)
    first_month: Mapped[date]  # of the months that were looked at
    last_month: Mapped[date]
    case_count: Mapped[int]
    office_count: Mapped[int]
    client_count: Mapped[int]
    clients_exact: Mapped[bool]  # no: at most so many
    minutes: Mapped[int]  # of all cases, all their times
    weight: Mapped[int]  # see `rule.weight`; the list's order
    faded_on: Mapped[date | None]  # the day from which on the rule no longer speaks for it
    parked_until: Mapped[date | None]
    wakes_after_cases: Mapped[int | None]  # so many cases more than it had when it was parked
    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issues.id"), index=True)

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    area: Mapped[Area] = relationship(lazy="raise")
    act_type: Mapped[ActType] = relationship(lazy="raise")
    learnt_rule: Mapped[LearntRule | None] = relationship(lazy="raise")
    issue: Mapped[RegionalIssue | None] = relationship(lazy="raise")

    @property
    def fired(self) -> tuple[Fired, ...]:
        """The parts of the rule that speak for it."""
        return fired_of(self.rules)

    @property
    def clients(self) -> Clients:
        """The people its cases are about."""
        return Clients(self.client_count, exact=self.clients_exact)

    @property
    def of_one_office(self) -> bool:
        """Do all its cases come from one office?"""
        return self.office_count == 1

    @property
    def of_one_client(self) -> bool:
        """Are all its cases certainly about one person?"""
        return self.clients_exact and self.client_count == 1


def fired_of(rules: str) -> tuple[Fired, ...]:
    """The parts of the rule as they are stored with a candidate."""
    return tuple(Fired(name) for name in rules.split(",") if name)


class CandidateCase(Model):
    """A case a candidate rests on."""

    __tablename__ = "candidate_cases"

    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidates.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)


class CandidateStepKind(enum.StrEnum):
    """What happened to a candidate."""

    PROPOSED = "proposed"
    FADED = "faded"
    FIRES_AGAIN = "fires_again"
    PARKED = "parked"
    WOKEN = "woken"
    REJECTED = "rejected"
    DOUBLED = "doubled"
    ACCEPTED = "accepted"
    COVERED = "covered"
    UNCOVERED = "uncovered"
    UNDONE = "undone"

    @property
    def label(self) -> LazyString:
        """The words for it in a history."""
        return STEP_LABELS[self]


_K = CandidateStepKind
STEP_LABELS: dict[CandidateStepKind, LazyString] = {
    _K.PROPOSED: _l("Proposed by the rule"),
    _K.FADED: _l("The rule no longer speaks for it"),
    _K.FIRES_AGAIN: _l("The rule speaks for it again"),
    _K.PARKED: _l("Parked"),
    _K.WOKEN: _l("Woken: proposed again"),
    _K.REJECTED: _l("Rejected"),
    _K.DOUBLED: _l("It has doubled since: proposed again"),
    _K.ACCEPTED: _l("Accepted: an issue was raised"),
    _K.COVERED: _l("An issue speaks of it now"),
    _K.UNCOVERED: _l("No issue speaks of it any more: proposed again"),
    _K.UNDONE: _l("Taken back"),
}


class CandidateStep(Model):
    """One entry of a candidate's history."""

    __tablename__ = "candidate_steps"
    __table_args__ = (sa.Index("ix_candidate_steps_candidate", "candidate_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidates.id"))
    kind: Mapped[CandidateStepKind]
    was: Mapped[CandidateState | None]
    became: Mapped[CandidateState]
    case_count: Mapped[int]  # of the candidate at that time
    sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class CandidateLook(Model):
    """When a town was looked at last, so that the next look takes only what came since."""

    __tablename__ = "candidate_looks"

    municipality_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipalities.id"), primary_key=True
    )
    looked_at: Mapped[datetime]
    month: Mapped[date]  # the month it was; in a new one every open candidate may fade
