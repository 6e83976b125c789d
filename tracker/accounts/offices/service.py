"""Taking the offices of a town over from the national file, as often as there is a new one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import (
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    OrganisationTown,
)
from tracker.accounts.offices import queries
from tracker.accounts.offices.models import OfficeFile
from tracker.accounts.offices.national import OfficeRow
from tracker.accounts.offices.queries import Changed, Comparison
from tracker.accounts.towns import policy
from tracker.accounts.towns.queries import areas_of_town
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.core.i18n import listed


def rows_for(town_id: int, rows: Sequence[OfficeRow], also: Sequence[str]) -> list[OfficeRow]:
    """The rows of the town, and those of other towns that were asked for by number.

    :raises InvalidInputError: when there is none of the town, or a number is not in the file
    """
    own = queries.codes_of(town_id)
    wanted = set(also)
    found = [row for row in rows if row.town in own or row.number in wanted]
    missing = wanted - {row.number for row in found}
    if missing:
        raise InvalidInputError(
            "also", _("Not in the file: %(numbers)s.", numbers=listed(sorted(missing)))
        )
    if not any(row.town in own for row in found):
        raise InvalidInputError("file", _("The file holds no office of this town."))
    return sorted(found, key=lambda row: row.number)


def keep(town: Municipality, rows: Sequence[OfficeRow], *, by: Viewer, at: datetime) -> OfficeFile:
    """What was read waits to be looked at; what waited before for the town is gone."""
    require(policy.can_set_up(by, town.id))
    waiting = sa.delete(OfficeFile).where(
        OfficeFile.municipality_id == town.id, OfficeFile.applied_at.is_(None)
    )
    db.session.execute(waiting)
    made = OfficeFile(
        municipality_id=town.id,
        rows=[row.stored() for row in rows],
        made_by_id=by.person_id,
        made_at=at,
        applied_at=None,
    )
    db.session.add(made)
    facts = {"rows": len(rows)}
    audit.record(by, "offices.file_read", made, at=at, change=Change({}, facts, {}, {}))
    return made


def rows_of(file: OfficeFile) -> list[OfficeRow]:
    """What was read."""
    return [OfficeRow(**row) for row in file.rows]


def take_over(
    file: OfficeFile, *, close: Collection[int], by: Viewer, at: datetime, today: date
) -> Comparison:
    """The town's offices are as the file says; taking it over again changes nothing.

    :param close: of the offices that are not in the file and have nobody in them, those to close
    """
    require(policy.can_set_up(by, file.municipality_id))
    done = apply(file.municipality_id, rows_of(file), close=close, by=by, at=at, today=today)
    if file.applied_at is None:
        file.applied_at = at
    return done


def apply(
    town_id: int,
    rows: Sequence[OfficeRow],
    *,
    close: Collection[int],
    by: Viewer | None,
    at: datetime,
    today: date,
) -> Comparison:
    """The same for a command, which nobody need be signed in for."""
    held = sa.select(Municipality.id).where(Municipality.id == town_id).with_for_update()
    db.session.execute(held)  # whoever takes over at the same time comes second
    found = queries.compare(town_id, rows, today=today)
    areas = areas_of_town(town_id)
    only_area = areas[0].id if len(areas) == 1 else None
    for row in found.new:
        _found(row, town_id, only_area, by=by, at=at, today=today)
    for known, row in found.elsewhere:
        # A ward's office belongs to its city.
        office = known or _found(row, _city(row.town), None, by=by, at=at, today=today)
        db.session.add(OrganisationTown(organisation_id=office.id, municipality_id=town_id))
        change = Change({}, {"serves": town_id}, {}, {})
        audit.record(by, "organisation.changed", office, at=at, change=change)
    for change_ in found.changed:
        _change(change_, by=by, at=at, today=today)
    for office in found.same:
        office.listed_on = today
    for office in found.gone:
        if office.id not in close:
            continue
        office.closed_on, office.updated_at = today, at
        audit.record(by, "organisation.closed", office, at=at)
    db.session.flush()
    return found


def _city(code: int) -> int:
    place = db.session.get(Municipality, code)
    if place is None:
        raise InvalidInputError(
            "also", _("There is no municipality with the code %(code)s.", code=f"{code:05}")
        )
    return place.parent_id or place.id


def _found(
    row: OfficeRow,
    town_id: int,
    area_id: int | None,
    *,
    by: Viewer | None,
    at: datetime,
    today: date,
) -> Organisation:
    made = Organisation(
        kind=OrganisationKind.AGENCY,
        municipality_id=town_id,
        name_ja=row.name,
        name_en=row.name,
        kana=row.kana,
        office_no=row.number,
        phone=row.phone,
        address=row.address,
        listed_on=today,
        created_at=at,
        updated_at=at,
    )
    db.session.add(made)
    db.session.flush()
    if area_id is not None:
        db.session.add(OrganisationArea(organisation_id=made.id, area_id=area_id))
    audit.record(by, "organisation.added", made, at=at)
    return made


def _change(change: Changed, *, by: Viewer | None, at: datetime, today: date) -> None:
    office, row = change.organisation, change.row
    if "name_ja" in change.fields and office.name_en == office.name_ja:
        office.name_en = row.name
    told = {"name_ja": row.name, "kana": row.kana, "phone": row.phone, "address": row.address}
    for name in change.fields:
        setattr(office, name, told[name])
    if change.reopens:
        office.closed_on = None
    office.listed_on, office.updated_at = today, at
    fields = {"fields": [*change.fields], "reopened": change.reopens}
    audit.record(by, "organisation.changed", office, at=at, change=Change({}, fields, {}, {}))
