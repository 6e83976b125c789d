"""The action, its stages and its log."""

import enum
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Municipality, Organisation, Person
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.core.serials import Serials
from tracker.issues.models import RegionalIssue
from tracker.resources.models import Resource

TITLE_LENGTH = 80
CRITERIA_LENGTH = 400
SENTENCE_LENGTH = 400
STALLED_AFTER = timedelta(days=90)  # no entry in the log for so long
STALLED_SOONER = timedelta(days=60)  # while it is studied or tried: these months are the dull ones


class Stage(enum.StrEnum):
    """How far an action has come."""

    PROPOSED = "proposed"
    STUDY = "study"
    TRIAL = "trial"
    LIVE = "live"
    REVIEW = "review"
    SETTLED = "settled"
    EXPANDED = "expanded"
    REDESIGNED = "redesigned"
    STOPPED = "stopped"
    ON_HOLD = "on_hold"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return STAGE_LABELS[self]


STAGE_LABELS: dict[Stage, LazyString] = {
    Stage.PROPOSED: _l("Proposed"),
    Stage.STUDY: _l("Study"),
    Stage.TRIAL: _l("Trial"),
    Stage.LIVE: _l("Live"),
    Stage.REVIEW: _l("Review"),
    Stage.SETTLED: _l("Settled in"),
    Stage.EXPANDED: _l("Carried to other areas"),
    Stage.REDESIGNED: _l("Redesigned"),
    Stage.STOPPED: _l("Stopped"),
    Stage.ON_HOLD: _l("On hold"),
}

_A = Stage
SOONER = (_A.STUDY, _A.TRIAL)
OPEN_STAGES = (_A.PROPOSED, _A.STUDY, _A.TRIAL, _A.LIVE, _A.REVIEW, _A.REDESIGNED)
ENDED = frozenset({_A.SETTLED, _A.EXPANDED, _A.STOPPED})
# The only edges. From a hold an action goes back to the stage it came from (`held_from`).
EDGES: frozenset[tuple[Stage, Stage]] = frozenset(
    {
        (_A.PROPOSED, _A.STUDY),
        (_A.STUDY, _A.TRIAL),
        (_A.TRIAL, _A.LIVE),
        (_A.LIVE, _A.REVIEW),
        (_A.REVIEW, _A.SETTLED),
        (_A.REVIEW, _A.EXPANDED),
        (_A.REVIEW, _A.REDESIGNED),
        (_A.REDESIGNED, _A.STUDY),
        *((stage, _A.STOPPED) for stage in (*OPEN_STAGES, _A.ON_HOLD)),
        *((stage, _A.ON_HOLD) for stage in OPEN_STAGES),
        *((_A.ON_HOLD, stage) for stage in OPEN_STAGES),
    }
)


class StopReason(enum.StrEnum):
    """Why an action was honestly stopped."""

    NO_PARTNER = "no_partner"
    NO_BUDGET = "no_budget"
    NEED_GONE = "need_gone"
    OTHER_WAY = "other_way"
    NOT_FEASIBLE = "not_feasible"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return STOP_LABELS[self]


STOP_LABELS: dict[StopReason, LazyString] = {
    StopReason.NO_PARTNER: _l("No partner could be found"),
    StopReason.NO_BUDGET: _l("No budget"),
    StopReason.NEED_GONE: _l("The need is gone"),
    StopReason.OTHER_WAY: _l("Another way was found"),
    StopReason.NOT_FEASIBLE: _l("It cannot be done as planned"),
}


class Action(Timestamps, Versioned, Model):
    """取組: one piece of resource creation with an owner, a day and criteria."""

    __tablename__ = "actions"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "fiscal_year", "serial"),
        sa.Index("ix_actions_municipality_stage", "municipality_id", "stage", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(12))  # R8-03, unique inside a town
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(index=True)  # agenda item that decided it
    title: Mapped[str] = mapped_column(FreeText(TITLE_LENGTH))
    kind: Mapped[str] = mapped_column(sa.String(20))  # codes, list action_kind
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    due_on: Mapped[date]
    criteria: Mapped[str] = mapped_column(FreeText(CRITERIA_LENGTH))  # done when …
    stage: Mapped[Stage] = mapped_column(default=Stage.PROPOSED)
    stage_since: Mapped[datetime]
    last_entry_at: Mapped[datetime]
    held_from: Mapped[Stage | None]
    held_until: Mapped[date | None]
    stopped_because: Mapped[StopReason | None]
    resource_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    # Who at the owner has it in hand; None: nobody is named yet.
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    next_review_on: Mapped[date | None]  # somebody looks again on this day

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    issue: Mapped[RegionalIssue] = relationship(lazy="raise")
    owner: Mapped[Organisation] = relationship(lazy="raise")
    holder: Mapped[Person | None] = relationship(lazy="raise")
    resource: Mapped[Resource | None] = relationship(lazy="raise")

    def is_overdue(self, today: date) -> bool:
        """Is it open although its day is past?"""
        return self.stage not in ENDED and self.due_on < today

    def is_stalled(self, today: date, now: datetime) -> bool:
        """Is it moving, and was it silent for too long or not looked at again on its day?"""
        if self.stage in ENDED or self.stage is Stage.ON_HOLD:
            return False
        looks_again = self.next_review_on if self.stage is not Stage.REVIEW else None
        late = looks_again is not None and looks_again < today
        return late or now - self.last_entry_at > silent_after(self.stage)

    @property
    def deputy_ids(self) -> frozenset[int]:
        """People who stand in for its holder today, as the query that read it noted; else none."""
        noted: frozenset[int] = self.__dict__.get("_deputy_ids", frozenset())
        return noted

    def note_deputies(self, person_ids: Iterable[int]) -> None:
        """Who stands in for its holder today; asked by the policy, stored nowhere."""
        self.__dict__["_deputy_ids"] = frozenset(person_ids)


def silent_after(stage: Stage) -> timedelta:
    """How long the log of an action at this stage may be silent."""
    return STALLED_SOONER if stage in SOONER else STALLED_AFTER


class ActionSerial(Serials, Model):
    """The last number given; see `core.serials`."""

    __tablename__ = "action_serials"


class ActionEntry(Model):
    """One line of an action's log: a step to another stage, or just what happened."""

    __tablename__ = "action_entries"
    __table_args__ = (sa.Index("ix_action_entries_action", "action_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("actions.id"))
    was: Mapped[Stage]
    became: Mapped[Stage]
    sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))  # what was done
    next_step: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH), default="")  # what comes next
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    held_until: Mapped[date | None]  # in the step to a hold
    owner_id: Mapped[int | None] = mapped_column(  # who has the action from this entry on
        sa.ForeignKey("organisations.id"), index=True
    )
    holder_id: Mapped[int | None] = mapped_column(  # who has it in hand from this entry on
        sa.ForeignKey("people.id"), index=True
    )
    act: Mapped[str] = mapped_column(sa.String(36))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id, lazy="raise")
    owner: Mapped[Organisation | None] = relationship(foreign_keys=owner_id, lazy="raise")
    holder: Mapped[Person | None] = relationship(foreign_keys=holder_id, lazy="raise")
