"""Our forms: clear sentences, nothing typed is lost, personal details are seen before saving."""

import functools
import uuid

from babel import support
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core import clock, personal, text, wareki
from tracker.core.errors import InvalidInputError
from tracker.core.gate import forbidden_message
from tracker.core.i18n import date_long, date_problem, in_english, month

# More than any field takes; looking for details in a megabyte would take seconds.
LONGEST_LOOKED_AT = 20_000
FIRST_YEAR, LAST_YEAR = 1868, 2199
NO_CHOICE = _l("There is no such choice. Please choose one of the list.")


def required():
    """Must be filled in."""
    return DataRequired(_l("Please fill this in."))


def chosen():
    """One of the choices must be taken."""
    return InputRequired(_l("Please choose one."))


def one_of(known):
    """One of these, for what is not shown as a list."""
    return AnyOf(known, message=NO_CHOICE)


def at_most(length):
    """Not more than so many characters."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


class PlainField(StringField):
    """One line of ordinary text: trimmed, without control characters."""

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        self.data = _cleaned(self.data)


class ContactField(PlainField):
    """A telephone or fax number or a mail address; full-width signs are as good as others."""

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        self.data = text.contact(self.data)


class FreeTextField(TextAreaField):
    """Words about a need: looked at for a person's details before anything is saved."""

    marks = None  # pieces of what was typed, with the reasons, when something was found

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        self.data = _cleaned(self.data)


def _cleaned(typed):
    try:
        return text.clean(typed or "")
    except text.ControlCharacterError as error:
        raise ValueError(
            _("This holds characters that cannot be shown. Please type it again.")
        ) from error


class OneSentence:
    """A field that could not be read says that, and nothing more."""

    def pre_validate(self, form):
        if self.process_errors:
            raise StopValidation


class NumberField(OneSentence, IntegerField):
    """A whole number; full-width digits are as good as others."""

    def process_formdata(self, valuelist):
        typed = [text.digits(value).strip() for value in valuelist]
        if not typed or not typed[0]:
            return
        try:
            super().process_formdata(typed)
        except ValueError as error:
            raise ValueError(_("Please write a number, for example 30.")) from error


class TicksField(SelectMultipleField):
    """Several of the choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args, **kwargs):
        # WTForms' own sentence repeats what was sent, and has no Japanese.
        super().__init__(
            *args, invalid_value_message=NO_CHOICE, invalid_choice_message=NO_CHOICE, **kwargs
        )

    def process_data(self, value):
        super().process_data(value or [])

    def pre_validate(self, form):
        if self.process_errors:
            raise StopValidation
        super().pre_validate(form)


def _usual(day):
    """The day, when days can be counted from it in both directions.

    :raises wareki.DateError: when its year is a slip of the hand
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise wareki.DateError(wareki.DateProblem.UNREADABLE, "year")
    return day


class MonthField(OneSentence, StringField):
    """A month in any usual writing; shown in the page's own."""

    def _value(self):
        if self.raw_data and (self.errors or self.process_errors):
            return self.raw_data[0]
        if not self.data:
            return ""
        return f"{self.data:%Y-%m}" if in_english() else month(self.data)

    def process_formdata(self, valuelist):
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = _usual(wareki.parse_month(valuelist[0], today=clock.today()))
        except wareki.DateError as error:
            self.raw_data = valuelist
            raise ValueError(date_problem(error)) from error

    def example(self):
        """This month, as it may be typed."""
        today = clock.today()
        return f"{today:%Y-%m}" if in_english() else month(today)


class DayField(MonthField):
    """A day in any usual writing; shown in the page's own."""

    def _value(self):
        if self.raw_data and (self.errors or self.process_errors):
            return self.raw_data[0]
        if not self.data:
            return ""
        return self.data.isoformat() if in_english() else date_long(self.data)

    def process_formdata(self, valuelist):
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = _usual(wareki.parse_date(valuelist[0], today=clock.today()))
        except wareki.DateError as error:
            self.raw_data = valuelist
            raise ValueError(date_problem(error)) from error


@functools.cache
def _own_words(language):
    """What WTForms itself says, in this language; Flask-WTF reads the file on every request."""
    return support.Translations.load(messages_path(), [language], domain="wtforms")


