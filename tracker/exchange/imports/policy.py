"""Who may know of an import, and until when it can be taken back."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Membership, Organisation, OrganisationTown
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.exchange.models import BatchStatus, ImportBatch

UNDO_WITHIN = timedelta(hours=24)
MAPPABLE = frozenset({BatchStatus.MAPPING, BatchStatus.READY, BatchStatus.FAILED})
DISCARDABLE = MAPPABLE | {BatchStatus.CHECKING, BatchStatus.APPLYING}


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """An office's own; for a centre what its people made for offices of its town; else none."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    match standing.role:
        case Role.AGENCY:
            return ImportBatch.organisation_id == standing.organisation_id
        case Role.CENTRE:
            return sa.and_(_made_by_centre(standing), _of_town(standing.municipality_id))
    return None  # whoever neither files nor sorts, and any role yet to come


def _made_by_centre(standing: Standing) -> sa.ColumnElement[bool]:
    """By somebody of the centre who does not work in the office as well."""
    colleague, own = aliased(Membership), aliased(Membership)
    of_centre = sa.exists().where(
        colleague.person_id == ImportBatch.person_id,
        colleague.organisation_id == standing.organisation_id,
        colleague.role == Role.CENTRE,
    )
    of_office = sa.exists().where(
        own.person_id == ImportBatch.person_id, own.organisation_id == ImportBatch.organisation_id
    )
    return sa.and_(of_centre, sa.not_(of_office))


def _of_town(municipality_id: int) -> sa.ColumnElement[bool]:
    there = sa.select(Organisation.id).where(Organisation.municipality_id == municipality_id)
    served = sa.select(OrganisationTown.organisation_id).where(
        OrganisationTown.municipality_id == municipality_id
    )
    return sa.or_(ImportBatch.organisation_id.in_(there), ImportBatch.organisation_id.in_(served))


def can_map(batch: ImportBatch) -> bool:
    """Before anything was taken in."""
    return batch.status in MAPPABLE


def can_discard(batch: ImportBatch) -> bool:
    """Until it was taken in, also while it is being worked on."""
    return batch.status in DISCARDABLE


def can_undo(batch: ImportBatch, at: datetime) -> bool:
    """Within 24 hours after it was taken in."""
    done = batch.status is BatchStatus.DONE and batch.finished_at is not None
    return done and batch.finished_at is not None and at - batch.finished_at <= UNDO_WITHIN
