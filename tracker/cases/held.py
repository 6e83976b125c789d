"""What was filed for an organisation since it took up another, for whoever undoes that."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tracker.cases.models import Case
from tracker.core.db import db


def filed_since(
    _sender: object = None, *, organisation_id: int, person_ids: Sequence[int], since: datetime
) -> bool:
    """Has one of these people filed a case for the office since then?

    Answers `accounts.changing.holding.worked_asked`.
    """
    found = sa.exists().where(
        Case.organisation_id == organisation_id,
        Case.filed_by_id.in_(person_ids),
        Case.submitted_at >= since,
    )
    return bool(db.session.scalar(sa.select(found)))
