"""Four questions and a sentence."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import Optional

from tracker.core.forms import CreateForm, FreeTextField, at_most, chosen
from tracker.meetings.lookback.models import SENTENCE_LENGTH
from tracker.meetings.lookback.queries import QUESTIONS
from tracker.meetings.lookback.service import LookDraft

SCALE = {4: _l("fully"), 3: _l("mostly"), 2: _l("a little"), 1: _l("not at all")}


class LookForm(CreateForm):
    topics = RadioField(_l("The right things were on the agenda"), [chosen()])
    evidence = RadioField(_l("The folder was enough to decide by"), [chosen()])
    talk = RadioField(_l("Whoever wanted to speak could"), [chosen()])
    next_steps = RadioField(_l("It is clear who does what by when"), [chosen()])
    sentence = FreeTextField(
        _l("What should be different next time"), [Optional(), at_most(SENTENCE_LENGTH)]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in QUESTIONS:
            self[name].choices = [SelectChoice(str(key), words) for key, words in SCALE.items()]

    def show(self, look):
        """What was said before."""
        for name in QUESTIONS:
            self[name].data = str(getattr(look, name))
        self.sentence.data = look.sentence

    def draft(self):
        """The answers, for the service."""
        answers = {name: int(self[name].data) for name in QUESTIONS}
        return LookDraft(answers, self.sentence.data or "")
