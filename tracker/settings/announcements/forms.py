"""Writing an announcement."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.core.forms import CreateForm, DayField, EditForm, FreeTextField, at_most, required
from tracker.core.i18n import named
from tracker.settings.announcements.service import AnnouncementDraft
from tracker.settings.models import ANNOUNCEMENT_LENGTH
from tracker.settings.policy import TOLD


class AnnouncementFields:
    """What is said, to whom, and from when to when."""

    text = FreeTextField(_l("What is said"), [required(), at_most(ANNOUNCEMENT_LENGTH)])
    role = SelectField(_l("Meant for"), [Optional()])
    area = SelectField(_l("In which area"), [Optional()])
    starts_on = DayField(_l("First day"), [InputRequired(_l("Please fill this in."))])
    ends_on = DayField(_l("Last day"), [InputRequired(_l("Please fill this in."))])

    def offer(self, areas):
        """The areas of the town."""
        self.role.choices = [("", _l("Everybody"))]
        self.role.choices += [(role.value, ROLE_LABELS[role]) for role in TOLD]
        self.area.choices = [("", _l("All areas"))]
        self.area.choices += [(str(area.id), named(area)) for area in areas]

    def draft(self, municipality_id):
        """What was said, for the service."""
        return AnnouncementDraft(
            municipality_id=municipality_id,
            text=self.text.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            area_id=int(self.area.data) if self.area.data else None,
            role=Role(self.role.data) if self.role.data else None,
        )


class AnnounceForm(AnnouncementFields, CreateForm):
    pass


class ChangeForm(AnnouncementFields, EditForm):
    pass


class StepForm(CreateForm):
    """A button: taking it back, putting it up again."""
