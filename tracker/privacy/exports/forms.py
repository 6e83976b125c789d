"""Why a file is taken out."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import Optional

from tracker.core.forms import CreateForm, FreeTextField, TrackerForm, at_most, chosen
from tracker.privacy.exports.models import NOTE_LENGTH, PURPOSE_LABELS
from tracker.privacy.exports.models import Purpose as Why
from tracker.privacy.exports.service import ExportDraft


class ExportForm(CreateForm):
    purpose = RadioField(
        _l("What the file is for"),
        [chosen()],
        choices=[SelectChoice(why.value, label) for why, label in PURPOSE_LABELS.items()],
    )
    note = FreeTextField(
        _l("In one sentence, if it is not clear from that"), [Optional(), at_most(NOTE_LENGTH)]
    )

    def draft(self, kind, narrowed):
        """What is wanted, for the service."""
        return ExportDraft(kind, narrowed, Why(self.purpose.data), self.note.data or "")


class RefusalForm(TrackerForm):
    why_not = FreeTextField(_l("Why not, in one sentence"), [Optional(), at_most(NOTE_LENGTH)])
