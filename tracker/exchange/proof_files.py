# Like routes it stands on untyped Flask.
# mypy: ignore-errors
"""Before and after, and the chain of an issue, as files: what the pages show, no figure more."""

from flask import Blueprint
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.i18n import date_long, labelled
from tracker.exchange.matrix_files import CSV
from tracker.exchange.routes import PDF, attached
from tracker.formats import papers
from tracker.formats.papers import Heading, Paper, Paragraph, Table
from tracker.formats.tables_out import write_csv
from tracker.issues import queries as issues
from tracker.issues.proof import queries as proof
from tracker.issues.tracing import lines
from tracker.issues.tracing import queries as tracing

bp = Blueprint("proving", __name__)


@bp.get("/issues/<int:issue_id>/proof.csv")
@allow(Permission.ISSUE_READ)
def proof_csv(issue_id):
    issue = issues.get_issue(viewer(), issue_id)
    found = proof.reading(issue, today=clock.today())
    traces.opened(viewer().person_id, "issues", issue_id, at=clock.now())
    head = [_("Month"), _("Cases"), _("Active offices"), _("What it counts for")]
    rows = [
        [f"{month.month:%Y-%m}", month.cases, month.offices, str(month.part.label)]
        for month in found.months
    ]
    return attached(
        write_csv(head, [*rows, *_figures(found, proof.may_compare(viewer(), issue))]),
        CSV,
        f"proof-{issue.number}",
        _("Before and after") + f"_{issue.number}",
    )


def _figures(found, compares):
    """The verdict and its figures, below the months.

    :param compares: whether areas without the resource may be set beside it
    """
    rows = [
        [_("Verdict"), str(found.verdict.label)],
        [_("Before"), found.before.cases, found.before.months, found.before.office_months],
        [_("After"), found.after.cases, found.after.months, found.after.office_months],
        [_("Chance of so few"), round(found.chance_fewer, 4)],
        [_("Chance of so many"), round(found.chance_more, 4)],
        [_("After, divided by before"), *_limits(found.ratio)],
        [_("Version of the rule"), found.rule],
        [_("Read on"), found.read_on],
    ]
    if compares and found.elsewhere and found.elsewhere.change:
        rows.append([_("Change here, divided by change there"), *_limits(found.elsewhere.change)])
    if found.saved:
        saved = found.saved
        rows.append([_("Hours saved (estimated)"), saved.hours, saved.low, saved.high])
    return [row + [None] * (4 - len(row)) for row in rows]


def _limits(interval):
    values = (interval.ratio, interval.low, interval.high)
    return [None if value is None else round(value, 4) for value in values]


@bp.get("/issues/<int:issue_id>/trace.csv")
@allow(Permission.CASE_READ)
def trace_csv(issue_id):
    issue, parts = chain(issue_id)
    head = [_("Part"), _("Name"), _("What it says"), _("Date"), _("State"), _("Why")]
    rows = [
        [part.title, line.name, line.text, line.day, line.state, line.why]
        for part in parts
        for line in part.lines
    ]
    name = _("From case to proof") + f"_{issue.number}"
    return attached(write_csv(head, rows), CSV, f"trace-{issue.number}", name)


@bp.get("/issues/<int:issue_id>/trace.pdf")
@allow(Permission.CASE_READ)
def trace_pdf(issue_id):
    issue, parts = chain(issue_id)
    name = _("From case to proof") + f"_{issue.number}"
    content = papers.to_pdf(trace_paper(issue, parts))
    return attached(content, PDF, f"trace-{issue.number}", name)


def chain(issue_id):
    """The issue and the parts of its chain, as the viewer's own page shows them; it is noted.

    :raises NotFoundError: when there is none, or it is not the viewer's to follow
    """
    found = tracing.trace(viewer(), issue_id, today=clock.today())
    traces.opened(viewer().person_id, "issues", issue_id, at=clock.now())
    return found.issue, lines.parts(found)


def trace_paper(issue, parts):
    """The chain as a paper: a table for each part."""
    title = _("From case to proof")
    number = _("Issue %(number)s", number=issue.number)
    blocks = []
    for part in parts:
        blocks.append(Heading(1, part.title))
        if not part.lines:
            blocks.append(Paragraph(part.empty))
            continue
        rows = [[line.name, _said(line), date_long(line.day), line.state] for line in part.lines]
        head = [_("Name"), _("What it says"), _("Date"), _("State")]
        blocks.append(Table(head, rows, weights=(3, 6, 3, 3)))
    return Paper(
        title=title,
        subtitle=labelled(number, issue.title),
        footer_left=_("As of %(day)s", day=date_long(clock.today())),
        confidential=True,
        blocks=blocks,
        language=get_locale().language,
    )


def _said(line):
    return "\n".join(words for words in (line.text, line.why) if words)
