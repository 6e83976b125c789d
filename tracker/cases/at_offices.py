"""What is still open at offices, for whoever is about to close one."""

from collections.abc import Collection

import sqlalchemy as sa

from tracker.cases.models import Case, CaseStatus
from tracker.core.db import db

ENDED = (CaseStatus.WITHDRAWN, CaseStatus.CLOSED)


def open_by_office(_sender: object = None, *, organisation_ids: Collection[int]) -> dict[int, int]:
    """How many cases of these offices have not ended, by office; one without any has no entry.

    Answers `accounts.holding.open_cases_asked`.
    """
    rows = db.session.execute(
        sa.select(Case.organisation_id, sa.func.count(Case.id))
        .where(Case.organisation_id.in_(organisation_ids), Case.status.not_in(ENDED))
        .group_by(Case.organisation_id)
    )
    return {row[0]: row[1] for row in rows}
