"""What the log is narrowed to."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from tracker.core.forms import AskedForm, DayField, PlainField, at_most
from tracker.privacy import attempts, labels

FIRST_YEAR = 2000
LAST_YEAR = 2999


def possible(_form, field):
    """A day that a log can hold."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("The log holds nothing of that day."))


class LogForm(AskedForm):
    subject = SelectField(_l("What it was done to"), [Optional()])
    record = PlainField(_l("Number or address"), [Optional(), at_most(200)])
    who = PlainField(_l("Sign-in name"), [Optional(), at_most(60)])
    since = DayField(_l("From"), [Optional(), possible])
    until = DayField(_l("Until"), [Optional(), possible])

    def __init__(self, *args, subjects=labels.SUBJECTS, **kwargs):
        super().__init__(*args, **kwargs)
        named = [(table, labels.THINGS[thing]) for table, thing in subjects.items()]
        self.subject.choices = [("", _l("All")), *named]

    @property
    def narrows(self):
        """Was anything asked for?"""
        return any(field.data for field in self)


class SignInForm(AskedForm):
    who = PlainField(_l("Sign-in name"), [Optional(), at_most(60)])
    result = SelectField(_l("How it ended"), [Optional()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ends = [(attempts.FAILED, _l("failed")), (attempts.SUCCEEDED, _l("signed in"))]
        self.result.choices = [("", _l("All")), *ends]


class WeekForm(AskedForm):
    week = DayField(_l("A day of the week"), [Optional(), possible])
