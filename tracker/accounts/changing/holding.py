"""What a body still has in hand: asked of the floors above before it is closed or joined."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from blinker import Signal
from flask_babel import ngettext

from tracker.accounts.holding import open_cases
from tracker.accounts.models import Organisation, OrganisationArea, OrganisationKind
from tracker.accounts.standing import is_open
from tracker.core.db import db

# Actions stand above; who answers says a sentence such as "3 open actions", or "".
held_asked = Signal("what is still open with this body: organisation_id")
# Each answers True when one of these people did something for the body since then.
worked_asked = Signal("did they work for it: organisation_id, person_ids, since")


def held_by(organisation_id: int) -> list[str]:
    """What is open with the body, in sentences; [] when nothing is."""
    cases = open_cases([organisation_id])[organisation_id]
    first = [ngettext("%(num)d open case", "%(num)d open cases", cases)] if cases else []
    answers = held_asked.send(organisation_id=organisation_id)
    return first + sorted(sentence for _receiver, sentence in answers if sentence)


def was_worked_for(organisation_id: int, person_ids: Sequence[int], since: datetime) -> bool:
    """Has one of these people filed or done something for the body since then?"""
    answers = worked_asked.send(organisation_id=organisation_id, person_ids=person_ids, since=since)
    return any(answer for _receiver, answer in answers)


def served_alone(body: Organisation, *, today: date) -> str:
    """That areas would have no centre without this one, as a sentence; "" for other bodies."""
    if body.kind is not OrganisationKind.CENTRE:
        return ""
    others = (
        sa.select(OrganisationArea.area_id)
        .join(Organisation, Organisation.id == OrganisationArea.organisation_id)
        .where(
            Organisation.id != body.id,
            Organisation.kind == OrganisationKind.CENTRE,
            is_open(today),
        )
    )
    alone = sa.select(sa.func.count()).select_from(OrganisationArea).where(
        OrganisationArea.organisation_id == body.id, OrganisationArea.area_id.not_in(others)
    )  # fmt: skip
    count = db.session.scalar(alone) or 0
    if not count:
        return ""
    return ngettext(
        "%(num)d area that no other centre serves", "%(num)d areas that no other centre serves",
        count,
    )  # fmt: skip
