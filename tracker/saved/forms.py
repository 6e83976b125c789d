"""The name of a view, and whether colleagues see it."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from tracker.core.forms import CreateForm, EditForm, FreeTextField, at_most, required
from tracker.saved.models import NAME_LENGTH
from tracker.saved.service import ViewDraft


class ViewFields:
    name = FreeTextField(
        _l("Name of this view"), [required(), at_most(NAME_LENGTH)], render_kw={"rows": 1}
    )
    is_shared = BooleanField(_l("Colleagues of my organisation see it too"))

    def draft(self):
        """What was said, for the service; a name is one line."""
        return ViewDraft(" ".join(self.name.data.split()), self.is_shared.data)


class SaveForm(ViewFields, CreateForm):
    page = HiddenField()
    query = HiddenField()


class ChangeForm(ViewFields, EditForm):
    pass
