"""Reading the emergency chain: what is shown in a danger, and what the settings page lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.accounts.models import (
    Area,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
)
from tracker.accounts.viewer import Viewer
from tracker.core import clock, workdays
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.settings import policy
from tracker.settings.models import (
    FIRST_CALLS,
    PUT_BACK_HOURS,
    Danger,
    EmergencyLink,
    Hours,
    LinkDraft,
)
from tracker.settings.values import queries as values

REMOVED, RESTORED = "emergency_link.removed", "emergency_link.restored"
PUT_BACK_WITHIN = timedelta(hours=PUT_BACK_HOURS)


@dataclass(frozen=True)
class Link:
    """One body to call now, as a care manager reads it."""

    target: str  # codes, list call_target
    name: str
    phone: str
    note: str
    hours: Hours  # when it can be called; `hours.label` says it
    is_default: bool  # ours, because the town has set nothing that holds here and now


def chain(viewer: Viewer, area_id: int, danger: Danger, *, at: datetime) -> list[Link]:
    """Whom to call in this area at this instant, first of all first; three statements.

    Links of the area and those of all areas stand in one order, the one the town gave them.
    Where none of them holds here and now our default does, so that nobody who may know of the
    area is left without a number; [] for whoever serves neither the town nor comes from it.
    """
    found = _chains(viewer, area_id, (danger,), at)
    return found.get(danger, [])


def preview(
    viewer: Viewer, area_id: int, *, in_office_hours: bool | datetime
) -> dict[Danger, list[Link]]:
    """What `chain` gives for each danger, in office hours, outside them, or at an instant."""
    return _chains(viewer, area_id, tuple(Danger), in_office_hours)


def _chains(
    viewer: Viewer, area_id: int, dangers: Sequence[Danger], when: bool | datetime
) -> dict[Danger, list[Link]]:
    place = _place(viewer, area_id)
    if place is None:
        return {}
    in_office_hours = when if isinstance(when, bool) else _is_open(place.municipality_id, when)
    own: dict[Danger, list[Link]] = {danger: [] for danger in dangers}
    rows = db.session.scalars(
        sa.select(EmergencyLink)
        .where(
            policy.visible_to(viewer),
            EmergencyLink.municipality_id == place.municipality_id,
            EmergencyLink.danger.in_(dangers),
            sa.or_(EmergencyLink.area_id.is_(None), EmergencyLink.area_id == area_id),
            EmergencyLink.hours.in_(
                (Hours.ALWAYS, Hours.OFFICE if in_office_hours else Hours.AFTER)
            ),
        )
        .order_by(EmergencyLink.position, EmergencyLink.id)
    )
    for row in rows:
        link = Link(row.target, row.name, row.phone, row.note, row.hours, is_default=False)
        own[row.danger].append(link)
    return {danger: links or _default(danger, place) for danger, links in own.items()}


def _is_open(municipality_id: int, at: datetime) -> bool:
    """Is the town office open at this instant, by the town's own hours?"""
    hours = values.office_hours(municipality_id, today=clock.local(at).date())
    return workdays.in_office_hours(at, *hours)


@dataclass(frozen=True)
class _Place:
    """An area's town, and the centre that serves it; "" when there is none."""

    municipality_id: int
    centre: str
    phone: str


def _place(viewer: Viewer, area_id: int) -> _Place | None:
    centre_id = (
        sa.select(sa.func.min(Organisation.id))
        .join(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .where(OrganisationArea.area_id == Area.id, *_is_open_centre())
        .correlate(Area)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            Area.municipality_id, Organisation.name_ja, Organisation.name_en, Organisation.phone
        )
        .outerjoin(Organisation, Organisation.id == centre_id)
        .where(Area.id == area_id, Area.municipality_id.in_(policy.towns_known(viewer)))
    ).one_or_none()
    return _Place(row.municipality_id, named(row), row.phone or "") if row else None


def _is_open_centre() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Organisation.kind == OrganisationKind.CENTRE,
        Organisation.closed_on.is_(None),
        Organisation.phone != "",
    )


