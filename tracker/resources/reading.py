"""One entry as a viewer may read it, with what upper floors know of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.resources import asked, policy, queries
from tracker.resources.asked import Came, Origin, Waiting
from tracker.resources.details import Slot
from tracker.resources.models import Resource
from tracker.taxonomy.models import ActType


@dataclass(frozen=True)
class ResourcePage:
    """A resource as one viewer may read it."""

    resource: Resource
    assured_by: str  # the organisation of whoever made sure; "" when nobody did
    stale: bool
    may_edit: bool
    families: list[tuple[str, list[ActType]]] = field(default_factory=list)
    slots: Sequence[Slot] = ()
    came: Sequence[Came] = ()  # what offices said came of trying it
    origins: Sequence[Origin] = ()
    waiting: Waiting = field(default_factory=Waiting)
    instead: str = ""  # the name of what is used instead of one that has ended


def resource_page(viewer: Viewer, resource_id: int, *, today: date) -> ResourcePage:
    """The resource, who made sure of it last, and its act types by family.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    resource = queries.get_resource(viewer, resource_id)
    families: dict[str, list[ActType]] = {}
    for act_type in resource.act_types:
        families.setdefault(named(act_type.family), []).append(act_type)
    return ResourcePage(
        resource=resource,
        assured_by=_organisation_of_assurer(resource),
        stale=resource.is_stale(today),
        may_edit=policy.can_edit(viewer, resource),
        families=list(families.items()),
        slots=[Slot.of(row) for row in resource.slots],
        came=asked.experience(viewer, resource, today),
        origins=asked.origins(viewer, resource),
        waiting=asked.waiting(viewer, resource),
        instead=queries.names(viewer, filter(None, [resource.instead_id])).get(
            resource.instead_id or 0, ""
        ),
    )


def _organisation_of_assurer(resource: Resource) -> str:
    """The keeper's organisation in the town: a directory names bodies, not persons."""
    found = db.session.scalars(
        sa.select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == resource.assured_by_id,
            Membership.role.in_(policy.KEEPERS),
            Organisation.municipality_id == resource.municipality_id,
        )
        .order_by(Membership.id.desc())
        .limit(1)
    ).one_or_none()
    return named(found) if found else ""
