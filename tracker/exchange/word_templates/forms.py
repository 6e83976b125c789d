"""Sending a Word file, choosing one."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectChoice, SelectField

from tracker.core.forms import CreateForm, FreeTextField, at_most, chosen, required
from tracker.exchange.word_templates.models import NOTE_LENGTH, TemplateKind
from tracker.exchange.word_templates.service import FileDraft


class UploadForm(CreateForm):
    """One file for one kind of paper."""

    kind = SelectField(
        _l("For which paper"),
        [chosen()],
        choices=[SelectChoice(kind.value, kind.label) for kind in TemplateKind],
    )
    file = FileField(_l("Word file (.docx)"), [required()])
    note = FreeTextField(
        _l("What is new in it"), [required(), at_most(NOTE_LENGTH)], render_kw={"rows": 2}
    )

    def draft(self, municipality_id, content):
        """The file as the service takes it."""
        return FileDraft(municipality_id, TemplateKind(self.kind.data), self.note.data, content)
