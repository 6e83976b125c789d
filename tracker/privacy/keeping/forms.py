"""Finding a record, and saying what is taken out of it and why."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.fields import TextAreaField
from wtforms.validators import InputRequired, Optional

from tracker.core.forms import (
    AskedForm,
    CreateForm,
    FreeTextField,
    PlainField,
    at_most,
    chosen,
    required,
)
from tracker.privacy.keeping.labels import FIELDS
from tracker.privacy.keeping.models import REASON_LABELS, SENTENCE_LENGTH, RedactionReason
from tracker.privacy.keeping.service import Wish, key_of

MOST_WORDS = 400


class FindForm(AskedForm):
    of = PlainField(
        _l("Number of a case, issue or action, or the address of its page"),
        [Optional(), at_most(200)],
    )


class RedactForm(CreateForm):
    text = RadioField(_l("Which text"), [chosen()])
    words = TextAreaField(
        _l("Only these words, exactly as they stand there"), [Optional(), at_most(MOST_WORDS)]
    )
    reason = RadioField(
        _l("Why it is taken out"),
        [chosen()],
        choices=[SelectChoice(reason.value, label) for reason, label in REASON_LABELS.items()],
    )
    sentence = FreeTextField(
        _l("In one sentence, without repeating the words"),
        [required(), at_most(SENTENCE_LENGTH)],
    )
    keep = RadioField(
        _l("What stands there now"),
        choices=[
            SelectChoice("keep", _l("Keep it aside for a while, for the privacy officer alone")),
            SelectChoice("", _l("Delete it at once: nobody can bring it back")),
        ],
        default="keep",
    )
    sure = BooleanField(
        _l("I know that no page and no paper will show it again"),
        [InputRequired(_l("Please tick this to go on."))],
    )

    def _text_fields(self):
        """Not the words that are to go: they may tell who a person is, and are not kept."""
        return (field for field in super()._text_fields() if field is not self.words)

    def __init__(self, record, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.text.choices = [
            SelectChoice(key_of(one), f"{number}. {FIELDS[one.name]}")
            for number, one in enumerate(record.texts, start=1)
        ]

    def wish(self):
        """What is wanted, for the service."""
        return Wish(
            self.text.data,
            (self.words.data or "").strip(),
            RedactionReason(self.reason.data),
            self.sentence.data,
            keep=self.keep.data == "keep",
        )
