"""Pure: one case as a paper, as far as its reader may read it."""

from collections.abc import Sequence
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.cases.models import Case
from tracker.cases.queries import CasePage
from tracker.cases.reading import Remarks
from tracker.cases.stages import Next
from tracker.core.i18n import bracketed, date_long, instant, labelled
from tracker.formats.blanks import Question, Said
from tracker.formats.papers import Block, Facts, Heading, Paper, Qr


def case_paper(
    page: CasePage,
    facts: Sequence[tuple[str, str]],
    remarks: Sequence[Remarks],
    coming: Next | None,
    *,
    address: str,
    today: date,
) -> Paper:
    """The filing sheet of a case: where it stands, what was filed, what was answered.

    :param facts: those this reader reads, as `cases.reading` says them
    :param coming: what comes next; None when nothing does
    :param address: of the case's page
    """
    case = page.case
    title = _("Case %(number)s", number=case.number)
    printed = _("printed on %(day)s", day=date_long(today))
    return Paper(
        title=title,
        subtitle="",
        footer_left=f"{title}{bracketed(printed)}",
        confidential=True,
        blocks=[
            Qr(address, _("Open on the screen"), _head(case, coming, address, today)),
            Heading(1, _("What was filed")),
            Facts([*facts, *(_texts(case) if page.reads_narrative else ()), *_remarks(remarks)]),
            *_answers(page),
        ],
        language=str(get_locale()),
        faxed=True,
    )


def _head(case: Case, coming: Next | None, address: str, today: date) -> list[list[Question]]:
    rows = [
        (_("Number of the case"), case.number),
        (_("Filed on"), date_long(case.submitted_at)),
        (_("Where it stands"), str(case.status.label)),
        (_("What comes next"), _coming(coming, today)),
        (_("On the screen"), address),
    ]
    return [[Question(term, [Said(words)])] for term, words in rows if words]


def _coming(coming: Next | None, today: date) -> str:
    if coming is None:
        return ""
    if coming.by is None:
        return coming.sentence
    day = date_long(coming.by)
    late = coming.is_late(today)
    return coming.sentence + bracketed(
        _("was due by %(day)s", day=day) if late else _("by %(day)s", day=day)
    )


def _texts(case: Case) -> list[tuple[str, str]]:
    rows = [(_("What happened"), case.summary), (_("What would have helped"), case.wanted)]
    return [row for row in rows if row[1]]


def _remarks(remarks: Sequence[Remarks]) -> list[tuple[str, str]]:
    """One row a panel, one line a tick."""
    return [
        (
            panel.heading,
            "\n".join(labelled(what, result) if result else what for what, result in panel.lines),
        )
        for panel in remarks
    ]


def _answers(page: CasePage) -> list[Block]:
    """The newest answer first, and who is responsible where the case was handed on."""
    case = page.case
    rows = [
        (f"{instant(answer.when)}\n{answer.who}", answer.sentence)
        for answer in reversed(page.answers)
    ]
    if case.redirect_body:
        contact = bracketed(case.redirect_contact) if case.redirect_contact else ""
        rows.append((_("Responsible body"), case.redirect_body + contact))
    return [Heading(1, _("Answer")), Facts(rows)] if rows else []
