"""The filing page as a paper to be filled in by hand: its questions and choices, in its order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field

from tracker.core.forms import FreeTextField, MonthField
from tracker.core.i18n import bracketed, date_long, labelled, month, named
from tracker.exchange.queries import Contact
from tracker.formats.blanks import (
    Cells,
    CodeTable,
    Fill,
    Lines,
    Part,
    Question,
    Questions,
    Said,
    Ticks,
)
from tracker.formats.papers import Block, Heading, Paper, Qr
from tracker.intake.forms import CaseFields, CaseForm
from tracker.taxonomy.models import ActType, Code, CodeList

Codes = Mapping[CodeList, Mapping[str, Code]]
# The town's own question belongs to a type, and on an empty sheet nobody has chosen one yet.
NOT_ON_PAPER = frozenset({"extra_question", "extra_answer"})
FIRST_FOLDED = "wanted"  # what the page folds away begins here
CHARACTERS_A_LINE = 100  # of what may be typed; written by hand it is said in fewer words
MOST_BOXES = 12  # areas; where there are more, the area is written
MOST_CENTRES = 3
ROOM_FOR_A_NAME = "_" * 20
# Stand side by side, as the answers are short: the first of the two → the second.
HALVES = {"times_handled": "minutes_each", "same_as": "wished_issue"}


@dataclass(frozen=True)
class Ends:
    """Between whom the sheet goes: the centres it is sent to, and the one office it comes from."""

    centres: Sequence[Contact]
    office: Contact | None


def filing_paper(
    form: CaseForm,
    act_types: Sequence[ActType],
    codes: Codes,
    ends: Ends,
    *,
    address: str,
    today: date,
) -> Paper:
    """The empty sheet; the questions that must be answered stand first.

    :param form: with its choices offered
    :param codes: the lists of the panels
    :param address: of the page that asks the same
    """
    fields = [f for f in form if hasattr(CaseFields, f.name) and f.name not in NOT_ON_PAPER]
    asked = {
        field.name: _question(number, field, codes, today)
        for number, field in enumerate(fields, start=1)
    }
    folded = list(asked).index(FIRST_FOLDED)
    blocks: list[Block] = [
        Qr(address, _("Or on the screen"), _head(ends, address)),
        Questions([[_promise()], *_rows(asked, list(asked)[:folded])]),
        Heading(2, _("More, if you like")),
        Questions(_rows(asked, list(asked)[folded:])),
        Heading(2, _("Types and their codes")),
        CodeTable(_types(act_types)),
    ]
    title = _("Filing sheet of a case")
    printed = _("printed on %(day)s", day=date_long(today))
    return Paper(
        title=title,
        subtitle="",
        footer_left=f"{title}{bracketed(printed)}",
        confidential=False,
        blocks=blocks,
        language=str(get_locale()),
        faxed=True,
        most_pages=2,
    )


def _head(ends: Ends, address: str) -> list[list[Question]]:
    """To whom, from whom, and where the same is asked on the screen."""
    office = Said(_contact(ends.office)) if ends.office else Lines()
    return [
        [Question(_("To the centre"), _to(ends.centres))],
        [Question(_("From the office"), [office])],
        [Question(_("Written by"), [Lines()]), Question(_("Written on"), [Lines()])],
        [Question(_("On the screen"), [Said(address)])],
    ]


def _to(centres: Sequence[Contact]) -> list[Part]:
    """The centres; a line where none is known, or too many. The fax number is written by hand."""
    fax = _("Fax ______________")
    if len(centres) == 1 and centres[0].phone:
        return [Said(centres[0].name), Fill(f"{_line(centres[0])}　{fax}")]
    if 0 < len(centres) <= MOST_CENTRES:
        return [*(Said(_contact(centre)) for centre in centres), Fill(fax)]
    return [Lines(), Fill(fax)]


def _contact(body: Contact) -> str:
    return f"{body.name}　{_line(body)}" if body.phone else body.name


def _line(body: Contact) -> str:
    return labelled(_("Telephone"), body.phone)


def _promise() -> Question:
    words = _(
        "No name, address, telephone or date of birth of the person, please. ＊ must be answered."
    )
    return Question(words, (), wide=True)


def _rows(asked: Mapping[str, Question], names: Sequence[str]) -> list[list[Question]]:
    """These questions in their order, two short ones to a row."""
    second = set(HALVES.values())
    return [
        [asked[name], asked[HALVES[name]]] if name in HALVES else [asked[name]]
        for name in names
        if name not in second
    ]


def _question(number: int, field: Field, codes: Codes, today: date) -> Question:
    special = PARTS.get(field.name)
    parts = special(codes) if special else _parts(field)
    label = LABELS[field.name]() if field.name in LABELS else str(field.label.text)
    return Question(
        label=f"{number} {label}",
        parts=parts,
        hint=_hint(field, today),
        must=bool(field.flags.required),
        wide=field.name == "summary",
    )


def _hint(field: Field, today: date) -> str:
    if isinstance(field, MonthField):
        return _("For example %(month)s.", month=month(today))
    return HINTS[field.name]() if field.name in HINTS else ""


def _parts(field: Field) -> list[Part]:
    """A box for each choice; lines for a text, the longer the more."""
    if isinstance(field, FreeTextField):
        return [Lines(max(1, field.flags.maxlength // CHARACTERS_A_LINE))]
    choices = getattr(field, "choices", None)
    if not choices:
        return [Lines()]
    return _boxes(choices) if isinstance(choices, Mapping) else [Ticks(_words(choices))]


def _words(choices: Sequence[tuple[object, object]]) -> list[str]:
    """What can be ticked: on paper an open answer is one without a tick."""
    return [str(label) for _value, label in choices if str(label) != _("Not said")]


def _boxes(towns: Mapping[str, Sequence[tuple[object, object]]]) -> list[Part]:
    """The areas town by town; a line where they are too many to be found."""
    if sum(map(len, towns.values())) > MOST_BOXES:
        return [Lines()]
    return [Ticks(_words(areas), town if len(towns) > 1 else "") for town, areas in towns.items()]


def _types(act_types: Sequence[ActType]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for act in act_types:
        groups.setdefault(named(act.family), []).append((act.code, named(act)))
    return list(groups.items())


def _named(codes: Codes, code_list: CodeList) -> list[str]:
    return [named(code) for code in codes[code_list].values()]


def _steps(codes: Codes) -> list[Part]:
    return [Fill(ROOM_FOR_A_NAME), Ticks(_named(codes, CodeList.STEP_RESULT))]


def _called(codes: Codes) -> list[Part]:
    return [
        Ticks(_named(codes, CodeList.CALL_TARGET)),
        Ticks(_named(codes, CodeList.CALL_ANSWER), _("They answered:")),
    ]


def _tried(codes: Codes) -> list[Part]:
    return [Fill(ROOM_FOR_A_NAME), Ticks(_named(codes, CodeList.TRIED))]


# What the page asks in a panel, or in a way that no pen can follow.
PARTS: dict[str, Callable[[Codes], list[Part]]] = {
    "act_type": lambda _codes: [Cells(4, _("the code, from the list at the end"))],
    "times_handled": lambda _codes: [Fill(_("______ times (empty: once)"))],
    "minutes_each": lambda _codes: [Fill(_("______ minutes"))],
    "household": lambda codes: [Ticks(_named(codes, CodeList.HOUSEHOLD))],
    "same_as": lambda _codes: [Lines()],
    "wished_issue": lambda _codes: [Lines()],
    "work_class_reason": lambda _codes: [Lines()],
    "steps": _steps,
    "tried": _tried,
    "kinds": lambda _codes: [Lines()],
    "called": _called,
}
LABELS: dict[str, Callable[[], str]] = {
    "same_as": lambda: _("Same person as case no."),
    "wished_issue": lambda: _("Regional issue no."),
}
HINTS: dict[str, Callable[[], str]] = {
    "danger": lambda: _("If so, telephone first: 119 or 110, then the centre."),
    "summary": lambda: _(
        "Two or three sentences. Write “the person”, “the daughter”, “hospital A”."
    ),
    "department": lambda: _("Only when the municipality asked."),
    "kinds": lambda: _("And what came of them."),
    "office_ref": lambda: _("Never the insured number."),
}
