"""The box for a code, and setting up the app that shows them."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from tracker.core.forms import TrackerForm, at_most, required

FOR_CODES = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}


class CodeForm(TrackerForm):
    code = StringField(_l("Code"), [required(), at_most(40)], render_kw=FOR_CODES)


class SetUpForm(CodeForm):
    seed = HiddenField()  # sealed: nothing is kept before a first code was right
