"""What the centre writes and chooses while it sorts."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import Optional

from tracker.cases.models import DISPOSITION_LABELS, SENTENCE_LENGTH, Disposition
from tracker.cases.service import SortDraft
from tracker.core.forms import CreateForm, FreeTextField, PlainField, at_most, chosen, required


class ReturnForm(CreateForm):
    reason = FreeTextField(
        _l("What is missing, or what should be looked at again?"),
        [required(), at_most(SENTENCE_LENGTH)],
    )


class AnswerForm(CreateForm):
    answer = FreeTextField(_l("Answer to the office"), [required(), at_most(SENTENCE_LENGTH)])


class SortForm(CreateForm):
    disposition = RadioField(
        _l("How does the case go on?"),
        [chosen()],
        choices=[SelectChoice(d.value, label) for d, label in DISPOSITION_LABELS.items()],
    )
    redirect_body = PlainField(_l("Responsible body"), [Optional(), at_most(120)])
    redirect_contact = PlainField(_l("How to reach it"), [Optional(), at_most(120)])
    answer = FreeTextField(_l("Answer to the office"), [Optional(), at_most(SENTENCE_LENGTH)])

    def draft(self):
        """How the case goes on, for the service."""
        return SortDraft(
            Disposition(self.disposition.data),
            self.redirect_body.data or "",
            self.redirect_contact.data or "",
            self.answer.data or "",
        )
