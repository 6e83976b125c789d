"""Setting the day of start, and watching once more."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from tracker.core.forms import CreateForm, DayField, FreeTextField, at_most, required
from tracker.issues.models import SENTENCE_LENGTH


class StartForm(CreateForm):
    day = DayField(_l("Day from which the resource can be used"), [required()])
    start_sentence = FreeTextField(
        _l("Where the day is known from"), [required(), at_most(SENTENCE_LENGTH)]
    )


class AgainForm(CreateForm):
    day = DayField(_l("Day from which it works in another way"), [Optional()])
    again_sentence = FreeTextField(
        _l("What was changed, or why it is watched once more"),
        [required(), at_most(SENTENCE_LENGTH)],
    )
