"""Which row somebody means who typed a number or pasted an address."""

import re
from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.actions.agreements.models import Agreement
from tracker.actions.models import Action
from tracker.cases.models import Case
from tracker.core import text
from tracker.core.db import db, row_id
from tracker.issues.candidates.models import Candidate
from tracker.issues.letters.models import IssueLetter
from tracker.issues.models import RegionalIssue
from tracker.meetings.models import Meeting
from tracker.privacy.exports.models import Export
from tracker.privacy.keeping.models import Redaction
from tracker.resources.models import Resource

Place = tuple[str, int]  # table, key

FOUND = (
    *("cases", "issues", "candidates", "meetings", "actions", "resources"),
    *("people", "organisations"),
)  # tables whose rows are meant by an address
_ADDRESS = re.compile(rf"/({'|'.join(FOUND)})/([0-9]{{1,10}})(?![0-9])")
_SHORT = re.compile(r"([A-Z]{0,2}[0-9]{1,2})-([0-9]{4,6})")  # of a case; issues have two digits
NUMBERED: dict[str, Any] = {"cases": Case, "issues": RegionalIssue, "actions": Action}


def of_towns(towns: frozenset[int]) -> dict[str, Callable[[], sa.Select[int]]]:
    """For each kind of row that is opened: the keys of those that belong to these towns."""
    models: dict[str, Any] = {
        **NUMBERED,
        "candidates": Candidate,
        "meetings": Meeting,
        "resources": Resource,
        "organisations": Organisation,
        "exports": Export,
        "issue_letters": IssueLetter,
        "agreements": Agreement,
        "redactions": Redaction,
    }

    def keys(model: Any) -> Callable[[], sa.Select[int]]:
        return lambda: sa.select(model.id).where(model.municipality_id.in_(towns))

    found = {name: keys(model) for name, model in models.items()}
    bodies = sa.select(Organisation.id).where(Organisation.municipality_id.in_(towns))
    return {
        **found,
        "people": lambda: people_of(towns),
        "memberships": lambda: sa.select(Membership.id).where(
            Membership.organisation_id.in_(bodies)
        ),
    }


def people_of(towns: frozenset[int]) -> sa.Select[int]:
    """Keys of everybody who belongs or belonged to a body of these towns."""
    return (
        sa.select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.municipality_id.in_(towns))
    )


def locate(viewer: Viewer, typed: str, *, kind: str = "") -> Place | None:
    """The row that is meant, when it belongs to a town of this privacy officer; else None.

    :param typed: R8-13101-0042, inside one town also R8-0042, or an address of a page
    :param kind: the table it is in, where known: issues and actions have numbers alike
    """
    towns = viewer.municipality_ids(Role.PRIVACY)
    plain = text.digits(typed).strip()
    if found := _ADDRESS.search(plain):
        return _known(found[1], found[2], towns)
    number = plain.upper()
    for name in [kind] if kind in NUMBERED else NUMBERED:
        model = NUMBERED[name]
        statement = (
            sa.select(model.id)
            .where(_number_is(model, number), model.municipality_id.in_(towns))
            .order_by(model.id.desc())
            .limit(1)
        )
        if (key := db.session.scalar(statement)) is not None:
            return name, key
    return None


def _known(name: str, digits: str, towns: frozenset[int]) -> Place | None:
    try:
        key = row_id(digits)
    except ValueError:
        return None
    statement = of_towns(towns)[name]()
    found = db.session.scalar(sa.select(sa.literal(key).in_(statement)))
    return (name, key) if found else None


def _number_is(model: Any, number: str) -> sa.ColumnElement[bool]:
    short = _SHORT.fullmatch(number) if model is Case else None
    if short is not None:
        return Case.number.like(f"{short[1]}-_____-{int(short[2]):04}")
    return cast(sa.ColumnElement[bool], model.number == number)
