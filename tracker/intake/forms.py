"""Filing: ten questions that must be answered, and what may be said beside them."""

from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from tracker.cases.filing import CaseDraft, Whence
from tracker.cases.models import (
    CHANNEL_LABELS,
    MOST_MINUTES,
    MOST_TIMES,
    MUNICIPALITY,
    ON_BEHALF,
    OPEN_CLASS,
    REASON_LENGTH,
    SUMMARY_LENGTH,
    WANTED_LENGTH,
    Channel,
)
from tracker.cases.ticks import Ticks
from tracker.core import pseudonym
from tracker.core.db import row_id
from tracker.core.forms import (
    CreateForm,
    EditForm,
    FreeTextField,
    MonthField,
    NumberField,
    PlainField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import in_english, named
from tracker.taxonomy.models import CodeList

REFERENCE_LENGTH = 60
MOST_TICKS = 60
LONGEST_KEY = 120


def between(least, most):
    """A number within these bounds."""
    return NumberRange(least, most, _l("Please write a number from %(min)s to %(max)s."))


class RowsField(Field):
    """One answer for each row of a panel: inputs are named `tried.12`; no answer is no row."""

    widget = None
    rows = MappingProxyType({})  # code → what it stands for, where the page itself draws the rows

    def process(self, formdata, data=None, extra_filters=None):
        """Take the answers of every row that was sent, or those there are."""
        self.process_errors, self.errors, self.object_data = [], [], data
        self.data = dict(data or {})
        if formdata:
            start = f"{self.name}."
            sent = (name for name in formdata if name.startswith(start) and formdata.get(name))
            self.data = {
                name.removeprefix(start)[:20]: formdata.get(name)[:20] for name in sorted(sent)
            }

    def by_id(self):
        """The answers by the key of their row; what is no key is left out, and never known."""
        found = {}
        for key, answer in list(self.data.items())[:MOST_TICKS]:
            try:
                found[row_id(key)] = answer
            except ValueError:
                continue
        return found

    def codes(self):
        """The answers by the code of their row."""
        return dict(list(self.data.items())[:MOST_TICKS])


class PanelField(Field):
    """One choice among the rows that a panel shows; the panel draws it."""

    widget = None

    def process_formdata(self, valuelist):
        """Take the key of the row."""
        self.data = valuelist[0][:LONGEST_KEY] if valuelist else None


class AnswerField(SelectField):
    """A coded answer that may be left open."""

    def __init__(self, label, **options):
        super().__init__(label, [Optional()], validate_choice=False, choices=[], **options)

    def said(self):
        """The code, or None."""
        return self.data or None


class CaseFields:
    """The questions of a case, in the order of the page and of the sheet."""

    danger = RadioField(
        _l("Is anybody in danger now?"), [Optional()], validate_choice=False, default=""
    )
    summary = FreeTextField(_l("What happened"), [required(), at_most(SUMMARY_LENGTH)])
    act_type = RadioField(_l("What did you do, or were you asked to do?"), [chosen()])
    times_handled = NumberField(_l("How many times"), [Optional(), between(1, MOST_TIMES)])
    minutes_each = NumberField(
        _l("Minutes each time, about"),
        [InputRequired(_l("Please fill this in.")), between(1, MOST_MINUTES)],
    )
    requester = RadioField(_l("Who asked?"), [chosen()])
    department = PlainField(_l("Which section of the municipality"), [Optional(), at_most(80)])
    bodies_agreed = AnswerField(_l("Have the care managers' bodies agreed to such requests?"))
    outcome = RadioField(_l("What came of it?"), [chosen()])
    gap = RadioField(_l("Could it be handed on? If not, why?"), [chosen()])
    urgency = RadioField(_l("How urgent was it?"), [chosen()])
    area_id = SelectField(_l("Area where the person lives"), [chosen()], coerce=row_id)
    occurred_month = MonthField(_l("Month"), [InputRequired(_l("Please fill this in."))])
    wanted = FreeTextField(_l("What would have helped"), [Optional(), at_most(WANTED_LENGTH)])
    ability_to_pay = AnswerField(_l("Could the person pay for help?"))
    hour_band = AnswerField(_l("At what hours"))
    acted_because = AnswerField(_l("Why the office took it on"))
    charge = AnswerField(_l("Was anything charged?"))
    charge_band = AnswerField(_l("How much each time"))
    paid_by = AnswerField(_l("Who paid"))
    age_band = AnswerField(_l("Age, about"))
    care_level = AnswerField(_l("Care level"))
    household = RowsField(_l("Circumstances of the household"))
    work_class = AnswerField(_l("Class of the work"))
    work_class_reason = FreeTextField(
        _l("Why another class than the table's"), [Optional(), at_most(REASON_LENGTH)]
    )
    extra_question = PanelField()  # the town's own question beside the type, as it was shown
    extra_answer = FreeTextField(
        _l("Answer"), [Optional(), at_most(REASON_LENGTH)], render_kw={"rows": 2}
    )
    office_ref = PlainField(_l("Your own reference"), [Optional(), at_most(REFERENCE_LENGTH)])
    same_as = PanelField(_l("Is it about the same person?"))  # a case of the office
    wished_issue = PanelField(_l("Add mine to one of these?"))  # a regional issue
    steps = RowsField(_l("Steps of the guidance"))
    tried = RowsField(_l("What was tried"))
    kinds = RowsField(_l("Other kinds of help that were tried"))
    called = RowsField(_l("Who was called, and what they answered"))

    def offer(self, areas, act_types, codes, classes):
        """The choices of this day and person."""
        towns = {}
        for area in areas:
            town = area.town_en if in_english() else area.town_ja
            towns.setdefault(town, []).append((area.id, named(area)))
        self.area_id.choices = towns
        self.act_type.choices = [(act.code, named(act)) for act in act_types]
        for name in CodeList:
            field = self._fields.get(name.value)
            if field is not None and name in codes and not isinstance(field, RowsField):
                open_answer = [("", _l("Not said"))] if isinstance(field, AnswerField) else []
                field.choices = open_answer + [(c.code, named(c)) for c in codes[name].values()]
        self.household.rows = codes.get(CodeList.HOUSEHOLD, {})
        self.danger.choices = [("", _l("No")), *self.danger.choices]
        self.work_class.choices = [
            ("", _l("As the table says")),
            *((found.code, f"{found.code} {named(found)}") for found in classes),
            (OPEN_CLASS, _l("Not decided")),
        ]

    def ask(self, beside):
        """What stands beside, once its question heads the answer; an answer to another goes."""
        if self.extra_question.data != beside["question"]:
            self.extra_answer.data, self.extra_answer.marks = "", None
            self.extra_answer.errors = []
        self.extra_question.data = beside["question"]
        if beside["question"]:
            self.extra_answer.label.text = beside["question"]
        return beside

    def look(self):
        """Only the gate: the forbidden is hidden, what may tell who somebody is marked."""
        for field in self._text_fields():
            self._pass_gate(field)

    def draft(self):
        """What was said, for the service."""
        answers = {
            name.value: self[name.value].data or None
            for name in CodeList
            if name.value in self._fields and not isinstance(self[name.value], RowsField)
        }
        asked_by_town = self.requester.data == MUNICIPALITY
        return CaseDraft(
            **{**answers, "bodies_agreed": answers["bodies_agreed"] if asked_by_town else None},
            act_type=self.act_type.data,
            area_id=self.area_id.data,
            occurred_month=self.occurred_month.data,
            times_handled=self.times_handled.data or 1,
            minutes_each=self.minutes_each.data,
            summary=self.summary.data,
            wanted=self.wanted.data or "",
            department=(self.department.data or "") if asked_by_town else "",
            work_class=self.work_class.said(),
            work_class_reason=(self.work_class_reason.data or "") if self.work_class.data else "",
            extra_question=self.answered(),
            extra_answer=self.extra_answer.data or "",
            office_ref=self.office_ref.data or "",
            same_as=_key(self.same_as.data),
            ticks=self.ticked(),
        )

    def ticked(self):
        """The ticks of every panel."""
        return Ticks(
            household=frozenset(self.household.codes()),
            steps=self.steps.by_id(),
            resources=self.tried.by_id(),
            kinds=self.kinds.codes(),
            calls=self.called.codes(),
        )

    def answered(self):
        """The town's question that was answered; "" for none."""
        return (self.extra_question.data or "") if self.extra_answer.data else ""

    def compared(self):
        """The answers by which cases are compared, each as a set of codes."""
        said = {"gap": {self.gap.data}, "requester": {self.requester.data}}
        said["household"] = set(self.household.data)
        return {name: frozenset(codes - {None, ""}) for name, codes in said.items()}

    def wished_issue_id(self):
        """The issue the office adds its case to; None when it chose none."""
        return _key(self.wished_issue.data)


def _key(text):
    """The key of a row that a panel sent; None for nothing, 0 (no row) for what is no key."""
    try:
        return row_id(text) if text else None
    except ValueError:
        return 0


def said_of(case, draft):
    """What a form shows of a case that is there: the draft's fields and the ticks by panel."""
    ticks = draft.ticks
    return {
        **{name: getattr(draft, name) for name in draft.__dataclass_fields__ if name != "ticks"},
        "household": dict.fromkeys(ticks.household, "on"),
        "steps": {str(key): result for key, result in ticks.steps.items()},
        "tried": {str(key): result for key, result in ticks.resources.items()},
        "kinds": ticks.kinds,
        "called": ticks.calls,
        "version": case.version,
    }


def shown(field):
    """What a field holds, in words."""
    if isinstance(field, RowsField):
        return _("%(count)s ticks", count=len(field.data))
    choices = getattr(field, "choices", None)
    if choices is None:
        return field._value() if hasattr(field, "_value") else str(field.data or "")
    if isinstance(choices, dict):
        choices = [choice for group in choices.values() for choice in group]
    return next((str(label) for value, label in choices if value == (field.data or "")), "")


def _office_id(text):
    """The key of an office; "" while none is chosen."""
    return row_id(text) if text != "" else ""


class OfficeField(SelectField):
    """A choice that is hidden where there is only one."""

    def _value(self):
        return str(self.data or "")


class CaseForm(CaseFields, CreateForm):
    organisation_id = OfficeField(_l("Your office"), [chosen()], coerce=_office_id)
    channel = RadioField(
        _l("How it reached you"),
        [chosen()],
        choices=[SelectChoice(channel.value, CHANNEL_LABELS[channel]) for channel in ON_BEHALF],
    )
    conduct = BooleanField(
        _l("I write about the need and never about who the person is"),
        [InputRequired(_l("Please promise this before you file; it is asked once a year."))],
    )

    def offer_offices(self, offices, others):
        """The offices one may file for: one's own, or those that telephone or fax the centre."""
        self.organisation_id.choices = [SelectChoice(key, name) for key, name in offices or others]
        if offices:
            del self.channel
        else:  # none is taken by itself: a slip would tell another office of the case
            self.organisation_id.choices.insert(0, SelectChoice("", _l("Please choose")))
            self.organisation_id.label.text = _l("For which office")
        if len(offices) == 1:
            self.organisation_id.widget = HiddenInput()

    def sent_fields(self):
        """Without the promise: a second sending comes when it is no longer asked.

        The office's own reference as a seal: the hash of what was sent could be tried out.
        """
        sent = {name: said for name, said in super().sent_fields().items() if name != "conduct"}
        return {**sent, "office_ref": pseudonym.keyed("sent", sent["office_ref"])}

    def whence(self):
        """For which office, and how it came in."""
        channel = Channel(self.channel.data) if "channel" in self else Channel.OWN
        return Whence(self.organisation_id.data, channel)


class ReviseForm(CaseFields, EditForm):
    pass
