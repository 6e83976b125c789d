"""Values of one group as fields, made from their definitions."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from tracker.core import text
from tracker.core.errors import InvalidInputError
from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    NumberField,
    OneSentence,
    PlainField,
    required,
)
from tracker.settings.values import service
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import ValueKind


class TimeField(OneSentence, StringField):
    """A time of the day in minutes since midnight: 8:30, ８：３０, 8時30分."""

    def _value(self):
        if self.raw_data and (self.errors or self.process_errors):
            return self.raw_data[0]
        return "" if self.data is None else f"{self.data // 60}:{self.data % 60:02}"

    def process_formdata(self, valuelist):
        self.data = None
        typed = text.digits(valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        said = typed.replace("：", ":").replace("時", ":").removesuffix("分")
        hours, colon, minutes = said.partition(":")
        minutes = minutes or "0"
        read = [part for part in (hours, minutes) if part.isascii() and part.isdigit()]
        if not colon or len(read) != 2 or len(said) > 5 or int(hours) > 23 or int(minutes) > 59:
            self.raw_data = valuelist
            raise ValueError(_("Please write a time, for example 8:30."))
        self.data = int(hours) * 60 + int(minutes)


def within_bounds(key):
    """The value may be set: the service's own rule, said beside the field."""

    def asked(form, field):
        if field.data is None:  # nothing that could be read was sent
            if field.errors:
                return
            raise ValidationError(service.bounds(DEFINITIONS[key]))
        try:
            service.check(DEFINITIONS[key].group, {key: field.data})
        except InvalidInputError as error:
            raise ValidationError(error.message) from error

    return asked


def field_of(key):
    """A box to tick for a switch, a time, words, else a number."""
    definition = DEFINITIONS[key]
    needed = InputRequired(_l("Please fill this in."))
    match definition.kind:
        case ValueKind.SWITCH:
            return BooleanField(definition.label)
        case ValueKind.TIME:
            return TimeField(definition.label, [needed, within_bounds(key)])
        case ValueKind.WORDS:
            return PlainField(definition.label, [required(), within_bounds(key)])
        case ValueKind.CHOICE:
            choices = [SelectChoice(*pair) for pair in definition.choices.items()]
            return SelectField(definition.label, [within_bounds(key)], choices=choices)
    return NumberField(definition.label, [needed, within_bounds(key)])


class NumbersForm(CreateForm, EditForm):
    """`version` is that of the whole group."""

    valid_from = DayField(_l("From which day"), [InputRequired(_l("Please fill this in."))])

    def numbers(self):
        """What was typed, for the service."""
        held = {key: self[key.value].data for key in keys_of(self.group)}
        return {k: v if DEFINITIONS[k].is_words else int(v) for k, v in held.items()}


def form_of(group):
    """The form of this group."""
    fields = {key.value: field_of(key) for key in keys_of(group)}
    return type("GroupForm", (NumbersForm,), {**fields, "group": group})


class PutBackForm(CreateForm, EditForm):
    """Carries the version of the group that was read."""