def _default(danger: Danger, place: _Place) -> list[Link]:
    """The country's number, then the area's centre with the line it is known by.

    The centre stands there at night too, marked: many have their line forwarded.
    """
    first = FIRST_CALLS[danger]
    links = [Link(first.target, str(first.name), first.phone, "", Hours.ALWAYS, is_default=True)]
    if place.phone:
        links.append(Link("CENTRE", place.centre, place.phone, "", Hours.OFFICE, is_default=True))
    return links


@dataclass(frozen=True)
class TownChain:
    """What a town has set for one danger, in its order."""

    town: Municipality
    danger: Danger
    links: list[EmergencyLink]  # with their areas
    may_edit: bool

    @property
    def default_phone(self) -> str:
        """The country's number for this danger."""
        return FIRST_CALLS[self.danger].phone

    @property
    def lacks_first_call(self) -> bool:
        """Has the town set something, and not the country's number for everybody at any hour?"""
        return bool(self.links) and not holds_first_call(self.links)


def is_first_call(link: EmergencyLink | LinkDraft) -> bool:
    """Is it the country's number of its danger, for everybody at any hour?"""
    is_number = link.target == FIRST_CALLS[link.danger].target
    return is_number and link.area_id is None and link.hours is Hours.ALWAYS


def holds_first_call(links: Iterable[EmergencyLink]) -> bool:
    """Does the country's number stand among them, for everybody at any hour?"""
    return any(is_first_call(link) for link in links)


def hides_first_call(link: EmergencyLink) -> bool:
    """Would the country's number be missing from a chain of others once this link is gone?"""
    others = [one for one in in_order(link.municipality_id, link.danger) if one.id != link.id]
    return is_first_call(link) and bool(others) and not holds_first_call(others)


def town_chains(viewer: Viewer) -> list[TownChain]:
    """Every danger of every town whose settings the viewer reads, by town; two statements."""
    read = policy.towns_read(viewer)
    towns = db.session.scalars(
        sa.select(Municipality).where(Municipality.id.in_(read)).order_by(Municipality.code)
    ).all()
    links: dict[tuple[int, Danger], list[EmergencyLink]] = {}
    for link in db.session.scalars(
        sa.select(EmergencyLink)
        .where(policy.visible_to(viewer), EmergencyLink.municipality_id.in_(read))
        .options(joinedload(EmergencyLink.area))
        .order_by(EmergencyLink.position, EmergencyLink.id)
    ):
        links.setdefault((link.municipality_id, link.danger), []).append(link)
    return [
        TownChain(town, danger, links.get((town.id, danger), []), policy.can_edit(viewer, town.id))
        for town in towns
        for danger in Danger
    ]


def find_link(viewer: Viewer, link_id: int) -> EmergencyLink | None:
    """The link; None when there is none, or it is not the viewer's to know."""
    return db.session.scalars(
        sa.select(EmergencyLink).where(EmergencyLink.id == link_id, policy.visible_to(viewer))
    ).one_or_none()


