"""Writing a link of the emergency chain, and looking at the chain as a care manager does."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from tracker.core.db import row_id
from tracker.core.forms import (
    AskedForm,
    ContactField,
    CreateForm,
    EditForm,
    FreeTextField,
    PlainField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import named
from tracker.settings.models import (
    NAME_LENGTH,
    NOTE_LENGTH,
    PHONE_LENGTH,
    Danger,
    Hours,
    LinkDraft,
)

# Three digits or more (119), with what people write between and behind them.
PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){3})(?:[0-9+()#*,. -]|内線|ext)+")


class PhoneField(ContactField):
    """A telephone number of a body."""

    def pre_validate(self, form):
        if self.data and not PHONE.fullmatch(self.data):
            raise ValidationError(_("Please write a telephone number, for example 0980-00-2001."))


class LinkFields:
    """Whom to call, where and when."""

    danger = RadioField(
        _l("What the chain is for"),
        [chosen()],
        choices=[SelectChoice(danger.value, danger.label) for danger in Danger],
    )
    place = SelectField(_l("Where it holds"), [chosen()])
    hours = RadioField(
        _l("When it can be called"),
        [chosen()],
        choices=[SelectChoice(hours.value, hours.label) for hours in Hours],
    )
    target = RadioField(_l("What kind of body it is"), [chosen()])
    name = PlainField(_l("Name of the body"), [required(), at_most(NAME_LENGTH)])
    phone = PhoneField(_l("Telephone"), [required(), at_most(PHONE_LENGTH)])
    note = FreeTextField(_l("What to say or to know"), [Optional(), at_most(NOTE_LENGTH)])

    def offer(self, places, targets):
        """The places of this person, and the kinds of bodies."""
        self._places = {place.key: place for place in places}
        self.place.choices = [SelectChoice(place.key, place.label) for place in places]
        self.target.choices = [SelectChoice(row.code, named(row)) for row in targets.values()]

    def draft(self):
        """What was said, for the service."""
        place = self._places[self.place.data]
        return LinkDraft(
            municipality_id=place.municipality_id,
            area_id=place.area_id,
            danger=Danger(self.danger.data),
            hours=Hours(self.hours.data),
            target=self.target.data,
            name=self.name.data,
            phone=self.phone.data,
            note=self.note.data or "",
        )


class LinkForm(LinkFields, CreateForm):
    pass


class ChangeForm(LinkFields, EditForm):
    pass


class RemoveForm(CreateForm):
    """Carries the version that was read: nobody removes what was changed meanwhile."""

    version = HiddenField(validators=[InputRequired()])


class BeginForm(CreateForm):
    """Which chain begins with our default."""

    danger = HiddenField()
    town = HiddenField()

    def chosen_chain(self):
        """The town's id and the danger; None when it is neither."""
        try:
            return row_id(self.town.data or ""), Danger(self.danger.data)
        except ValueError:
            return None


class PreviewForm(AskedForm):
    """Which chain is looked at: of what area, and when."""

    area = SelectField(_l("Area"), [Optional()])
    when = SelectField(
        _l("When"),
        [Optional()],
        default="now",
        choices=[
            SelectChoice("now", _l("Now")),
            SelectChoice(Hours.OFFICE.value, Hours.OFFICE.label),
            SelectChoice(Hours.AFTER.value, Hours.AFTER.label),
        ],
    )

    def offer(self, areas):
        """The areas of this person; the first one is looked at until another is chosen."""
        self.area.choices = [SelectChoice(str(key), name) for key, name in areas]
        if not self.area.data and areas:
            self.area.data = self.area.choices[0].value

    def area_id(self):
        """The area looked at; None when there is none at all."""
        return row_id(self.area.data) if self.area.data else None

    def looked_at(self, now):
        """Office hours (True), outside them (False), or this instant."""
        return {Hours.OFFICE.value: True, Hours.AFTER.value: False}.get(self.when.data, now)