class TrackerForm(FlaskForm):
    """Base of every form."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form, formdata):
            """What was sent as a form; nothing else binds to fields, JSON least of all.

            A form sent empty is one with nothing in it, not one that was never sent.
            """
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted():
                return None
            return CombinedMultiDict((request.files, request.form))

        def get_translations(self, form):
            """The words of WTForms, for the reader."""
            return _own_words("en" if in_english() else "ja")

    details_confirmed = BooleanField(
        _l("I have looked: the marked words do not tell who the person is")
    )
    asks_about_details = False  # something was found that the filer may hide or confirm

    def process(self, *args, **kwargs):
        """Fields hold what was sent; mere blanks are nothing, for `Optional` lets them pass."""
        super().process(*args, **kwargs)
        for field in self:
            if isinstance(field, PasswordField) or not isinstance(
                field, (SelectField, StringField)
            ):
                continue
            if isinstance(field.data, str) and not field.data.strip():
                field.data = ""

    def validate(self, extra_validators=None):
        """Are all fields in shape, and free of what may not be stored?"""
        in_shape = super().validate(extra_validators)
        clean = [self._pass_gate(field) for field in self._text_fields()]
        return in_shape and all(clean)

    def reject(self, error):
        """Show a service's refusal beside the field it names, or on top."""
        field = self._fields.get(getattr(error, "field", None) or "")
        if field is None:
            self.form_errors.append(error.message)
        else:  # of a form that was not validated they are an empty tuple
            field.errors = [*field.errors, error.message]

    def _text_fields(self):
        for field in self:
            if isinstance(field, (StringField, TextAreaField)) and not isinstance(
                field, (PasswordField, HiddenField, MonthField)
            ):
                yield field

    def _pass_gate(self, field):
        typed = (field.data if isinstance(field.data, str) else "")[:LONGEST_LOOKED_AT]
        if typed != field.data and typed:  # far too long for any field: refused already
            field.data = typed
        found = personal.find(typed)
        if kinds := personal.refused(found):
            field.data = personal.hide(typed)
            field.raw_data = [field.data]
            field.errors = [*field.errors, *map(forbidden_message, kinds)]
            return False
        if not isinstance(field, FreeTextField):
            return True
        if "mask_details" in request.form:
            field.data = personal.letter(typed)
            return True
        if not found or self.details_confirmed.data:
            return True
        self.asks_about_details = True
        field.marks = personal.pieces(typed, found)
        field.errors = [
            *field.errors,
            _("This may tell who a person is. Please take it out, or hide the marked words."),
        ]
        return False

    def confirmed_details(self):
        """Names of free texts saved although something in them was marked."""
        return [
            field.name
            for field in self
            if isinstance(field, FreeTextField) and personal.find(field.data or "")
        ]


class AskedForm(TrackerForm):
    """Sent by GET, so that the address holds what a list is narrowed to.

    What is no choice is refused: nobody shall take the whole list for the one that was asked for.
    """

    class Meta:
        csrf = False

    @property
    def http_status(self):
        """The status of the page, once it was looked at."""
        return 422 if self.errors else 200

    def require_known(self):
        """Return only when all that was asked for is known: a file has no place for a form.

        :raises InvalidInputError: otherwise
        """
        if not self.validate():
            raise InvalidInputError(None, str(NO_CHOICE))


class PartForm(TrackerForm):
    """One part of a page; the page's one form carries the token."""

    class Meta:
        csrf = False


class CreateForm(TrackerForm):
    """A form that makes something: sent twice, it makes it once."""

    request_key = HiddenField(default=lambda: str(uuid.uuid4()))

    def validate_request_key(self, field):
        """The key is one of ours in shape."""
        try:
            uuid.UUID(field.data or "")
        except ValueError as error:
            raise StopValidation(_("Please open the form again.")) from error

    def sent_fields(self):
        """What was sent, for telling a repetition from something else."""
        skipped = {"csrf_token", "request_key"}
        return {field.name: field.data for field in self if field.name not in skipped}


class EditForm(TrackerForm):
    """A form that changes something: carries the version it was opened with."""

    version = HiddenField(validators=[InputRequired()])

    def opened_version(self):
        """The version the person saw; 0 when it cannot be read, which is never current."""
        try:
            return int(self.version.data)
        except (TypeError, ValueError):
            return 0
