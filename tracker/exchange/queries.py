"""Reading for papers what no feature reads by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Organisation, OrganisationArea, OrganisationKind
from tracker.actions.models import Action
from tracker.core.db import db
from tracker.core.i18n import named


@dataclass(frozen=True)
class Decided:
    """An action that a meeting decided, as its minutes say it."""

    number: str
    title: str
    owner: str
    due_on: date


def decided(item_ids: Sequence[int]) -> dict[int, list[Decided]]:
    """Actions by the agenda item that decided them, each by id; items without are left out.

    For those who may read the meeting's minutes.
    """
    rows = db.session.execute(
        sa.select(
            Action.item_id,
            Action.number,
            Action.title,
            Action.due_on,
            Organisation.name_ja,
            Organisation.name_en,
        )
        .join(Organisation, Organisation.id == Action.owner_id)
        .where(Action.item_id.in_(item_ids))
        .order_by(Action.id)
    )
    found: dict[int, list[Decided]] = {}
    for row in rows:
        action = Decided(row.number, row.title, named(row), row.due_on)
        found.setdefault(row.item_id, []).append(action)
    return found


@dataclass(frozen=True)
class Contact:
    """A body and its own line; "" where none is known."""

    name: str
    phone: str


def office_contact(organisation_id: int) -> Contact:
    """The name and line of the viewer's own office."""
    row = db.session.get_one(Organisation, organisation_id)
    return Contact(named(row), row.phone)


def centre_contacts(area_ids: frozenset[int], *, today: date) -> list[Contact]:
    """The open centres of these areas, by id: where a sheet is sent to."""
    serving = sa.select(OrganisationArea.organisation_id).where(
        OrganisationArea.area_id.in_(area_ids)
    )
    rows = db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.CENTRE,
            Organisation.id.in_(serving),
            sa.or_(Organisation.closed_on.is_(None), Organisation.closed_on > today),
        )
        .order_by(Organisation.id)
    )
    return [Contact(named(row), row.phone) for row in rows]
