"""What a file of offices would change in a town."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import (
    Membership,
    Municipality,
    Organisation,
    OrganisationKind,
    OrganisationTown,
)
from tracker.accounts.offices.models import OfficeFile
from tracker.accounts.offices.national import OfficeRow
from tracker.accounts.standing import in_force
from tracker.accounts.towns import policy
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError

COMPARED = ("name_ja", "kana", "phone", "address")


@dataclass(frozen=True)
class Changed:
    """An office that is told of otherwise: our row, the file's, and the fields that differ."""

    organisation: Organisation
    row: OfficeRow
    fields: tuple[str, ...]
    reopens: bool


@dataclass(frozen=True)
class Comparison:
    """A file beside what we know, each in the order of numbers.

    :param elsewhere: offices of other towns that are to serve this one and do not yet
    :param gone: at work with us and not in the file, with nobody in them
    :param gone_with_people: likewise, but somebody works there; they are closed by hand only
    :param people: how many work in each of those
    """

    new: Sequence[OfficeRow]
    changed: Sequence[Changed]
    same: Sequence[Organisation]
    elsewhere: Sequence[tuple[Organisation | None, OfficeRow]]
    gone: Sequence[Organisation]
    gone_with_people: Sequence[Organisation]
    people: Mapping[int, int]

    @property
    def once_listed(self) -> frozenset[int]:
        """Of those that are gone the ones an earlier file named; others were entered by hand."""
        return frozenset(office.id for office in self.gone if office.listed_on is not None)

    @property
    def odd(self) -> list[OfficeRow]:
        """New offices whose number does not fit its check digit."""
        new = [*self.new, *(row for known, row in self.elsewhere if known is None)]
        return [row for row in new if row.is_odd]

    @property
    def changes(self) -> int:
        """How many offices would be made or changed, closing aside."""
        return len(self.new) + len(self.changed) + len(self.elsewhere)


def get_file(viewer: Viewer, file_id: int) -> OfficeFile:
    """What was read for a town the viewer may set up.

    :raises NotFoundError: otherwise
    """
    found = db.session.scalars(
        sa.select(OfficeFile)
        .join(Municipality, Municipality.id == OfficeFile.municipality_id)
        .where(OfficeFile.id == file_id, policy.towns_visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def codes_of(town_id: int) -> frozenset[int]:
    """The town's own code and those of its wards, as rows of a file may bear."""
    wards = db.session.scalars(sa.select(Municipality.id).where(Municipality.parent_id == town_id))
    return frozenset({town_id, *wards})


def compare(town_id: int, rows: Sequence[OfficeRow], *, today: date) -> Comparison:
    """What these rows would change; rows of other towns are offices that serve this one."""
    own = codes_of(town_id)
    known = _known(town_id, rows)
    new: list[OfficeRow] = []
    changed: list[Changed] = []
    same: list[Organisation] = []
    elsewhere: list[tuple[Organisation | None, OfficeRow]] = []
    serving = set(
        db.session.scalars(
            sa.select(OrganisationTown.organisation_id).where(
                OrganisationTown.municipality_id == town_id
            )
        )
    )
    for row in rows:
        office = known.get(row.number)
        foreign = row.town not in own or (office and office.municipality_id != town_id)
        if foreign and (office is None or office.id not in serving):
            elsewhere.append((office, row))
        elif office is None:
            new.append(row)
        elif foreign or office.merged_into_id is not None:
            same.append(office)
        else:
            _sort(office, row, changed, same, today)
    missing, people = _gone(town_id, {row.number for row in rows}, known.values(), today)
    gone = [office for office in missing if office.id not in people]
    peopled = [office for office in missing if office.id in people]
    return Comparison(new, changed, same, elsewhere, gone, peopled, people)


def _sort(
    office: Organisation,
    row: OfficeRow,
    changed: list[Changed],
    same: list[Organisation],
    today: date,
) -> None:
    told = {"name_ja": row.name, "kana": row.kana, "phone": row.phone, "address": row.address}
    fields = tuple(name for name in COMPARED if told[name] and getattr(office, name) != told[name])
    reopens = office.closed_on is not None and office.closed_on <= today
    if fields or reopens:
        changed.append(Changed(office, row, fields, reopens))
    else:
        same.append(office)


def _known(town_id: int, rows: Sequence[OfficeRow]) -> dict[str, Organisation]:
    """Offices of the town with a number, and any other whose number is asked for."""
    here = sa.and_(
        Organisation.municipality_id == town_id, Organisation.kind == OrganisationKind.AGENCY
    )
    own = codes_of(town_id)
    asked = [row.number for row in rows if row.town not in own]
    numbers = [row.number for row in rows]
    found = db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.office_no.is_not(None),
            sa.or_(here, Organisation.office_no.in_([*asked, *numbers])),
        )
        .order_by(Organisation.office_no)
    )
    return {str(office.office_no): office for office in found}


def _gone(
    town_id: int, numbers: set[str], known: Any, today: date
) -> tuple[list[Organisation], Mapping[int, int]]:
    """Offices of the town that the file does not name, and how many people work in them."""
    missing = [
        office
        for office in known
        if office.municipality_id == town_id
        and office.kind is OrganisationKind.AGENCY
        and office.office_no not in numbers
        and (office.closed_on is None or office.closed_on > today)
    ]
    rows = db.session.execute(
        sa.select(Membership.organisation_id, sa.func.count(sa.distinct(Membership.person_id)))
        .where(Membership.organisation_id.in_([office.id for office in missing]), in_force(today))
        .group_by(Membership.organisation_id)
    )
    return missing, {row[0]: row[1] for row in rows}
