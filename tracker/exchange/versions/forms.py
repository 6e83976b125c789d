"""Making a paper for an audience."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from tracker.core.forms import CreateForm, chosen
from tracker.exchange.versions.models import Audience
from tracker.exchange.versions.service import Treatment, VersionDraft


class VersionForm(CreateForm):
    """For whom; what is done with words that may tell who somebody is."""

    audience = RadioField(_l("Whom it is for"), [chosen()], choices=[])
    treatment = RadioField(
        _l("Words that may tell who somebody is"),
        choices=[SelectChoice(one.value, one.label) for one in Treatment],
        default=Treatment.ASK.value,
    )

    def offer(self, audiences):
        """Those a paper may be made for."""
        self.audience.choices = [SelectChoice(one.value, one.label) for one in audiences]
        if not self.audience.data and audiences:
            self.audience.data = audiences[0].value

    def draft(self):
        """What was chosen."""
        return VersionDraft(Audience(self.audience.data), Treatment(self.treatment.data))
