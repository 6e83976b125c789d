"""Narrowing the list, and what can be done with an action."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from tracker.actions.asked import Facts
from tracker.actions.kinds import live_rule
from tracker.actions.lessons import LessonFilter
from tracker.actions.models import SENTENCE_LENGTH, STOP_LABELS, Stage, StopReason
from tracker.actions.queries import ActionFilter
from tracker.actions.work.models import FACT_LABELS, FACT_LENGTH, FUNDING_LABELS, Fact
from tracker.core.db import row_id
from tracker.core.forms import (
    NO_CHOICE,
    AskedForm,
    CreateForm,
    DayField,
    FreeTextField,
    PlainField,
    TicksField,
    at_most,
    chosen,
    one_of,
    required,
)
from tracker.core.i18n import named
from tracker.resources.drafting import LISTS, NEEDED, ResourceDraft
from tracker.resources.models import LINE_LENGTH, TEXT_LENGTH

VIEWS = ("board", "time")
DELAYS = ("overdue", "stalled")
WORDS_LENGTH = 80
A_NEW_ONE = 0
NONE_NEEDED = -1  # what is in force is no resource one can ask for


class ListForm(AskedForm):
    """What the list is narrowed to, and how it is looked at."""

    view = HiddenField(validators=[Optional(), one_of(VIEWS)])
    stage = HiddenField(validators=[Optional(), one_of(list(Stage))])
    delay = HiddenField(validators=[Optional(), one_of(DELAYS)])
    issue = HiddenField(validators=[Optional()])
    mine = HiddenField(validators=[Optional(), one_of(("1",))])
    held = HiddenField(validators=[Optional(), one_of(("1",))])
    kind = SelectField(_l("Way of going about it"), [Optional()])
    owner = SelectField(_l("Owner"), [Optional()])

    def offer(self, kinds, owners):
        """Ways of going about it, by code; owners as id and name."""
        every = SelectChoice("", _("All"))
        self.kind.choices = [every, *(SelectChoice(k.code, named(k)) for k in kinds.values())]
        self.owner.choices = [every, *(SelectChoice(str(key), name) for key, name in owners)]

    def validate_issue(self, field):
        """The key of an issue."""
        if field.data:
            try:
                row_id(field.data)
            except ValueError as error:
                raise ValidationError(NO_CHOICE) from error

    def asked(self):
        """What the address says; the links of the page keep all but what they change."""
        if self.errors:
            return {}
        return {field.name: field.data for field in self if field.name in _ASKED and field.data}

    def wanted(self, today, now):
        """The filter, once everything is known; all of them when something is not."""
        asked = self.asked()
        return ActionFilter(
            stage=Stage(asked["stage"]) if "stage" in asked else None,
            issue_id=row_id(asked["issue"]) if "issue" in asked else None,
            mine="mine" in asked,
            held="held" in asked,
            kind=asked.get("kind"),
            owner_id=row_id(asked["owner"]) if "owner" in asked else None,
            overdue_on=today if asked.get("delay") == "overdue" else None,
            stalled_at=now if asked.get("delay") == "stalled" else None,
        )


_ASKED = ("view", "stage", "delay", "issue", "mine", "held", "kind", "owner")


class LessonForm(AskedForm):
    """What the lessons are narrowed to."""

    words = PlainField(_l("Words"), [Optional(), at_most(WORDS_LENGTH)])
    kind = SelectField(_l("Way of going about it"), [Optional()])
    reason = SelectField(_l("Reason"), [Optional()])
    family = SelectField(_l("Family of types"), [Optional()])

    def offer(self, kinds, families):
        """The choices, each with one for all."""
        every = SelectChoice("", _("All"))
        self.kind.choices = [every, *(SelectChoice(k.code, named(k)) for k in kinds.values())]
        self.reason.choices = [every, *(SelectChoice(r.value, w) for r, w in STOP_LABELS.items())]
        self.family.choices = [every, *(SelectChoice(f.code, named(f)) for f in families)]

    def wanted(self):
        """The filter, once everything is known."""
        return LessonFilter(
            kind=self.kind.data or None,
            reason=StopReason(self.reason.data) if self.reason.data else None,
            family=self.family.data or None,
            words=self.words.data,
        )

    @property
    def narrowed(self):
        """Is anything left out?"""
        return self.wanted() != LessonFilter()


def _sentence(label):
    return FreeTextField(label, [required(), at_most(SENTENCE_LENGTH)])


class StepForm(CreateForm):
    """One act with its sentence; the field has a name of its own, a page holds several forms."""

    sentence_name = ""

    def said(self):
        """The sentence for the log."""
        return self[self.sentence_name].data

    def reject(self, error):
        """The service calls every sentence `sentence`."""
        if error.field == "sentence":
            error.field = self.sentence_name
        super().reject(error)


def _fact(fact):
    return FreeTextField(FACT_LABELS[fact], [Optional(), at_most(FACT_LENGTH)])


class FactsForm(StepForm):
    """A step that asks what is known; the service says what of it cannot be left out."""

    asks = ()  # facts, shown in this order

    def facts(self):
        """What was said, as the service takes it."""
        said = {fact: self[fact.value].data for fact in self.asks if fact.value in self}
        return Facts(said, self[Fact.WITHOUT.value].data or "")


class EntryForm(StepForm):
    sentence_name = "entry"
    entry = _sentence(_l("What you did"))
    next_step = FreeTextField(_l("What you do next"), [Optional(), at_most(SENTENCE_LENGTH)])


class NextForm(FactsForm):
    sentence_name = "next_sentence"
    # Any stage is in shape: whether it follows is said by the service, with its reason.
    to = RadioField(_l("Next stage"), [chosen()], validate_choice=False)
    next_sentence = _sentence(_l("What makes it ready for that"))
    survey_plan = _fact(Fact.SURVEY_PLAN)
    surveyed = _fact(Fact.SURVEYED)
    survey_result = _fact(Fact.SURVEY_RESULT)
    partner = _fact(Fact.PARTNER)
    agreed = _fact(Fact.AGREED)
    funding = SelectField(FACT_LABELS[Fact.FUNDING], [Optional()])
    funding_note = _fact(Fact.FUNDING_NOTE)
    trial_place = _fact(Fact.TRIAL_PLACE)
    trial_from = DayField(FACT_LABELS[Fact.TRIAL_FROM], [Optional()])
    trial_until = DayField(FACT_LABELS[Fact.TRIAL_UNTIL], [Optional()])
    use_in_words = _fact(Fact.USE_IN_WORDS)
    measured = _fact(Fact.MEASURED)
    without = _fact(Fact.WITHOUT)

    def offer(self, stages, asks):
        """The stages that follow and what is asked for them; the only one is chosen already."""
        self.asks = asks
        self.funding.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(source.value, label) for source, label in FUNDING_LABELS.items()),
        ]
        self.to.choices = [SelectChoice(stage.value, stage.label) for stage in stages]
        if len(stages) == 1 and self.to.data is None:
            self.to.data = stages[0].value

    def validate_to(self, field):
        """It is one of the stages."""
        if field.data not in set(Stage):
            raise ValidationError(_("Please choose one."))

    def chosen_stage(self):
        """The stage to go to."""
        return Stage(self.to.data)


class HoldForm(StepForm):
    sentence_name = "hold_sentence"
    until = DayField(_l("Until"), [InputRequired(_l("Please fill this in."))])
    hold_sentence = _sentence(_l("Why it waits"))


class ResumeForm(StepForm):
    sentence_name = "resume_sentence"
    resume_sentence = _sentence(_l("Why it goes on"))


class StopForm(StepForm):
    sentence_name = "stop_sentence"
    reason = RadioField(
        _l("Reason"),
        [chosen()],
        choices=[SelectChoice(reason.value, label) for reason, label in STOP_LABELS.items()],
    )
    stop_sentence = _sentence(_l("What was learnt"))
    instead = _fact(Fact.INSTEAD)

    def chosen_reason(self):
        """The coded reason."""
        return StopReason(self.reason.data)


class ReassignForm(StepForm):
    sentence_name = "reassign_sentence"
    owner_id = SelectField(_l("New owner"), [chosen()], coerce=int)
    reassign_sentence = _sentence(_l("Why another organisation takes it on"))

    def offer(self, owners, now):
        """The bodies of the town without the one that has it now."""
        self.owner_id.choices = [SelectChoice(key, name) for key, name in owners if key != now]


class LiveForm(FactsForm):
    """Going live: with a resource of the directory, a new one, or what is in force instead."""

    asks = (Fact.TRIAL_NUMBERS, Fact.IN_FORCE)
    trial_numbers = _fact(Fact.TRIAL_NUMBERS)
    without = _fact(Fact.WITHOUT)
    in_force = _fact(Fact.IN_FORCE)
    next_review_on = DayField(_l("Look again on"), [Optional()])
    sentence_name = "live_sentence"
    live_sentence = _sentence(_l("What can be used from now on"))
    resource_id = SelectField(_l("Resource"), [chosen()], coerce=int)
    name_ja = PlainField(_l("Name"), [Optional(), at_most(LINE_LENGTH)])
    name_en = PlainField(_l("Name in English"), [Optional(), at_most(LINE_LENGTH)])
    category = SelectField(_l("Kind of resource"), [Optional()])
    provider_type = SelectField(_l("Who provides it"), [Optional()])
    provider_name = PlainField(_l("Name of the provider"), [Optional(), at_most(LINE_LENGTH)])
    formality = SelectField(_l("What it rests on"), [Optional()])
    does = FreeTextField(_l("What it does, and for whom"), [Optional(), at_most(TEXT_LENGTH)])
    fee = SelectField(_l("Does it cost anything?"), [Optional()])
    hours = PlainField(_l("Days and hours"), [Optional(), at_most(LINE_LENGTH)])
    cost = PlainField(_l("Cost in words"), [Optional(), at_most(LINE_LENGTH)])
    how_to_apply = FreeTextField(_l("How to apply"), [Optional(), at_most(TEXT_LENGTH)])
    contact = PlainField(_l("Contact"), [Optional(), at_most(LINE_LENGTH)])
    area_ids = TicksField(_l("Areas it serves"), [Optional()], coerce=int)
    act_types = TicksField(_l("Which types it can take over"), [Optional()])

    def offer(self, kind, resources, areas, act_types, codes):
        """The choices of this day and person, for an action of this kind."""
        rule = live_rule(kind)
        if rule.asks:
            self.in_force.label.text = rule.asks
        else:
            del self.in_force
        none_needed = SelectChoice(NONE_NEEDED, _("None: what is in force is no resource"))
        self.resource_id.choices = [
            *(() if rule.needs_resource else (none_needed,)),
            SelectChoice(A_NEW_ONE, _("A new one, described below")),
            *(SelectChoice(key, name) for key, name in resources),
        ]
        self.area_ids.choices = [SelectChoice(key, name) for key, name in areas]
        self.act_types.choices = [SelectChoice(act.code, named(act)) for act in act_types]
        none = SelectChoice("", _("Please choose"))
        for name, code_list in LISTS.items():
            rows = codes[code_list].values()
            self[name].choices = [none, *(SelectChoice(row.code, named(row)) for row in rows)]

    def prefill(self, action, area_ids):
        """What is known already: the resource it had, else the issue's type and areas."""
        needed = live_rule(action.kind).needs_resource
        self.resource_id.data = action.resource_id or (A_NEW_ONE if needed else NONE_NEEDED)
        self.act_types.data = [action.issue.act_type_code]
        self.area_ids.data = area_ids

    def validate(self, extra_validators=None):
        """Also: a new resource is described so that somebody can ask for it."""
        in_shape = super().validate(extra_validators)
        return (self._is_described() if self.is_new else True) and in_shape

    def _is_described(self):
        asked = (*NEEDED, *LISTS, "area_ids", "act_types")
        fields = [self._field_of(name) for name in asked]
        bare = [field for field in fields if not field.data and not field.errors]
        for field in bare:
            field.errors = [_("Please fill this in.")]
        return not bare

    @property
    def is_new(self):
        """Is the resource described here?"""
        return self.resource_id.data == A_NEW_ONE

    def chosen_resource(self):
        """The key of a resource of the directory, None for a new one and where none is needed."""
        return self.resource_id.data if self.resource_id.data > 0 else None

    def described_resource(self):
        """The new resource, None for one of the directory."""
        if not self.is_new:
            return None
        texts = (*NEEDED, "name_en", "hours", "cost", *LISTS)
        return ResourceDraft(
            area_ids=tuple(self.area_ids.data),
            act_types=tuple(self.act_types.data),
            **{name: self._field_of(name).data or "" for name in texts},
        )

    def reject(self, error):
        """The service speaks of the row's columns."""
        if error.field == "content":
            error.field = "does"
        super().reject(error)

    def _field_of(self, column):
        # A field called `content` would hide the method of that name.
        return self["does" if column == "content" else column]
