"""Pure: the sheet of an office as blocks, in the language in force; page and paper say the same."""

from collections.abc import Mapping

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.core import wareki
from tracker.core.i18n import bracketed, date_short, in_english, labelled, listed, named
from tracker.formats.papers import Facts, Heading, Paper, Paragraph, Table
from tracker.insights.sheets.queries import Deed, Line, OfIssue, Sheet
from tracker.taxonomy.models import ActType


def year_name(fiscal_year: int) -> str:
    """The fiscal year as the reader says it."""
    if in_english():
        return f"FY{fiscal_year}"
    return wareki.fiscal_year_name(fiscal_year)


def sum_rows(sheet: Sheet) -> list[tuple[str, int]]:
    """How many cases came how far, in the order of the chain."""
    sums = sheet.sums
    return [
        (_("Cases filed"), sums["filed"]),
        (_("Answered"), sums["answered"]),
        (_("Support a regional issue"), sums["in_issue"]),
        (_("A meeting has decided"), sums["decided"]),
        (_("Work has begun"), sums["in_action"]),
        (_("A resource is in use"), sums["resource"]),
        (_("The need has become less, as figures show"), sums["proven"]),
    ]


def head() -> list[str]:
    """The columns of the list of cases."""
    return [
        _("Case"),
        _("Filed on"),
        _("Type"),
        _("Issue"),
        _("Action and resource"),
        _("What became of it"),
    ]


def row(line: Line, act_types: Mapping[str, ActType]) -> list[str]:
    """One case in the columns of `head`."""
    kind = act_types.get(line.act_type_code)
    return [
        line.number,
        date_short(line.filed_on),
        named(kind) if kind else line.act_type_code,
        listed(_issue(issue) for issue in line.issues),
        listed(_deed(deed) for issue in line.issues for deed in issue.deeds),
        "\n".join(_became(line)),
    ]


def _issue(issue: OfIssue) -> str:
    ended = issue.closed_as.label if issue.closed_as else issue.status.label
    return issue.number + bracketed(ended)


def _deed(deed: Deed) -> str:
    return labelled(deed.number, named(deed, "resource") or deed.stage.label)


def _became(line: Line) -> list[str]:
    said = [(_("Decision"), line.decision), (_("Answer"), line.answer)]
    found = [labelled(label, sentence) for label, sentence in said if sentence]
    return found or [str(line.status.label)]


def sheet_paper(sheet: Sheet, act_types: Mapping[str, ActType]) -> Paper:
    """The sheet on A4; it names the office, so it is for the office alone."""
    title = _("What you reported, and what became of it")
    year = year_name(sheet.fiscal_year)
    rows = [row(line, act_types) for line in sheet.lines]
    return Paper(
        title=title,
        subtitle=f"{named(sheet, 'office')}{bracketed(year)}",
        footer_left=f"{title}{bracketed(year)}",
        confidential=True,
        language=str(get_locale()),
        blocks=[
            Facts([(label, str(count)) for label, count in sum_rows(sheet)]),
            Heading(1, _("Your cases")),
            Table(head(), rows, weights=(5, 4, 6, 6, 7, 12))
            if rows
            else Paragraph(_("No case was filed in this year.")),
            Paragraph(_("These are the cases of this office alone. Nothing is compared.")),
        ],
    )