def get_link(viewer: Viewer, link_id: int) -> EmergencyLink:
    """The link.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = find_link(viewer, link_id)
    if found is None:
        raise NotFoundError
    return found


def in_order(municipality_id: int, danger: Danger) -> list[EmergencyLink]:
    """The links of a town for one danger, held until the end. For the service."""
    return list(
        db.session.scalars(
            sa.select(EmergencyLink)
            .where(EmergencyLink.municipality_id == municipality_id, EmergencyLink.danger == danger)
            .order_by(EmergencyLink.position, EmergencyLink.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


@dataclass(frozen=True)
class Place:
    """Where a link may hold: one area, or all of a town."""

    municipality_id: int
    area_id: int | None
    label: str

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.municipality_id}-{self.area_id or 0}"


def places_edited(viewer: Viewer) -> list[Place]:
    """Each town whose settings the viewer makes, as a whole and by area."""
    found: list[Place] = []
    for row in _areas_in(policy.towns_edited(viewer)):
        if not found or found[-1].municipality_id != row.municipality_id:
            whole = _("All areas of %(town)s", town=named(row, "town"))
            found.append(Place(row.municipality_id, None, whole))
        if row.id is not None:
            found.append(Place(row.municipality_id, row.id, _with_town(row)))
    return found


def areas_read(viewer: Viewer) -> list[tuple[int, str]]:
    """Areas of the towns whose settings the viewer reads, by code."""
    rows = _areas_in(policy.towns_read(viewer))
    return [(row.id, _with_town(row)) for row in rows if row.id is not None]


def _areas_in(towns: frozenset[int]) -> Sequence[sa.Row[*tuple[object, ...]]]:
    return db.session.execute(
        sa.select(
            Municipality.id.label("municipality_id"),
            Municipality.name_ja.label("town_ja"),
            Municipality.name_en.label("town_en"),
            Area.id,
            Area.name_ja,
            Area.name_en,
        )
        .outerjoin(Area, Area.municipality_id == Municipality.id)
        .where(Municipality.id.in_(towns))
        .order_by(Municipality.code, Area.code)
    ).all()


def _with_town(row: sa.Row[*tuple[object, ...]]) -> str:
    return f"{named(row, 'town')} {named(row)}"


@dataclass(frozen=True)
class CentreLine:
    """The line of a centre, in an area it serves."""

    area_id: int
    name: str
    phone: str


def centre_lines(municipality_id: int) -> list[CentreLine]:
    """The lines of the town's centres, by area. For the service."""
    rows = db.session.execute(
        sa.select(OrganisationArea.area_id, Organisation.name_ja, Organisation.phone)
        .join(Organisation, Organisation.id == OrganisationArea.organisation_id)
        .join(Area, Area.id == OrganisationArea.area_id)
        .where(Area.municipality_id == municipality_id, *_is_open_centre())
        .order_by(Area.code, Organisation.id)
    )
    return [CentreLine(*row) for row in rows]


@dataclass(frozen=True)
class RemovedLink:
    """A link that was taken out lately, as the audit log and its texts keep it."""

    entry_id: int  # of the audit log
    at: datetime
    municipality_id: int
    area_id: int | None
    danger: Danger
    hours: Hours
    position: int
    target: str
    name: str
    phone: str
    note: str


def removed_lately(viewer: Viewer, *, at: datetime) -> list[RemovedLink]:
    """Links that can still be put back, in towns whose settings the viewer makes; newest first."""
    entries = db.session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.chain.in_(policy.towns_edited(viewer)),
            AuditEntry.subject == EmergencyLink.__tablename__,
            AuditEntry.verb.in_((REMOVED, RESTORED)),
            AuditEntry.at >= at - PUT_BACK_WITHIN,
        )
        .order_by(AuditEntry.id.desc())
    ).all()
    back = {entry.facts["now"]["entry_id"] for entry in entries if entry.verb == RESTORED}
    gone = [entry for entry in entries if entry.verb == REMOVED and entry.id not in back]
    texts = _texts_of(gone) if gone else {}
    return [_removed(entry, texts) for entry in gone]


def get_removed(viewer: Viewer, entry_id: int, *, at: datetime) -> RemovedLink:
    """A link that can still be put back.

    :raises NotFoundError: when it cannot (any more), or it is not the viewer's to know
    """
    for removed in removed_lately(viewer, at=at):
        if removed.entry_id == entry_id:
            return removed
    raise NotFoundError


def _texts_of(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """The texts these entries speak of, by their digest."""
    digests = {digest for entry in entries for digest in entry.facts["texts"].values()}
    rows = db.session.execute(
        sa.select(TextRevision.digest, TextRevision.text).where(
            TextRevision.subject == EmergencyLink.__tablename__, TextRevision.digest.in_(digests)
        )
    )
    return {row.digest: row.text for row in rows}


def _removed(entry: AuditEntry, texts: dict[str, str]) -> RemovedLink:
    was = entry.facts["was"]
    kept = {name: texts.get(digest, "") for name, digest in entry.facts["texts"].items()}
    return RemovedLink(
        entry_id=entry.id,
        at=entry.at,
        municipality_id=entry.chain,
        area_id=was["area_id"],
        danger=Danger(was["danger"]),
        hours=Hours(was["hours"]),
        position=was["position"],
        target=was["target"],
        name=kept.get("name", ""),
        phone=kept.get("phone", ""),
        note=kept.get("note", ""),
    )
