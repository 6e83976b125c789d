"""A privacy officer reads the log of the town they belong to, and who opened its texts.

What people do about people stands in the installation's chain, because a person may work in two
towns; they read it as far as it is about people and bodies of theirs, or was done by them.
"""

from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Invitation, Membership, Organisation, SignInSession
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.audit import INSTALLATION, AuditEntry
from tracker.core.traces import AccessTrace, How
from tracker.privacy import labels
from tracker.privacy.locating import of_towns, people_of


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Entries of the viewer's towns, and of the installation about their people and bodies.

    Nobody else reads any.
    """
    towns = viewer.municipality_ids(Role.PRIVACY)
    if not towns:
        return sa.false()
    # Not `or`: SQLite would gather all rows of each kind before it looks for the newest fifty.
    return sa.case(
        (AuditEntry.chain.in_(towns), sa.true()),
        (AuditEntry.chain != INSTALLATION, sa.false()),
        (AuditEntry.actor_id.in_(people_of(towns)), sa.true()),
        *(
            (AuditEntry.subject == subject, AuditEntry.subject_id.in_(keys))
            for subject, keys in _about_people(towns).items()
        ),
        else_=sa.false(),
    )


def _about_people(towns: frozenset[int]) -> dict[str, Any]:
    """Table → keys of its rows that are about people and bodies of these towns."""
    bodies = sa.select(Organisation.id).where(Organisation.municipality_id.in_(towns))
    people = people_of(towns)
    return {
        "people": people,
        "sessions": sa.select(SignInSession.id).where(SignInSession.person_id.in_(people)),
        "invitations": sa.select(Invitation.id).where(Invitation.organisation_id.in_(bodies)),
        "memberships": sa.select(Membership.id).where(Membership.organisation_id.in_(bodies)),
        "organisations": bodies,
    }


def opened_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Openings of what belongs to the viewer's towns; nobody else reads any."""
    return opened_of(viewer.municipality_ids(Role.PRIVACY))


def opened_of(towns: frozenset[int]) -> sa.ColumnElement[bool]:
    """Openings of what belongs to these towns; none for no town."""
    if not towns:
        return sa.false()
    read_by_theirs = AccessTrace.person_id.in_(people_of(towns))
    return sa.case(
        *(
            (AccessTrace.subject == subject, AccessTrace.subject_id.in_(keys()))
            for subject, keys in of_towns(towns).items()
        ),
        (
            sa.or_(AccessTrace.subject.in_(labels.PAGES), AccessTrace.how == How.REFUSED),
            read_by_theirs,
        ),
        else_=sa.false(),
    )
