"""Regions, organisations, people, and how people sign in."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.roles import Role
from tracker.core.db import BilingualName, Model, Timestamps, Versioned


class RegionKind(enum.StrEnum):
    """Level of a local government."""

    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"
    WARD = "ward"


class Municipality(BilingualName, Model):
    """A prefecture, municipality or ward of a designated city; `id` is its five-digit code.

    Source: 全国地方公共団体コード, merged list of October 2026 (data/municipalities.csv).
    """

    __tablename__ = "municipalities"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(6), unique=True)  # with check digit
    kind: Mapped[RegionKind]
    kana: Mapped[str] = mapped_column(sa.String(120))
    prefecture_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("municipalities.id"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)


class Area(BilingualName, Model):
    """A daily-life area (日常生活圏域); there is no national code, so code-NN of ours."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)


class OrganisationKind(enum.StrEnum):
    """What an organisation is in the chain."""

    AGENCY = "agency"
    CENTRE = "centre"
    OFFICE = "office"
    COUNCIL = "council"
    PREFECTURE = "prefecture"
    OTHER = "other"


ORGANISATION_LABELS: dict[OrganisationKind, LazyString] = {
    OrganisationKind.AGENCY: _l("In-home care management office"),
    OrganisationKind.CENTRE: _l("Community general support centre"),
    OrganisationKind.OFFICE: _l("Municipal department"),
    OrganisationKind.COUNCIL: _l("Council of social welfare"),
    OrganisationKind.PREFECTURE: _l("Prefectural department"),
    OrganisationKind.OTHER: _l("Other body"),
}


class Organisation(Timestamps, Versioned, BilingualName, Model):
    """An office, centre, department or council."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)
    kana: Mapped[str] = mapped_column(sa.String(120))
    office_no: Mapped[str | None] = mapped_column(sa.String(10), unique=True)  # 事業所番号
    phone: Mapped[str] = mapped_column(sa.String(20), default="")  # the office's own line
    address: Mapped[str] = mapped_column(sa.String(200), default="")  # where its letters go
    mail: Mapped[str | None] = mapped_column(sa.String(254))  # the office's own, not a person's
    is_outsourced: Mapped[bool | None]  # of a centre: run for the town by another body
    listed_on: Mapped[date | None]  # when the national file named it last; None: by hand
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )

    municipality: Mapped[Municipality] = relationship(lazy="raise")


class OrganisationArea(Model):
    """A centre serves this area; an agency sits in it."""

    __tablename__ = "organisation_areas"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("areas.id"), primary_key=True, index=True)


class OrganisationTown(Model):
    """An agency near a border also has clients in this town."""

    __tablename__ = "organisation_towns"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    municipality_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipalities.id"), primary_key=True, index=True
    )


class Pace(enum.StrEnum):
    """How soon a mail follows what happened."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    APP_ONLY = "app_only"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return PACE_LABELS[self]


PACE_LABELS: dict[Pace, LazyString] = {
    Pace.AT_ONCE: _l("At once"),
    Pace.DAILY: _l("Once a day, in the morning"),
    Pace.WEEKLY: _l("Once a week, on Monday"),
    Pace.APP_ONLY: _l("No mail, in the app only"),
}


class Person(Timestamps, Versioned, Model):
    """Somebody who may sign in: staff of an organisation, never a client."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(2), default="ja")
    wants_mail: Mapped[bool] = mapped_column(default=True)
    mail_own: Mapped[Pace] = mapped_column(default=Pace.AT_ONCE)  # answers, and work to do
    mail_news: Mapped[Pace] = mapped_column(default=Pace.WEEKLY)  # how issues of one's cases go on
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    epoch: Mapped[int] = mapped_column(default=1)  # sessions of an older epoch are over
    disabled_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


class Membership(Versioned, Model):
    """A person's role in an organisation, from a day until a day."""

    __tablename__ = "memberships"
    __table_args__ = (sa.CheckConstraint("until_on >= from_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    role: Mapped[Role]
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # last day; None: no end known
    may_invite: Mapped[bool] = mapped_column(default=False)
    is_head: Mapped[bool] = mapped_column(default=False)  # answers for the body
    reviewed_at: Mapped[datetime | None]  # when somebody last said that it is still right
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])


class SignInSession(Model):
    """One sign-in on one browser; the cookie holds its token, we only the hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    epoch: Mapped[int]
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(sa.String(80))  # "Edge on Windows", to tell them apart
    proved_at: Mapped[datetime | None]  # without it nothing opens but the second half of the door
    sure_at: Mapped[datetime | None]  # when the person last showed who they are


class SignInAttempt(Model):
    """A try at signing in; the name typed only as a hash, for it may be a password by mistake."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        sa.Index("ix_sign_in_attempts_login_hash_at", "login_hash", "at"),
        sa.Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login_hash: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(45))
    at: Mapped[datetime] = mapped_column(index=True)
    browser_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of a browser known before
    succeeded: Mapped[bool]


class GuessedPassword(Model):
    """How a try looked, for a day: two with one tag had the same word typed (`spraying`)."""

    __tablename__ = "guessed_passwords"
    __table_args__ = (sa.Index("ix_guessed_passwords_tag", "tag", "login_hash"),)

    # No foreign key: tries and tags are thrown away by different clocks.
    attempt_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tag: Mapped[int]
    login_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    noticed_at: Mapped[datetime | None]  # from then on nobody gets in with this word


class KnownBrowser(Model):
    """A browser this person has signed in with; guesses from elsewhere do not shut it out."""

    __tablename__ = "known_browsers"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    used_at: Mapped[datetime] = mapped_column(index=True)


class PasswordReset(Model):
    """A link with which one person may choose a new password, once, for half an hour."""

    __tablename__ = "password_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class InvitationWay(enum.StrEnum):
    """How an invitation reaches who is invited."""

    LINK = "link"
    LETTER = "letter"
    MAIL = "mail"


WAY_LABELS: dict[InvitationWay, LazyString] = {
    InvitationWay.LINK: _l("Link given by hand"),
    InvitationWay.LETTER: _l("Sent by letter"),
    InvitationWay.MAIL: _l("Sent by mail"),
}


class Invitation(Model):
    """A link with which one person may make an account in one organisation, once."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    role: Mapped[Role]
    may_invite: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    way: Mapped[InvitationWay] = mapped_column(default=InvitationWay.LINK)
    act: Mapped[str | None] = mapped_column(sa.String(36))  # of its mail, to stop it

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class ConductAcceptance(Model):
    """A person promised to write about needs, never about who somebody is; once a fiscal year."""

    __tablename__ = "conduct_acceptances"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class TownSetUp(Model):
    """A town that is being set up step by step; what is done is counted, not kept here."""

    __tablename__ = "town_set_ups"

    municipality_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipalities.id"), primary_key=True
    )
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]  # somebody said that this is enough
