"""One press: the answer is the button, the reason a list beside it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import Optional

from tracker.core.forms import TrackerForm, chosen, one_of
from tracker.core.i18n import named
from tracker.followup import queries
from tracker.followup.models import ANSWERS, Answer, QuestionKind
from tracker.followup.service import AnswerDraft


class AnswerForm(TrackerForm):
    answer = HiddenField(validators=[chosen(), one_of([a.value for a in Answer])])
    reason = SelectField(_l("If it could not be used: why?"), [Optional()])

    def offer(self, kind):
        """The reasons, where one is asked for; the answers of this question."""
        self.answers = ANSWERS[kind]
        if kind is not QuestionKind.USE_THIS:
            del self.reason
            return
        why = [(code.code, named(code)) for code in queries.reasons()]
        self.reason.choices = [("", _l("Please choose")), *why]

    def draft(self):
        reason = self.reason.data if "reason" in self else None
        return AnswerDraft(Answer(self.answer.data), reason or None)
