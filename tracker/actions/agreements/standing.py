"""Does an agreement stand behind an action? For the service of actions, which stands beside."""

from datetime import date

import sqlalchemy as sa

from tracker.actions.agreements.models import Agreement
from tracker.core.db import db


def holds_for(action_id: int, today: date) -> bool:
    """Has the register an agreement of this action that has not run out?"""
    holds = sa.or_(Agreement.valid_until.is_(None), Agreement.valid_until >= today)
    found = sa.exists().where(Agreement.action_id == action_id, holds)
    return bool(db.session.scalar(sa.select(found)))
