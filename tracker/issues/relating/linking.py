"""Links between issues of a town: a part and its whole, or related ones.

A link has an effect: a whole is not closed while a part of it is open, and its evidence says how
much the parts add; related ones show which cases support both.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.i18n import labelled
from tracker.issues import history
from tracker.issues import policy as issue_policy
from tracker.issues.models import OPEN, IssueStepKind, RegionalIssue
from tracker.issues.relating import queries
from tracker.issues.relating.models import IssueLink, LinkKind

MOST_PARTS = 50


class Relation(enum.StrEnum):
    """How an issue belongs to another, said from its own page."""

    PART_OF = "part_of"
    WHOLE_OF = "whole_of"
    RELATED = "related"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return RELATION_LABELS[self]


RELATION_LABELS: dict[Relation, LazyString] = {
    Relation.PART_OF: _l("This issue is a part of it"),
    Relation.WHOLE_OF: _l("It is a part of this issue"),
    Relation.RELATED: _l("They are related"),
}


def link(
    issue: RegionalIssue, other: RegionalIssue, relation: Relation, *, by: Viewer, at: datetime
) -> IssueLink:
    """The two issues belong together; both histories say so.

    :raises InvalidInputError: on `other_id`: itself, of another town, linked already, a circle, or
        a part that has its whole
    :raises ConflictError: when one of them is over
    """
    require(issue_policy.can_edit(by, issue) and issue_policy.can_edit(by, other))
    if other.id == issue.id:
        raise InvalidInputError("other_id", _("Please choose another issue."))
    if other.municipality_id != issue.municipality_id:
        raise InvalidInputError("other_id", _("Issues of two towns are not put together."))
    for one in (issue, other):
        if one.status not in OPEN or one.joined_into_id is not None:
            raise ConflictError(history.not_now(one))
    _require_new(issue.id, other.id)
    kind = LinkKind.RELATED if relation is Relation.RELATED else LinkKind.CHILD
    part, whole = (other, issue) if relation is Relation.WHOLE_OF else (issue, other)
    if kind is LinkKind.CHILD:
        _require_tree(part.id, whole.id)
    made = IssueLink(kind=kind, issue_id=part.id, other_id=whole.id, person_id=by.person_id, at=at)
    db.session.add(made)
    db.session.flush()
    _say(IssueStepKind.LINKED, "issue.linked", made, part, whole, by=by, at=at)
    return made


def unlink(issue: RegionalIssue, link_id: int, *, by: Viewer, at: datetime) -> None:
    """The two issues no longer belong together; both histories say so.

    :raises NotFoundError: when it is no link of this issue
    """
    require(issue_policy.can_edit(by, issue))
    found = db.session.scalars(
        sa.select(IssueLink).where(
            IssueLink.id == link_id,
            sa.or_(IssueLink.issue_id == issue.id, IssueLink.other_id == issue.id),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    part = db.session.get_one(RegionalIssue, found.issue_id)
    whole = db.session.get_one(RegionalIssue, found.other_id)
    db.session.delete(found)
    db.session.flush()
    _say(IssueStepKind.UNLINKED, "issue.unlinked", found, part, whole, by=by, at=at)


def require_parts_over(issue: RegionalIssue) -> None:
    """Return only when every part of the issue is over.

    :raises ConflictError: naming the parts that are open
    """
    if numbers := queries.open_children(issue.id):
        raise ConflictError(
            labelled(
                _("Parts of this issue are still open. Please close these first, or unlink them"),
                " ".join(numbers),
            )
        )


def _require_new(issue_id: int, other_id: int) -> None:
    linked = {link.issue_id for link in queries.links_of(issue_id)}
    linked |= {link.other_id for link in queries.links_of(issue_id)}
    if other_id in linked:
        raise InvalidInputError("other_id", _("The two issues are linked already."))


def _require_tree(part_id: int, whole_id: int) -> None:
    """Return only when the part has no whole yet, and the whole is no part of it."""
    if queries.parents_of(part_id):
        raise InvalidInputError("other_id", _("The part belongs to a larger issue already."))
    if part_id in queries.parents_of(whole_id):
        raise InvalidInputError("other_id", _("Each would be a part of the other."))
    parts = [link for link in queries.links_of(whole_id) if link.other_id == whole_id]
    if len(parts) >= MOST_PARTS:
        raise InvalidInputError("other_id", _("An issue has at most 50 parts."))


def _say(
    kind: IssueStepKind,
    verb: str,
    made: IssueLink,
    part: RegionalIssue,
    whole: RegionalIssue,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """Both histories name the other issue, in one act."""
    act: str | None = None
    for one, other in ((part, whole), (whole, part)):
        was = history.coded(one)
        act = history.step(one, kind, one.status, by=by, at=at, act=act, sentence=other.number)
        facts = {"link": made.kind.value, "part": part.id, "whole": whole.id}
        history.record(one, verb, was, by=by, at=at, facts=facts)
