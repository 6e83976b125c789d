"""One step for several cases: first looked at, then done to all of them or to none."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from tracker.accounts import queries as accounts
from tracker.accounts.queries import AreaChoice
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import assigning, history, policy, service
from tracker.cases.models import Case, CaseStatus, Disposition
from tracker.cases.service import ClassDraft, SortDraft
from tracker.core.db import db
from tracker.core.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    require_sentence,
)
from tracker.core.i18n import listed
from tracker.issues import grouping
from tracker.issues import queries as issues
from tracker.issues.models import OPEN, RegionalIssue

MOST = 200  # nobody has looked at more
NAMED = 10  # so many numbers stand in a sentence
STATISTICS = SortDraft(Disposition.STATISTICS_ONLY, "", "", "")
TO_ATTACH = frozenset({CaseStatus.ACCEPTED, CaseStatus.DISPOSED})


class BulkStep(enum.StrEnum):
    """What can be done to several cases at once."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    MOVE = "move"
    STATISTICS = "statistics"
    ATTACH = "attach"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return BULK_LABELS[self]


BULK_LABELS: dict[BulkStep, LazyString] = {
    BulkStep.ACCEPT: _l("Accept"),
    BulkStep.ASSIGN: _l("Give to somebody"),
    BulkStep.MOVE: _l("Hand to another area"),
    BulkStep.STATISTICS: _l("Keep for the statistics"),
    BulkStep.ATTACH: _l("Attach to an issue"),
}


