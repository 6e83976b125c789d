"""Filing and sorting."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from tracker.cases.models import (
    DISPOSITION_LABELS,
    MOST_MINUTES,
    MOST_TIMES,
    SENTENCE_LENGTH,
    SUMMARY_LENGTH,
    WANTED_LENGTH,
    Disposition,
)
from tracker.cases.service import CaseDraft, SortDraft
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


def between(least, most):
    """A number within these bounds."""
    return NumberRange(least, most, _l("Please write a number from %(min)s to %(max)s."))


class CaseFields:
    """The ten questions that must be answered, and two that may be."""

    act_type = RadioField(_l("What did you do, or were you asked to do?"), [chosen()])
    area_id = SelectField(_l("Area where the person lives"), [chosen()], coerce=int)
    occurred_month = MonthField(_l("Month"), [InputRequired(_l("Please fill this in."))])
    requester = RadioField(_l("Who asked?"), [chosen()])
    outcome = RadioField(_l("What came of it?"), [chosen()])
    gap = RadioField(_l("Could it be handed on? If not, why?"), [chosen()])
    urgency = RadioField(_l("How urgent was it?"), [chosen()])
    times_handled = NumberField(
        _l("How many times"), [InputRequired(_l("Please fill this in.")), between(1, MOST_TIMES)]
    )
    minutes_each = NumberField(
        _l("Minutes each time, about"),
        [InputRequired(_l("Please fill this in.")), between(1, MOST_MINUTES)],
    )
    summary = FreeTextField(_l("What happened"), [required(), at_most(SUMMARY_LENGTH)])
    wanted = FreeTextField(_l("What would have helped"), [Optional(), at_most(WANTED_LENGTH)])
    ability_to_pay = RadioField(
        _l("Could the person pay for help?"), [Optional()], validate_choice=False
    )

    def offer(self, areas, act_types, codes):
        """The choices of this day and person."""
        towns = {}
        for area in areas:
            town = area.town_en if in_english() else area.town_ja
            towns.setdefault(town, []).append((area.id, named(area)))
        self.area_id.choices = towns
        self.act_type.choices = [(act.code, named(act)) for act in act_types]
        for name in CodeList:
            if name.value in self._fields and name in codes:
                self[name.value].choices = [(c.code, named(c)) for c in codes[name].values()]

    def draft(self):
        """What was said, for the service."""
        return CaseDraft(
            area_id=self.area_id.data,
            occurred_month=self.occurred_month.data,
            act_type=self.act_type.data,
            gap=self.gap.data,
            requester=self.requester.data,
            outcome=self.outcome.data,
            urgency=self.urgency.data,
            ability_to_pay=self.ability_to_pay.data or None,
            times_handled=self.times_handled.data,
            minutes_each=self.minutes_each.data,
            summary=self.summary.data,
            wanted=self.wanted.data or "",
        )


class OfficeField(SelectField):
    """A choice that is hidden where there is only one."""

    def _value(self):
        return str(self.data or "")


class CaseForm(CaseFields, CreateForm):
    organisation_id = OfficeField(_l("Your office"), [chosen()], coerce=int)

    def offer_offices(self, offices):
        """The offices one may file for."""
        self.organisation_id.choices = [SelectChoice(key, name) for key, name in offices]
        if len(offices) == 1:
            self.organisation_id.widget = HiddenInput()


class ReviseForm(CaseFields, EditForm):
    pass


class ReturnForm(CreateForm):
    reason = FreeTextField(
        _l("What is missing, or what should be looked at again?"),
        [required(), at_most(SENTENCE_LENGTH)],
    )


class AnswerForm(CreateForm):
    answer = FreeTextField(_l("Answer to the office"), [required(), at_most(SENTENCE_LENGTH)])


class SortForm(CreateForm):
    disposition = RadioField(
        _l("How does the case go on?"),
        [chosen()],
        choices=[SelectChoice(d.value, label) for d, label in DISPOSITION_LABELS.items()],
    )
    redirect_body = PlainField(_l("Responsible body"), [Optional(), at_most(120)])
    redirect_contact = PlainField(_l("How to reach it"), [Optional(), at_most(120)])
    answer = FreeTextField(_l("Answer to the office"), [Optional(), at_most(SENTENCE_LENGTH)])

    def draft(self):
        """How the case goes on, for the service."""
        return SortDraft(
            Disposition(self.disposition.data),
            self.redirect_body.data or "",
            self.redirect_contact.data or "",
            self.answer.data or "",
        )
