"""What an office can say by its link, without signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional

from tracker.core.forms import CreateForm, DayField, FreeTextField, TrackerForm, at_most
from tracker.resources.asking.models import LinkAnswer
from tracker.resources.asking.service import Said
from tracker.resources.models import TEXT_LENGTH


class AnswerForm(TrackerForm):
    """One of three buttons, with words where something is different."""

    answer = HiddenField(validators=[InputRequired()])
    words = FreeTextField(_l("What is different?"), [Optional(), at_most(TEXT_LENGTH)])
    ended_on = DayField(_l("Since when?"), [Optional()])

    @property
    def chosen(self):
        """The button that was pressed; None for anything else."""
        return LinkAnswer(self.answer.data) if self.answer.data in set(LinkAnswer) else None

    def said(self):
        """What was said, for the service."""
        return Said(self.chosen, self.words.data or "", self.ended_on.data)


class AskAllForm(CreateForm):
    """Carries the entries that were shown, so that nobody asks others than were seen."""

    ids = HiddenField(validators=[InputRequired()])

    def chosen(self):
        """The keys; what is no key is left out."""
        return [int(key) for key in (self.ids.data or "").split() if key.isdecimal()][:1000]
