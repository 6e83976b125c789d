"""A letter to the prefecture, and what came back."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from tracker.core.forms import (
    CreateForm,
    DayField,
    FreeTextField,
    PlainField,
    at_most,
    required,
)
from tracker.issues.letters.models import (
    ADDRESSEE_LENGTH,
    ANSWER_LENGTH,
    PAPER_LENGTH,
    REQUEST_LENGTH,
)
from tracker.issues.letters.service import SAID, AnswerDraft, LetterDraft
from tracker.issues.statement import (
    LABELS,
    LINE_LENGTH,
    PART_LENGTH,
    STATEMENT_LENGTH,
    TITLE_LENGTH,
)


def said(name, length, rows=3):
    """A part of the statement, to be written for readers outside the town."""
    return FreeTextField(LABELS[name], [at_most(length)], render_kw={"rows": rows})


class LetterForm(CreateForm):
    addressee = PlainField(
        _l("To (office of the prefecture)"), [required(), at_most(ADDRESSEE_LENGTH)]
    )
    title = FreeTextField(
        LABELS["title"], [required(), at_most(TITLE_LENGTH)], render_kw={"rows": 2}
    )
    statement = FreeTextField(LABELS["statement"], [required(), at_most(STATEMENT_LENGTH)])
    for_whom = said("for_whom", LINE_LENGTH, rows=2)
    need = said("need", PART_LENGTH)
    existing = said("existing", PART_LENGTH)
    cause = said("cause", PART_LENGTH)
    effect = said("effect", PART_LENGTH)
    request = FreeTextField(
        _l("What the prefecture is asked for"), [required(), at_most(REQUEST_LENGTH)]
    )

    def draft(self):
        """What the letter says, for the service; a title is one line."""
        return LetterDraft(
            addressee=self.addressee.data,
            title=" ".join(self.title.data.split()),
            request=self.request.data,
            parts={name: self[name].data or "" for name in SAID},
            vouched=self.details_confirmed.data,
        )


class LetterAnswerForm(CreateForm):
    answered_on = DayField(_l("Date of the answer"), [InputRequired(_l("Please give a date."))])
    paper_number = PlainField(
        _l("Reference number of the paper"), [required(), at_most(PAPER_LENGTH)]
    )
    letter_answer = FreeTextField(
        _l("What the prefecture answered"), [required(), at_most(ANSWER_LENGTH)]
    )

    def draft(self):
        """What came back, for the service."""
        return AnswerDraft(self.answered_on.data, self.paper_number.data, self.letter_answer.data)
