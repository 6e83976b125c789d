"""What is known at each stage, milestones, use, who stands in for whom, and what is said."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Organisation, Person
from tracker.core.db import FreeText, Model

FACT_LENGTH = 400
MILESTONE_LENGTH = 80
COMMENT_LENGTH = 400
MOST_USES = 100_000  # in a month; more is a slip of the finger


class Fact(enum.StrEnum):
    """What somebody wrote down when an action went on; the value is the name of the field."""

    SURVEY_PLAN = "survey_plan"
    SURVEYED = "surveyed"
    SURVEY_RESULT = "survey_result"
    PARTNER = "partner"
    AGREED = "agreed"
    FUNDING = "funding"
    FUNDING_NOTE = "funding_note"
    TRIAL_PLACE = "trial_place"
    TRIAL_FROM = "trial_from"
    TRIAL_UNTIL = "trial_until"
    TRIAL_NUMBERS = "trial_numbers"
    IN_FORCE = "in_force"
    USE_IN_WORDS = "use_in_words"
    MEASURED = "measured"
    INSTEAD = "instead"
    WITHOUT = "without"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return FACT_LABELS[self]


FACT_LABELS: dict[Fact, LazyString] = {
    Fact.SURVEY_PLAN: _l("What will be surveyed, and whom you ask"),
    Fact.SURVEYED: _l("What was surveyed"),
    Fact.SURVEY_RESULT: _l("What came out of it"),
    Fact.PARTNER: _l("Who takes part"),
    Fact.AGREED: _l("What was agreed with them"),
    Fact.FUNDING: _l("Where the money comes from"),
    Fact.FUNDING_NOTE: _l("Amount and conditions"),
    Fact.TRIAL_PLACE: _l("Where it is tried"),
    Fact.TRIAL_FROM: _l("Tried from"),
    Fact.TRIAL_UNTIL: _l("Tried until"),
    Fact.TRIAL_NUMBERS: _l("How many took part in the trial"),
    Fact.IN_FORCE: _l("What is in force from now on"),
    Fact.USE_IN_WORDS: _l("How it is used, in words"),
    Fact.MEASURED: _l("What was reached, measured by “done when”"),
    Fact.INSTEAD: _l("What is done instead"),
    Fact.WITHOUT: _l("Why something of this is missing"),
}
DAY_FACTS = frozenset({Fact.TRIAL_FROM, Fact.TRIAL_UNTIL})


class Funding(enum.StrEnum):
    """Where the money for an action comes from."""

    COMMUNITY_SUPPORT = "community_support"
    TOWN = "town"
    COUNCIL = "council"
    PRIVATE = "private"
    USERS = "users"
    VOLUNTEER = "volunteer"
    NONE_NEEDED = "none_needed"
    UNDECIDED = "undecided"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return FUNDING_LABELS[self]


FUNDING_LABELS: dict[Funding, LazyString] = {
    Funding.COMMUNITY_SUPPORT: _l("Community support projects of long-term care insurance"),
    Funding.TOWN: _l("The municipality’s own budget"),
    Funding.COUNCIL: _l("Council of social welfare, community chest"),
    Funding.PRIVATE: _l("Firms and foundations"),
    Funding.USERS: _l("Those who use it"),
    Funding.VOLUNTEER: _l("Volunteers, no money"),
    Funding.NONE_NEEDED: _l("No money is needed"),
    Funding.UNDECIDED: _l("Not settled yet"),
}


class ActionFact(Model):
    """One thing known at a stage; written again at a later step, the newer one is shown first."""

    __tablename__ = "action_facts"
    __table_args__ = (sa.Index("ix_action_facts_action", "action_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("actions.id"))
    fact: Mapped[Fact]
    text: Mapped[str] = mapped_column(FreeText(FACT_LENGTH))  # of FUNDING: its code
    day: Mapped[date | None]
    act: Mapped[str] = mapped_column(sa.String(36), index=True)  # the step it was written with
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Milestone(Model):
    """Something that has to be reached on the way, with its day."""

    __tablename__ = "action_milestones"
    __table_args__ = (sa.Index("ix_action_milestones_action", "action_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("actions.id"))
    title: Mapped[str] = mapped_column(FreeText(MILESTONE_LENGTH))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    removed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]

    def is_late(self, today: date) -> bool:
        """Is it not reached although its day is past?"""
        return self.done_on is None and self.due_on < today


class ActionUse(Model):
    """How often what the action made was used in a month, and how often somebody was refused."""

    __tablename__ = "action_uses"
    __table_args__ = (
        sa.CheckConstraint("uses >= 0", name="uses"),
        sa.CheckConstraint("refusals >= 0", name="refusals"),
    )

    action_id: Mapped[int] = mapped_column(sa.ForeignKey("actions.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    uses: Mapped[int]
    refusals: Mapped[int]  # asked for, and could not be given
    at: Mapped[datetime]


class Delegation(Model):
    """Somebody stands in for a person while that person is away; it ends by itself."""

    __tablename__ = "action_delegations"
    __table_args__ = (sa.CheckConstraint("until_on >= from_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)
    holder_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]  # last day
    ended_on: Mapped[date | None]  # ended sooner: the first day without
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]

    holder: Mapped[Person] = relationship(foreign_keys=holder_id, lazy="raise")
    delegate: Mapped[Person] = relationship(foreign_keys=delegate_id, lazy="raise")

    def holds_on(self, day: date) -> bool:
        """Is it in force on this day?"""
        ended = self.ended_on is not None and self.ended_on <= day
        return self.from_on <= day <= self.until_on and not ended


class Audience(enum.StrEnum):
    """Who may read a comment."""

    OWN = "own"
    ALL = "all"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return AUDIENCE_LABELS[self]


AUDIENCE_LABELS: dict[Audience, LazyString] = {
    Audience.OWN: _l("Only my organisation"),
    Audience.ALL: _l("All who may see the action"),
}


class ActionComment(Model):
    """What somebody said about an action; no part of its log."""

    __tablename__ = "action_comments"
    __table_args__ = (sa.Index("ix_action_comments_action", "action_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("actions.id"))
    text: Mapped[str] = mapped_column(FreeText(COMMENT_LENGTH))
    audience: Mapped[Audience]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(36))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class ActionMention(Model):
    """This person was told of a comment."""

    __tablename__ = "action_mentions"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("action_comments.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, index=True)
