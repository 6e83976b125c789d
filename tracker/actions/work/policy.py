"""Who may hand things over, stand in, and read what was said."""

import sqlalchemy as sa

from tracker.accounts.models import Organisation
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.actions import policy as actions
from tracker.actions.models import Action
from tracker.actions.policy import WORKERS
from tracker.actions.work.models import ActionComment, Audience, Delegation


def delegations_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Those of the towns the viewer works in: everybody has to know whom to ask."""
    towns = viewer.municipality_ids(*WORKERS)
    return Delegation.municipality_id.in_(towns) if towns else sa.false()


def comments_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Of actions the viewer may know of: what was said to all, and in one's own organisation."""
    known = sa.select(Action.id).where(actions.visible_to(viewer))
    own = ActionComment.organisation_id.in_(viewer.organisation_ids(*WORKERS))
    heard = sa.or_(ActionComment.audience == Audience.ALL, own)
    return sa.and_(ActionComment.action_id.in_(known), heard)


def works_in(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Bodies whose people may take something on, stand in or be told."""
    return actions.may_own(viewer)


def can_hand_over(viewer: Viewer, holder_id: int, holders_bodies: frozenset[int]) -> bool:
    """One's own; a colleague's, who may have left; an officer of the town, anybody's there.

    :param holders_bodies: organisations of the viewer's towns in which the holder has worked
    """
    if viewer.person_id == holder_id:
        return viewer.is_role(*WORKERS)
    is_colleague = bool(holders_bodies & viewer.organisation_ids(*WORKERS))
    return is_colleague or (viewer.is_role(Role.OFFICER) and bool(holders_bodies))


def can_delegate(viewer: Viewer, municipality_id: int) -> bool:
    """Whoever works for the town, for the things they have in hand there."""
    return municipality_id in viewer.municipality_ids(*WORKERS)


def can_end(viewer: Viewer, delegation: Delegation) -> bool:
    """The two it is about, and the officers of the town."""
    is_ours = viewer.person_id in (delegation.holder_id, delegation.delegate_id)
    return is_ours or delegation.municipality_id in viewer.municipality_ids(Role.OFFICER)


def can_withdraw(viewer: Viewer, comment: ActionComment) -> bool:
    """Whoever wrote it."""
    return comment.person_id == viewer.person_id


def bodies_known(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Bodies of the towns the viewer works in, closed ones too."""
    return Organisation.municipality_id.in_(viewer.municipality_ids(*WORKERS))
