"""Who may know of an action, and who may move it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.models import Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action, ActionEntry, Stage
from tracker.issues.models import RegionalIssue

UNDO_WITHIN = timedelta(hours=24)
WORKERS = (Role.OFFICER, Role.COORDINATOR, Role.CENTRE)  # whose town's actions are theirs to know
OWNERS = frozenset(
    {
        OrganisationKind.OFFICE,
        OrganisationKind.CENTRE,
        OrganisationKind.COUNCIL,
        OrganisationKind.OTHER,
    }
)


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """An officer's, a coordinator's and a centre's: those of their municipality; else none."""
    towns = viewer.municipality_ids(*WORKERS)
    return Action.municipality_id.in_(towns) if towns else sa.false()


def may_own(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Bodies of the viewer's municipality that can take an action on; care managers cannot."""
    towns = viewer.municipality_ids(*WORKERS)
    return sa.and_(
        Organisation.municipality_id.in_(towns),
        Organisation.kind.in_(sorted(OWNERS)),
        Organisation.closed_on.is_(None),
    )


def owned_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Actions of the organisations the viewer works in."""
    return Action.owner_id.in_(viewer.organisation_ids(*WORKERS))


def can_propose(viewer: Viewer, issue: RegionalIssue) -> bool:
    """Whoever works for the issue's town: officer, coordinator, centre."""
    return issue.municipality_id in viewer.municipality_ids(*WORKERS)


def held_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Actions the viewer has in hand."""
    return Action.holder_id == viewer.person_id


def can_move(viewer: Viewer, action: Action) -> bool:
    """People of the owner organisation, the officers of the municipality, and today's deputies."""
    is_owner = action.owner_id in viewer.organisation_ids(*WORKERS)
    works_here = action.municipality_id in viewer.municipality_ids(*WORKERS)
    is_deputy = works_here and viewer.person_id in action.deputy_ids
    is_officer = action.municipality_id in viewer.municipality_ids(Role.OFFICER)
    return is_owner or is_officer or is_deputy


def can_comment(viewer: Viewer, action: Action) -> bool:
    """Whoever may know of the action and works in its town."""
    return action.municipality_id in viewer.municipality_ids(*WORKERS)


def can_reassign(viewer: Viewer, action: Action) -> bool:
    """The officers of the municipality."""
    return action.municipality_id in viewer.municipality_ids(Role.OFFICER)


def can_undo(viewer: Viewer, last: ActionEntry, at: datetime) -> bool:
    """Whoever wrote the last entry, within 24 hours, when it was a step to another stage.

    Going live stays: the resource stands in the directory, and people were told of it.
    """
    is_step = last.was is not last.became and last.became is not Stage.LIVE
    return is_step and last.person_id == viewer.person_id and at - last.at <= UNDO_WITHIN
