"""Numbers of one group as fields, made from their definitions."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, ValidationError

from tracker.core.errors import InvalidInputError
from tracker.core.forms import CreateForm, EditForm, NumberField
from tracker.settings.values import service
from tracker.settings.values.definitions import DEFINITIONS, keys_of


def within_bounds(key):
    """The number may be set: the service's own rule, said beside the field."""

    def asked(form, field):
        try:
            service.check(DEFINITIONS[key].group, {key: field.data})
        except InvalidInputError as error:
            raise ValidationError(error.message) from error

    return asked


def field_of(key):
    """A box to tick for a switch, else a number."""
    definition = DEFINITIONS[key]
    if definition.is_switch:
        return BooleanField(definition.label)
    needed = InputRequired(_l("Please fill this in."))
    return NumberField(definition.label, [needed, within_bounds(key)])


class NumbersForm(CreateForm, EditForm):
    """`version` is that of the whole group."""

    def numbers(self):
        """What was typed, for the service."""
        return {key: int(self[key.value].data) for key in keys_of(self.group)}


def form_of(group):
    """The form of this group."""
    fields = {key.value: field_of(key) for key in keys_of(group)}
    return type("GroupForm", (NumbersForm,), {**fields, "group": group})


class PutBackForm(CreateForm, EditForm):
    """Carries the version of the group that was read."""
