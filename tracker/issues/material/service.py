"""Writing vignettes and options of an issue: checked, bounded in number, each change recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit, personal
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.issues import history
from tracker.issues.material import policy, queries
from tracker.issues.material.models import (
    MOST_OPTIONS,
    MOST_VIGNETTES,
    Cost,
    IssueOption,
    Vignette,
)
from tracker.issues.models import RegionalIssue

Row = Vignette | IssueOption


@dataclass(frozen=True)
class VignetteDraft:
    """A short story; field names are those of the row."""

    text: str
    is_public: bool = False


@dataclass(frozen=True)
class OptionDraft:
    """One way to meet the need; field names are those of the row."""

    title: str
    cost: Cost
    who: str
    effect: str = ""
    is_public: bool = False


Draft = VignetteDraft | OptionDraft
MUST_BE_SAID = {Vignette: ("text",), IssueOption: ("title", "who")}


def add_vignette(
    issue: RegionalIssue,
    draft: VignetteDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> Vignette:
    """The issue has this vignette; nothing says of which case it tells.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field that is empty, or may not stand in public
    :raises ConflictError: when the issue is over, or has as many as fit on a page
    """
    row = Vignette(issue_id=issue.id)
    _add(issue, row, draft, MOST_VIGNETTES, by=by, at=at, vouched=confirmed_details)
    return row


def add_option(
    issue: RegionalIssue,
    draft: OptionDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> IssueOption:
    """The issue has this option.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field that is empty, or may not stand in public
    :raises ConflictError: when the issue is over, or has as many as fit on a page
    """
    row = IssueOption(issue_id=issue.id)
    _add(issue, row, draft, MOST_OPTIONS, by=by, at=at, vouched=confirmed_details)
    return row


def change(
    issue: RegionalIssue,
    row: Row,
    draft: Draft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> None:
    """The vignette or option says this now; agendas that are published keep what they froze.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field that is empty, or may not stand in public
    :raises ConflictError: when the issue is over
    """
    _require_open(issue, by)
    _check(row, draft)
    was = {name: getattr(row, name) for name in asdict(draft)}
    if was == asdict(draft):
        return
    _write(row, draft, at)
    row.written_by_id = by.person_id
    _record(issue, row, "changed", by=by, at=at, was=was, vouched=confirmed_details)


def remove(issue: RegionalIssue, row: Row, *, by: Viewer, at: datetime) -> None:
    """The issue has it no more; agendas that are published keep what they froze.

    :raises ConflictError: when the issue is over
    """
    _require_open(issue, by)
    was = {name: getattr(row, name) for name in _fields(row)}
    _record(issue, row, "removed", by=by, at=at, was=was, gone=True)
    db.session.delete(row)
    db.session.flush()


def _add(
    issue: RegionalIssue,
    row: Row,
    draft: Draft,
    most: int,
    *,
    by: Viewer,
    at: datetime,
    vouched: Sequence[str],
) -> None:
    _require_open(issue, by)
    _check(row, draft)
    if queries.count(type(row), issue.id) >= most:
        raise ConflictError(
            _("There are %(most)s already, as many as fit on one page. Take one out first.",
              most=most)
        )  # fmt: skip
    _write(row, draft, at)
    row.written_by_id, row.created_at = by.person_id, at
    db.session.add(row)
    db.session.flush()
    _record(issue, row, "added", by=by, at=at, was={}, vouched=vouched)


def _require_open(issue: RegionalIssue, by: Viewer) -> None:
    require(policy.can_write(by, issue))
    if not policy.is_open(issue):
        raise ConflictError(history.not_now(issue))


def _check(row: Row, draft: Draft) -> None:
    said = asdict(draft)
    for name in MUST_BE_SAID[type(row)]:
        require_sentence(name, said[name])
    if not draft.is_public:
        return
    for name, text in said.items():
        if isinstance(text, str) and not isinstance(text, Cost) and personal.find(text):
            raise InvalidInputError(
                name,
                _("This may tell who a person is, so it cannot be marked as public."),
            )


def _write(row: Row, draft: Draft, at: datetime) -> None:
    for name, value in asdict(draft).items():
        setattr(row, name, value)
    row.updated_at = at


def _fields(row: Row) -> tuple[str, ...]:
    kind = VignetteDraft if isinstance(row, Vignette) else OptionDraft
    return tuple(kind.__dataclass_fields__)


def _record(
    issue: RegionalIssue,
    row: Row,
    what: str,
    *,
    by: Viewer,
    at: datetime,
    was: Mapping[str, Any],
    vouched: Sequence[str] = (),
    gone: bool = False,
) -> None:
    """One entry on the issue: codes as they are, texts as hashes."""
    kind = "vignette" if isinstance(row, Vignette) else "option"
    now = {} if gone else {name: getattr(row, name) for name in _fields(row)}
    changed = {name for name in {*was, *now} if was.get(name) != now.get(name)}
    texts = {name for name in changed if type(was.get(name, now.get(name))) is str}
    facts = {kind: row.id, **{name: now[name] for name in changed - texts if name in now}}
    if vouched:
        facts["details_confirmed"] = [f"{kind}_{name}" for name in vouched]
    change = Change(
        {name: was[name] for name in changed - texts if name in was},
        facts,
        {name: was[name] for name in texts if was.get(name)},
        {name: now[name] for name in texts if now.get(name)},
    )
    audit.record(by, f"issue.{kind}_{what}", issue, at=at, change=change)
