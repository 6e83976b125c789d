"""Letters of an issue, and what no letter may say: the names of offices."""

from collections.abc import Sequence

import sqlalchemy as sa

from tracker.accounts.models import Organisation, OrganisationKind, OrganisationTown
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.issues import policy
from tracker.issues.letters.models import IssueLetter
from tracker.issues.models import RegionalIssue


def letters_of(viewer: Viewer, issue_id: int) -> Sequence[IssueLetter]:
    """Letters about an issue the viewer may know of, the newest first."""
    return db.session.scalars(
        sa.select(IssueLetter)
        .join(RegionalIssue, RegionalIssue.id == IssueLetter.issue_id)
        .where(IssueLetter.issue_id == issue_id, policy.visible_to(viewer))
        .order_by(IssueLetter.id.desc())
    ).all()


def get_letter(viewer: Viewer, letter_id: int) -> IssueLetter:
    """One letter about an issue the viewer may know of.

    :raises NotFoundError: when there is none, or its issue is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(IssueLetter)
        .join(RegionalIssue, RegionalIssue.id == IssueLetter.issue_id)
        .where(IssueLetter.id == letter_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def office_names(municipality_id: int) -> list[str]:
    """Names, in both languages, of the agencies in a town and of those that serve it; sorted."""
    serving = sa.select(OrganisationTown.organisation_id).where(
        OrganisationTown.municipality_id == municipality_id
    )
    rows = db.session.execute(
        sa.select(Organisation.name_ja, Organisation.name_en)
        .where(
            Organisation.kind == OrganisationKind.AGENCY,
            sa.or_(Organisation.municipality_id == municipality_id, Organisation.id.in_(serving)),
        )
        .order_by(Organisation.id)
    )
    return sorted({name for row in rows for name in row if name})
