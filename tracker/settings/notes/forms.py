"""Writing what stands beside an act type."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextArea

from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    PlainField,
    at_most,
    required,
)
from tracker.settings.models import (
    NOTE_LENGTH,
    NOTICE_LENGTH,
    OWN_EXAMPLE_LENGTH,
    OWN_NAME_LENGTH,
    QUESTION_LENGTH,
)
from tracker.settings.notes.queries import TEXTS
from tracker.settings.notes.service import NoteDraft


class ContactsField(PlainField):
    """Lines about bodies: their telephone numbers are what is asked for, so none is marked."""

    widget = TextArea()


class NoteForm(CreateForm, EditForm):
    """A new version; `version` is the newest one that its writer has read."""

    own_name = PlainField(TEXTS["own_name"], [Optional(), at_most(OWN_NAME_LENGTH)])
    own_example = FreeTextField(
        TEXTS["own_example"], [Optional(), at_most(OWN_EXAMPLE_LENGTH)], render_kw={"rows": 2}
    )
    own_help = FreeTextField(TEXTS["own_help"], [Optional(), at_most(NOTICE_LENGTH)])
    is_hidden = BooleanField(_l("Do not offer this type when a case is filed"))
    notice = FreeTextField(TEXTS["notice"], [Optional(), at_most(NOTICE_LENGTH)])
    contacts = ContactsField(TEXTS["contacts"], [Optional(), at_most(NOTICE_LENGTH)])
    question = PlainField(TEXTS["question"], [Optional(), at_most(QUESTION_LENGTH)])
    valid_from = DayField(_l("From which day"), [InputRequired(_l("Please fill this in."))])
    change_note = FreeTextField(
        _l("Why it is changed"), [required(), at_most(NOTE_LENGTH)], render_kw={"rows": 2}
    )

    def look(self):
        """Only the gate: the forbidden is hidden, what may tell who somebody is marked."""
        for field in self._text_fields():
            self._pass_gate(field)

    def draft(self, municipality_id, act_type_code):
        """What was said, for the service and for looking at it before it is saved."""
        return NoteDraft(
            municipality_id=municipality_id,
            act_type_code=act_type_code,
            valid_from=self.valid_from.data,
            change_note=self.change_note.data or "",
            notice=self.notice.data or "",
            contacts=self.contacts.data or "",
            question=self.question.data or "",
            own_name=self.own_name.data or "",
            own_help=self.own_help.data or "",
            own_example=self.own_example.data or "",
            is_hidden=self.is_hidden.data,
        )


class AgainForm(CreateForm, EditForm):
    """Carries the newest version that was read: nobody goes back over what was written since."""
