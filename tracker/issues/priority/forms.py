"""Saying what is at stake, and setting a band by hand."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField

from tracker.core.forms import CreateForm, FreeTextField, at_most, chosen, required
from tracker.issues.forms import ConfirmForm
from tracker.issues.priority.models import BAND_REASON_LABELS, SENTENCE_LENGTH, BandReason
from tracker.issues.weighing import BAND_LABELS, Band


class WeighForm(ConfirmForm):
    """The same two questions as when an issue is confirmed, asked at any time."""


class BandForm(CreateForm):
    band = RadioField(
        _l("Priority"),
        [chosen()],
        choices=[SelectChoice(band.value, label) for band, label in BAND_LABELS.items()],
    )
    band_reason = SelectField(
        _l("Kind of reason"),
        [chosen()],
        choices=[
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(reason.value, words) for reason, words in BAND_REASON_LABELS.items()),
        ],
    )
    band_sentence = FreeTextField(
        _l("The reason in a sentence"), [required(), at_most(SENTENCE_LENGTH)]
    )

    def wanted(self):
        """The band, for the service."""
        return Band(self.band.data)

    def reason(self):
        """The coded reason, for the service."""
        return BandReason(self.band_reason.data)
