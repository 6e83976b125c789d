"""Making a letter to the prefecture, and recording what came back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases.history import new_act
from tracker.core import personal, wareki
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.core.gate import forbidden_message
from tracker.core.i18n import date_long, labelled, listed, named
from tracker.core.serials import next_serial
from tracker.issues import history
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.letters import figures, policy, queries, traces
from tracker.issues.letters.models import IssueLetter, LetterSerial
from tracker.issues.models import IssueStatus, IssueStepKind, RegionalIssue
from tracker.issues.statement import LABELS, IssueLevel
from tracker.settings.values import small_cells

SAID = ("statement", "for_whom", "need", "existing", "cause", "effect")


@dataclass(frozen=True)
class LetterDraft:
    """What a letter says, to whom, and what it asks for."""

    addressee: str
    title: str
    request: str
    parts: Mapping[str, str]  # by field of the statement; empty ones are left out
    vouched: bool = False  # a person has looked at what was marked, and says it tells nobody

    def texts(self) -> dict[str, str]:
        """Every free text by field, as far as something was written."""
        known = {name: self.parts.get(name, "") for name in SAID}
        said = {"title": self.title, "request": self.request, **known}
        return {name: text for name, text in said.items() if text}


def make(
    issue: RegionalIssue, draft: LetterDraft, *, by: Viewer, at: datetime, today: date
) -> IssueLetter:
    """There is a letter with its number; what it says is frozen, with the figures of today.

    :raises InvalidInputError: naming the field that says what may not leave the town
    :raises ConflictError: when the issue is no confirmed one, or is over
    """
    require(policy.can_write(by, issue))
    if issue.status not in policy.WRITTEN_ABOUT:
        raise ConflictError(history.not_now(issue))
    for name in ("addressee", "title", "request"):
        require_sentence(name, getattr(draft, name))
    require_sentence("statement", draft.parts.get("statement", ""))
    _require_no_traces(issue, draft)
    year, act = wareki.fiscal_year(today), new_act()
    serial = next_serial(LetterSerial, issue.municipality_id, year)
    number = f"{wareki.era_fiscal_year(year)}-{serial:02}"
    sheet = _sheet(issue_queries.get_issue(by, issue.id), draft, number, today)
    letter = IssueLetter(
        issue_id=issue.id,
        municipality_id=issue.municipality_id,
        fiscal_year=year,
        serial=serial,
        number=number,
        addressee=draft.addressee,
        request=draft.request,
        sheet=sheet,
        digest=digest(sheet),
        act=act,
        made_by_id=by.person_id,
        made_at=at,
    )
    db.session.add(letter)
    db.session.flush()
    was = history.coded(issue)
    sentence = f"{number} {draft.addressee}"
    kind = IssueStepKind.LETTER_MADE
    history.step(issue, kind, issue.status, by=by, at=at, act=act, sentence=sentence)
    facts = {"letter": letter.id, "number": number, "digest": letter.digest}
    written = {"addressee": draft.addressee, **draft.texts()}
    history.record(issue, "issue.letter_made", was, by=by, at=at, facts=facts, written=written)
    return letter


def digest(sheet: Mapping[str, Any]) -> str:
    """SHA-256 of the sheet's canonical text."""
    text = json.dumps(sheet, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require_no_traces(issue: RegionalIssue, draft: LetterDraft) -> None:
    """What leaves the town is looked at once more, whatever the forms let pass."""
    names = queries.office_names(issue.municipality_id)
    rule = small_cells.rule_of(issue.municipality_id)
    for field, text in {"addressee": draft.addressee, **draft.texts()}.items():
        found = personal.find(text)
        if kinds := personal.refused(found):
            raise InvalidInputError(field, forbidden_message(kinds[0]))
        if found and not draft.vouched and field != "addressee":
            raise InvalidInputError(
                field,
                _("This may tell who a person is. Please take it out, or hide the marked words."),
            )
        told = [
            *traces.case_numbers(text),
            *traces.named_offices(text, names),
            *traces.small_figures(text, rule),
        ]
        if told:
            raise InvalidInputError(
                field,
                _(
                    "This may not leave the town: %(words)s. A letter names no case and no "
                    "office, and no small figure. Please write it without.",
                    words=listed(told),
                ),
            )


def _sheet(issue: RegionalIssue, draft: LetterDraft, number: str, today: date) -> dict[str, Any]:
    """Every word of the letter, in the language of whoever makes it."""
    said = draft.texts()
    parts = [[str(LABELS[name]), said[name]] for name in SAID if name in said]
    codes = [(LABELS["level"], issue.level), (LABELS["solver"], issue.solver)]
    coded = [[str(label), str(value.label)] for label, value in codes if value is not None]
    place = named(issue.area) if issue.area else _("The whole town")
    return {
        "language": str(get_locale()),
        "number": number,
        "day": date_long(today),
        "addressee": draft.addressee,
        "sender": named(issue.municipality),
        "title": draft.title,
        "about": [
            [_("Regional issue"), labelled(issue.number, draft.title)],
            [_("Where"), f"{named(issue.municipality)} / {place}"],
            [_("Type"), named(issue.act_type)],
        ],
        "parts": [*parts, *coded],
        "figures": figures.shown(
            issue_queries.evidence(issue, today=today),
            rule=small_cells.rule_of(issue.municipality_id),
        ),
        "request": draft.request,
    }


@dataclass(frozen=True)
class AnswerDraft:
    """What came back from the prefecture."""

    answered_on: date | None
    paper_number: str
    answer: str


def record_answer(
    letter: IssueLetter, draft: AnswerDraft, *, by: Viewer, at: datetime, today: date
) -> None:
    """The prefecture's answer stands beside the letter; sent again it corrects what was recorded.

    An issue that waits for the prefecture has its answer with it.

    :raises InvalidInputError: naming what is missing, or a day before the letter or to come
    """
    issue = issue_queries.get_issue(by, letter.issue_id)
    require(policy.can_write(by, issue))
    _check_answer(letter, draft, today)
    first, replaced = letter.answered_on is None, _replaced(letter, draft)
    letter.answered_on, letter.answer = draft.answered_on, draft.answer
    letter.paper_number = draft.paper_number
    letter.recorded_by_id, letter.recorded_at = by.person_id, at
    was, act = history.coded(issue), new_act()
    kind = IssueStepKind.LETTER_ANSWERED
    sentence = labelled(letter.number, draft.answer)[:400]
    history.step(issue, kind, issue.status, by=by, at=at, act=act, sentence=sentence)
    facts = {"letter": letter.id, "answered_on": draft.answered_on.isoformat()}  # type: ignore[union-attr]
    history.record(
        issue,
        "issue.letter_answered",
        was,
        by=by,
        at=at,
        facts=facts,
        written={"answer": draft.answer, "paper_number": draft.paper_number},
        replaced=replaced,
    )
    waits = issue.status is IssueStatus.FORWARDED and issue.held_at is IssueLevel.PREFECTURE
    if first and waits:
        issues.answer_from_above(issue, draft.answer, by=by, at=at)


def _check_answer(letter: IssueLetter, draft: AnswerDraft, today: date) -> None:
    require_sentence("letter_answer", draft.answer)
    require_sentence("paper_number", draft.paper_number)
    if draft.answered_on is None:
        raise InvalidInputError("answered_on", _("Please give a date."))
    if not history.day(letter.made_at) <= draft.answered_on <= today:
        raise InvalidInputError(
            "answered_on", _("Please choose a day from that of the letter until today.")
        )


def _replaced(letter: IssueLetter, draft: AnswerDraft) -> dict[str, str]:
    now = {"answer": letter.answer, "paper_number": letter.paper_number}
    wanted = {"answer": draft.answer, "paper_number": draft.paper_number}
    return {name: text for name, text in now.items() if text and text != wanted[name]}
