"""Two sentences for each item, and the day on which they go out."""

from flask_babel import lazy_gettext as _l

from tracker.cases.tellings import SENTENCE_LENGTH
from tracker.core.forms import CreateForm, DayField, FreeTextField, PartForm, at_most, required
from tracker.meetings.forms import filled
from tracker.meetings.telling.service import Sentences


class ItemSentences(PartForm):
    """The two sentences of one item."""

    what = FreeTextField(_l("What was decided"), [required(), at_most(SENTENCE_LENGTH)])
    why = FreeTextField(_l("Why it was decided"), [required(), at_most(SENTENCE_LENGTH)])

    def draft(self):
        """The sentences, for the service."""
        return Sentences(self.what.data, self.why.data)


class TellForm(CreateForm):
    on = DayField(_l("Goes out on"), [filled()])
