"""Reading vignettes and options: of one issue for its people, of many for a meeting's sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.issues import policy
from tracker.issues.material.models import IssueOption, Vignette
from tracker.issues.models import RegionalIssue


@dataclass(frozen=True)
class Material:
    """What was written of one issue, each kind first to last; both empty: nothing."""

    vignettes: Sequence[Vignette] = ()
    options: Sequence[IssueOption] = ()


NOTHING = Material()


def material_of(issue_ids: Sequence[int]) -> dict[int, Material]:
    """What was written of these issues, in two statements; an issue without any is left out.

    For those who may read these issues, or the sheets of a meeting about them.
    """
    vignettes: dict[int, list[Vignette]] = {}
    for vignette in db.session.scalars(
        sa.select(Vignette).where(Vignette.issue_id.in_(issue_ids)).order_by(Vignette.id)
    ):
        vignettes.setdefault(vignette.issue_id, []).append(vignette)
    options: dict[int, list[IssueOption]] = {}
    for option in db.session.scalars(
        sa.select(IssueOption).where(IssueOption.issue_id.in_(issue_ids)).order_by(IssueOption.id)
    ):
        options.setdefault(option.issue_id, []).append(option)
    return {
        issue_id: Material(vignettes.get(issue_id, ()), options.get(issue_id, ()))
        for issue_id in sorted(vignettes.keys() | options.keys())
    }


def get_vignette(viewer: Viewer, vignette_id: int) -> Vignette:
    """One vignette of an issue the viewer may know of.

    :raises NotFoundError: when there is none, or its issue is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Vignette)
        .join(RegionalIssue, RegionalIssue.id == Vignette.issue_id)
        .where(Vignette.id == vignette_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_option(viewer: Viewer, option_id: int) -> IssueOption:
    """One option of an issue the viewer may know of.

    :raises NotFoundError: when there is none, or its issue is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(IssueOption)
        .join(RegionalIssue, RegionalIssue.id == IssueOption.issue_id)
        .where(IssueOption.id == option_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def count(table: type[Vignette] | type[IssueOption], issue_id: int) -> int:
    """How many of a kind the issue has; nobody else adds one until the end. For the service."""
    # Two people who add at the same moment would both count two: the issue's row is waited for.
    issue = sa.select(RegionalIssue.id).where(RegionalIssue.id == issue_id)
    db.session.execute(issue.with_for_update(key_share=True))
    wanted = sa.select(sa.func.count()).select_from(table).where(table.issue_id == issue_id)
    return db.session.scalar(wanted) or 0
