"""Writing minutes, asking for a correction, answering it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import Optional

from tracker.core.forms import (
    CreateForm,
    DayField,
    FreeTextField,
    at_most,
    chosen,
    required,
)
from tracker.meetings.forms import FreeLineField, filled
from tracker.meetings.minutes.models import (
    ADDENDUM_LENGTH,
    ANSWER_LABELS,
    ANSWER_LENGTH,
    REMARK_LENGTH,
    TEXT_LENGTH,
    WHY_LENGTH,
    RemarkAnswer,
)


class TextForm(CreateForm):
    text = FreeTextField(_l("Text of the minutes"), [required(), at_most(TEXT_LENGTH)])
    why = FreeLineField(_l("What was changed"), [Optional(), at_most(WHY_LENGTH)])
    opened = HiddenField()

    def opened_number(self):
        """Number of the version that was changed; 0 where it is none of ours."""
        return int(self.opened.data) if (self.opened.data or "").isdecimal() else 0


class CirculateForm(CreateForm):
    until = DayField(_l("Corrections until"), [filled()])


class RemarkForm(CreateForm):
    remark = FreeTextField(_l("What should be corrected"), [required(), at_most(REMARK_LENGTH)])


class AnswerForm(CreateForm):
    answer = RadioField(_l("Answer"), [chosen()])
    reason = FreeTextField(_l("Why"), [Optional(), at_most(ANSWER_LENGTH)])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.answer.choices = [
            SelectChoice(one.value, words) for one, words in ANSWER_LABELS.items()
        ]

    def chosen_answer(self):
        """The answer, for the service."""
        return RemarkAnswer(self.answer.data)


class AddendumForm(CreateForm):
    addendum = FreeTextField(_l("Addendum"), [required(), at_most(ADDENDUM_LENGTH)])
