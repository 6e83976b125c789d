"""Pure: the chain of an issue as parts with lines, the same on the page and in every file."""

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core import clock
from tracker.core.i18n import bracketed, labelled, listed, named, sentences
from tracker.issues.models import IssueStatus, IssueStep, IssueStepKind
from tracker.issues.tracing.asked import Item
from tracker.issues.tracing.queries import Trace


@dataclass(frozen=True)
class Line:
    """One node: where it can be read, and what is said of it here."""

    name: str
    text: str = ""
    day: date | None = None
    state: str = ""
    endpoint: str = ""  # "" where the viewer has no page of it
    rows: dict[str, int] = field(default_factory=dict)  # what its address names
    why: str = ""


@dataclass(frozen=True)
class Part:
    """One link of the chain."""

    key: str
    title: str
    lines: list[Line]
    empty: str  # what stands there when it has no line


def parts(trace: Trace) -> list[Part]:
    """The chain from the cases to the verdict, in order; all of it, also what is still to come."""
    return [
        Part("cases", _("Cases"), _cases(trace), _("No case supports this issue at present.")),
        Part("issue", _("Regional issue"), _issue(trace), ""),
        Part(
            "items", _("Agenda and decision"), _items(trace), _("No meeting has dealt with it yet.")
        ),
        Part("actions", _("Actions"), _actions(trace), _("No action has begun yet.")),
        Part("resources", _("Resources"), _resources(trace), _("No resource is in use yet.")),
        Part("proof", _("Proof"), _proof(trace), _("There is nothing to judge yet.")),
    ]


def _cases(trace: Trace) -> list[Line]:
    lines = [
        Line(
            _("Case %(number)s", number=row.number),
            day=row.occurred_month,
            state=str(row.status.label),
            endpoint="cases.show",
            rows={"case_id": row.id},
        )
        for row in trace.cases
    ]
    more = trace.own - len(trace.cases)
    if more:
        lines.append(
            Line(ngettext("%(num)s more of your cases", "%(num)s more of your cases", more))
        )
    if trace.others:
        lines.append(Line(_("Cases of others: %(count)s", count=trace.others.text)))
    return lines


def _issue(trace: Trace) -> list[Line]:
    issue = trace.issue
    return [
        Line(
            _("Issue %(number)s", number=issue.number),
            issue.title,
            clock.local(issue.created_at).date(),
            str(issue.status.label),
            "issues.show" if trace.knows_issue else "",
            {"issue_id": issue.id},
        )
    ]


def _items(trace: Trace) -> list[Line]:
    if trace.items:
        return [_item(item) for item in trace.items]
    kinds = {IssueStepKind.PUT_ON_AGENDA, IssueStepKind.DECIDED, IssueStepKind.DECLINED}
    return [_step(step) for step in trace.told if step.kind in kinds]


def _item(item: Item) -> Line:
    seen = []
    if item.cases is not None and item.offices is not None:
        seen.append(
            _(
                "%(cases)s cases of %(offices)s offices lay on the table",
                cases=item.cases,
                offices=item.offices,
            )
        )
    if item.evidence_id:
        seen.append(_("evidence %(id)s", id=item.evidence_id))
    why = [labelled(_("Reason"), item.reason)] if item.reason else []
    return Line(
        item.meeting,
        item.question,
        item.held_on,
        item.outcome or _("still open"),
        "meetings.show",
        {"meeting_id": item.meeting_id},
        sentences(*why, listed(seen)),
    )


def _step(step: IssueStep) -> Line:
    return Line(str(step.kind.label), step.sentence, clock.local(step.at).date())


def _actions(trace: Trace) -> list[Line]:
    if trace.actions:
        return [
            Line(
                _("Action %(number)s", number=doing.number),
                doing.title,
                clock.local(doing.since).date(),
                doing.stage,
                "actions.show",
                {"action_id": doing.id},
            )
            for doing in trace.actions
        ]
    return [_step(step) for step in trace.told if step.kind is IssueStepKind.ACTION_BEGUN]


def _resources(trace: Trace) -> list[Line]:
    if trace.resources:
        return [
            Line(
                named(row),
                day=row.started_on,
                state=str(row.status.label),
                endpoint="resources.show",
                rows={"resource_id": row.id},
            )
            for row in trace.resources
        ]
    return [_step(step) for step in trace.told if step.kind is IssueStepKind.RESOURCE_LIVE]


def _proof(trace: Trace) -> list[Line]:
    issue, lines = trace.issue, []
    page = ("issues.proof", {"issue_id": issue.id})
    for one in trace.kept[::-1]:
        state = str(one.reading.verdict.label)
        if one.taken_back:
            state += bracketed(_("taken back"))
        lines.append(Line(str(one.kind.label), "", one.reading.read_on, state, *page))
    if trace.reading is not None:
        found = trace.reading
        lines.append(
            Line(
                _("The figures of today"),
                _(
                    "%(before)s new cases in %(before_months)s months before, %(after)s in "
                    "%(after_months)s months after",
                    before=found.before.cases,
                    before_months=found.before.months,
                    after=found.after.cases,
                    after_months=found.after.months,
                ),
                found.read_on,
                str(found.verdict.label),
                *page,
            )
        )
    return lines + _endings(trace)


def _endings(trace: Trace) -> list[Line]:
    kinds = {IssueStepKind.CLOSED, IssueStepKind.REGRESSED}
    lines = [_step(step) for step in trace.told if step.kind in kinds]
    closed_as = trace.issue.closed_as
    if trace.issue.status is IssueStatus.CLOSED and closed_as is not None and lines:
        last = lines.pop()
        lines.append(Line(last.name, last.text, last.day, str(closed_as.label)))
    return lines
