"""Where somebody invited gets their account."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField

from tracker.core.forms import CreateForm, chosen


class LinkForm(CreateForm):
    organisation_id = SelectField(_l("Account with"), [chosen()], coerce=int)

    def offer(self, organisations):
        """Organisations members can be invited into."""
        self.organisation_id.choices = [SelectChoice(key, name) for key, name in organisations]
