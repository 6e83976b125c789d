"""Correcting what the town has on record of a body, closing it, and opening it again."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts import queries as accounts
from tracker.accounts.changing import holding
from tracker.accounts.invited import usable
from tracker.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationKind,
)
from tracker.accounts.offices.national import plain_number
from tracker.accounts.towns import policy
from tracker.accounts.towns.queries import areas_of_town
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import listed


@dataclass(frozen=True)
class Record:
    """What the town says of a body; the body itself says its name and how it is reached."""

    area_ids: frozenset[int]
    is_outsourced: bool | None  # of a centre
    office_no: str


def correct(organisation: Organisation, record: Record, *, by: Viewer, at: datetime) -> None:
    """The body serves or lies in these areas, is run so, and has this number.

    Cases that were filed stay in their areas; whoever works there sees the new ones from the next
    request on.

    :raises InvalidInputError: when the number is another's or too short, or the areas do not fit
    """
    require(policy.can_set_up(by, organisation.municipality_id))
    number = plain_number(record.office_no) or None
    _refuse_number(organisation, number)
    before = {area.id for area in accounts.areas_of(organisation.id)}
    _refuse_areas(organisation, record.area_ids)
    was = _coded(organisation, before)
    organisation.office_no = number
    if organisation.kind is OrganisationKind.CENTRE:
        organisation.is_outsourced = record.is_outsourced
    organisation.updated_at = at
    gone = sa.delete(OrganisationArea).where(
        OrganisationArea.organisation_id == organisation.id,
        OrganisationArea.area_id.in_(before - record.area_ids),
    )
    db.session.execute(gone)
    db.session.add_all(
        OrganisationArea(organisation_id=organisation.id, area_id=key)
        for key in sorted(record.area_ids - before)
    )
    change = Change(was, _coded(organisation, set(record.area_ids)), {}, {})
    audit.record(by, "organisation.corrected", organisation, at=at, change=change)


def _coded(organisation: Organisation, area_ids: set[int]) -> dict[str, object]:
    return {
        "area_ids": sorted(area_ids),
        "is_outsourced": organisation.is_outsourced,
        "office_no": organisation.office_no,
    }


def _refuse_number(organisation: Organisation, number: str | None) -> None:
    if number is None:
        return
    if len(number) != 10:
        raise InvalidInputError("office_no", _("An office number has ten signs."))
    taken = sa.select(Organisation.id).where(
        Organisation.office_no == number, Organisation.id != organisation.id
    )
    if db.session.scalar(taken) is not None:
        raise InvalidInputError("office_no", _("There is an office with this number already."))


def _refuse_areas(organisation: Organisation, area_ids: frozenset[int]) -> None:
    if not area_ids <= {area.id for area in areas_of_town(organisation.municipality_id)}:
        raise InvalidInputError("area_ids", _("Please choose areas of the town."))
    if organisation.kind is OrganisationKind.CENTRE and not area_ids:
        raise InvalidInputError("area_ids", _("Please choose the areas the centre serves."))


def against_closing(organisation: Organisation, on: date) -> list[str]:
    """What stands against closing the body on that day, in sentences; [] when nothing does."""
    people = db.session.scalar(
        sa.select(sa.func.count(sa.distinct(Membership.person_id))).where(
            Membership.organisation_id == organisation.id,
            sa.or_(Membership.until_on.is_(None), Membership.until_on >= on),
        )
    )
    working = (
        ngettext("%(num)d person works there", "%(num)d people work there", people)
        if people
        else ""
    )
    alone = holding.served_alone(organisation, today=on)
    return [one for one in (working, alone, *holding.held_by(organisation.id)) if one]


def close(organisation: Organisation, on: date, *, by: Viewer, at: datetime) -> None:
    """The body is closed from that day on; its name, number and cases are still found.

    :raises ConflictError: when it is closed already
    :raises InvalidInputError: while people work there or something of it is open, saying what
    """
    require(policy.can_set_up(by, organisation.municipality_id))
    if organisation.closed_on is not None:
        raise ConflictError(_("It is closed already."))
    against = against_closing(organisation, on)
    if against:
        raise InvalidInputError("on", _("Not yet: %(things)s.", things=listed(against)))
    organisation.closed_on, organisation.updated_at = on, at
    links = sa.update(Invitation).where(
        Invitation.organisation_id == organisation.id, *usable(at)
    )  # fmt: skip
    db.session.execute(links.values(cancelled_at=at))
    change = Change({"closed_on": None}, {"closed_on": on.isoformat()}, {}, {})
    audit.record(by, "organisation.closed", organisation, at=at, change=change)


def reopen(organisation: Organisation, *, by: Viewer, at: datetime) -> None:
    """The body is at work again; nobody is in it until somebody is invited.

    :raises ConflictError: when it is open, or goes on in another body
    """
    require(policy.can_set_up(by, organisation.municipality_id))
    if organisation.closed_on is None:
        raise ConflictError(_("It is open."))
    if organisation.merged_into_id is not None:
        raise ConflictError(_("It goes on in another organisation; that cannot be opened again."))
    change = Change({"closed_on": organisation.closed_on.isoformat()}, {"closed_on": None}, {}, {})
    organisation.closed_on, organisation.updated_at = None, at
    audit.record(by, "organisation.reopened", organisation, at=at, change=change)