@dataclass(frozen=True)
class BulkDraft:
    """Which step, for which cases; to whom, to which issue, or to which area and why."""

    step: BulkStep
    case_ids: tuple[int, ...]
    person_id: int | None = None
    issue_id: int | None = None
    area_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One case of a preview: why the step does not fit it, "" where it does."""

    case: Case
    refused: str


@dataclass(frozen=True)
class Preview:
    """What the step would do."""

    lines: Sequence[Line]
    person: str  # who would look after the cases, "" where nobody is named
    issue: RegionalIssue | None
    area: AreaChoice | None
    people: Mapping[int, Mapping[int, str]]  # who may look after cases, by area

    @property
    def changing(self) -> list[Case]:
        """The cases the step fits."""
        return [line.case for line in self.lines if not line.refused]


def preview(viewer: Viewer, draft: BulkDraft, *, today: date, lock: bool = False) -> Preview:
    """Which of the cases would change, and why the others would not; a fixed count of statements.

    :param lock: hold the rows until the end of the transaction
    :raises InvalidInputError: none or too many ticked, or nobody or no issue chosen
    :raises NotFoundError: when a case or the issue is not the viewer's to sort
    """
    found = _cases(viewer, draft.case_ids, lock)
    issue = _issue(viewer, draft) if draft.step is BulkStep.ATTACH else None
    held = set(issues.case_ids(issue.id)) if issue else set()
    people: Mapping[int, Mapping[int, str]] = {}
    if draft.step is BulkStep.ASSIGN:
        areas = frozenset(case.area_id for case in found)
        people = assigning.assignable(areas, today=today)
    area = _area(found, draft) if draft.step is BulkStep.MOVE else None
    lines = [Line(case, _refused(case, draft, issue, held, people, area)) for case in found]
    names = {key: name for those in people.values() for key, name in those.items()}
    return Preview(lines, names.get(draft.person_id or 0, ""), issue, area, people)


def carry_out(
    draft: BulkDraft, versions: Mapping[int, int], *, by: Viewer, at: datetime, today: date
) -> int:
    """The step is taken for each of these cases as one act, or for none; how many there are.

    :param versions: the version of each case that was looked at
    :raises InvalidInputError: handed to another area without a reason
    :raises ConflictError: naming the cases that have changed since they were looked at
    """
    seen = preview(by, draft, today=today, lock=True)
    fitting = {case.id for case in seen.changing}
    changed = [
        line.case.number
        for line in seen.lines
        if line.case.id not in fitting or versions.get(line.case.id) != line.case.version
    ]
    if changed:
        raise ConflictError(_changed(changed))
    if draft.step is BulkStep.MOVE:
        require_sentence("reason", draft.reason)
    act = history.new_act()
    if seen.issue is not None:
        return grouping.attach(seen.issue, sorted(fitting), by=by, at=at)
    for case in seen.changing:
        match draft.step:
            case BulkStep.ACCEPT:
                service.accept_case(case, by=by, at=at, act=act)
            case BulkStep.STATISTICS:
                service.dispose_case(case, STATISTICS, by=by, at=at, act=act)
            case BulkStep.MOVE:
                to = ClassDraft(case.act_type_code, draft.area_id or 0, draft.reason)
                service.reclassify_case(case, to, by=by, at=at, today=today, act=act)
            case _:
                who = draft.person_id
                assigning.assign_case(case, who, among=seen.people, by=by, at=at, act=act)
    return len(fitting)


def _changed(numbers: Sequence[str]) -> str:
    return ngettext(
        "Nothing was done: %(num)s case has changed since you looked (%(numbers)s).",
        "Nothing was done: %(num)s cases have changed since you looked (%(numbers)s).",
        len(numbers),
        numbers=listed(numbers[:NAMED]),
    )


def _cases(viewer: Viewer, case_ids: Sequence[int], lock: bool) -> Sequence[Case]:
    wanted = sorted(set(case_ids))
    if not wanted:
        raise InvalidInputError(None, _("Please tick at least one case."))
    if len(wanted) > MOST:
        message = _("At most %(most)s cases at once; %(count)s are ticked.")
        raise InvalidInputError(None, message % {"most": MOST, "count": len(wanted)})
    statement = (
        sa.select(Case)
        .where(
            Case.id.in_(wanted),
            policy.visible_to(viewer),
            Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
        )
        .options(joinedload(Case.area), joinedload(Case.act_type))
        .order_by(Case.id)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(statement.with_for_update(of=Case) if lock else statement).all()
    if len(found) != len(wanted):
        raise NotFoundError
    return found


def _issue(viewer: Viewer, draft: BulkDraft) -> RegionalIssue:
    if draft.issue_id is None:
        raise InvalidInputError("to_issue", _("Please choose an issue."))
    issue = issues.get_issue(viewer, draft.issue_id)
    if issue.status not in OPEN:
        raise InvalidInputError("to_issue", _("This issue is over. Please choose another."))
    return issue


def _area(found: Sequence[Case], draft: BulkDraft) -> AreaChoice:
    towns = frozenset(case.municipality_id for case in found)
    for area in accounts.areas_with_centre(towns):
        if area.id == draft.area_id:
            return area
    raise InvalidInputError("to_area", _("Please choose one of the areas."))


def _refused(
    case: Case,
    draft: BulkDraft,
    issue: RegionalIssue | None,
    held: set[int],
    people: Mapping[int, Mapping[int, str]],
    area: AreaChoice | None,
) -> str:
    if case.duplicate_of_id is not None:
        return history.not_now(case)
    if issue is not None:
        return _no_support(case, issue, held)
    if area is not None:
        return _not_to(case, area)
    if draft.step is BulkStep.ASSIGN:
        return _not_theirs(case, draft.person_id, people)
    needed = CaseStatus.SUBMITTED if draft.step is BulkStep.ACCEPT else CaseStatus.ACCEPTED
    return "" if case.status is needed else history.not_now(case)


def _not_to(case: Case, area: AreaChoice) -> str:
    if case.status not in policy.OPEN_TO_RECLASSIFY:
        return history.not_now(case)
    if case.municipality_id != area.municipality_id:
        return _("It is a case of another town.")
    return _("It is so already.") if case.area_id == area.id else ""


def _not_theirs(case: Case, person_id: int | None, people: Mapping[int, Mapping[int, str]]) -> str:
    if case.status in assigning.OVER:
        return history.not_now(case)
    if person_id is not None and person_id not in people.get(case.area_id, {}):
        return _("Please choose somebody of the area's centre.")
    return _("It is so already.") if case.assigned_to_id == person_id else ""


def _no_support(case: Case, issue: RegionalIssue, held: set[int]) -> str:
    if case.id in held:
        return _("It supports this issue already.")
    if case.status not in TO_ATTACH:
        return history.not_now(case)
    if case.act_type_code != issue.act_type_code:
        return _("Its type is another than the issue's.")
    if issue.area_id is not None and issue.area_id != case.area_id:
        return _("Its area is another than the issue's.")
    return ""
