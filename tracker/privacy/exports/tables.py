"""What stands in a file: headings and lines."""

from flask_babel import gettext as _

from tracker.core import clock
from tracker.core.i18n import named
from tracker.formats.tables_out import Cell
from tracker.privacy import facts, labels
from tracker.privacy.exports.models import ExportKind
from tracker.privacy.lines import all_names
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList


def table(kind: ExportKind, rows: list) -> tuple[list[str], list[list[Cell]]]:  # type: ignore[type-arg]
    """The headings, and a line for each row."""
    make = {
        ExportKind.CASES: _cases,
        ExportKind.LOG: _log,
        ExportKind.OPENED: _opened,
    }[kind]
    return make(rows)


def _cases(rows: list) -> tuple[list[str], list[list[Cell]]]:  # type: ignore[type-arg]
    codes = taxonomy.codes(CodeList.URGENCY, CodeList.GAP)
    head = [
        *(_("Number"), _("State"), _("Filed on"), _("Month"), _("Act type"), _("Code")),
        *(_("Area"), _("Office"), _("Urgency"), _("Why it could not be handed on")),
        *(_("Times"), _("Minutes each time"), _("What happened"), _("What would have helped")),
    ]
    lines: list[list[Cell]] = [
        [
            *(row.number, str(row.status.label), clock.local(row.submitted_at).date()),
            *(row.occurred_month, named(row, "act"), row.act_type_code, named(row, "area")),
            named(row, "office") if row.office_ja else "",
            named(codes[CodeList.URGENCY][row.urgency]),
            named(codes[CodeList.GAP][row.gap]),
            *(row.times_handled, row.minutes_each, row.summary, row.wanted),
        ]
        for row in rows
    ]
    return head, lines


def _log(rows: list) -> tuple[list[str], list[list[Cell]]]:  # type: ignore[type-arg]
    head = [
        *(_("No."), _("When"), _("What was done"), _("Key"), _("To what"), _("What changed")),
        *(_("By whom"), _("Sign-in name")),
    ]
    names = all_names(rows)
    lines: list[list[Cell]] = [
        [
            *(row.position, _moment(row.at), labels.in_words(row.verb), row.subject_id),
            str(names.get((row.subject, row.subject_id), "")),
            facts.as_line(facts.in_words(row.subject, row.facts, names)),
            *(row.person or "", row.login or ""),
        ]
        for row in rows
    ]
    return head, lines


def _opened(rows: list) -> tuple[list[str], list[list[Cell]]]:  # type: ignore[type-arg]
    head = [
        *(_("When"), _("What was opened"), _("Key"), _("To what"), _("How it was read")),
        *(_("By whom"), _("Sign-in name")),
    ]
    names = all_names(rows)
    lines: list[list[Cell]] = [
        [
            *(_moment(row.at), labels.thing(row.subject), row.subject_id),
            str(names.get((row.subject, row.subject_id), "")),
            *(str(labels.HOW_LABELS[row.how]), row.person, row.login),
        ]
        for row in rows
    ]
    return head, lines


def _moment(at: object) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}"  # type: ignore[arg-type]
