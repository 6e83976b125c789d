"""Writing a template."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from tracker.cases.models import DISPOSITION_LABELS, SENTENCE_LENGTH, Disposition
from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import named
from tracker.intake.answers.models import TITLE_LENGTH, USE_LABELS, TemplateUse
from tracker.intake.answers.service import TemplateDraft
from tracker.intake.sorting.forms import choices


class TemplateForm(CreateForm, EditForm):
    """A new template, or one that is changed: `version` is the one its writer has read, or 0."""

    use = RadioField(
        _l("What is it for?"),
        [chosen()],
        choices=choices(USE_LABELS.items()),
        default=TemplateUse.ANSWER.value,
    )
    title = FreeTextField(
        _l("Name of the template"), [required(), at_most(TITLE_LENGTH)], render_kw={"rows": 1}
    )
    text = FreeTextField(_l("Text"), [required(), at_most(SENTENCE_LENGTH)])
    act_type_code = SelectField(_l("For which type"), [Optional()])
    disposition = SelectField(
        _l("For which way of going on"),
        [Optional()],
        choices=choices(DISPOSITION_LABELS.items(), _l("Any")),
    )
    valid_from = DayField(_l("From which day"), [InputRequired(_l("Please fill this in."))])
    valid_until = DayField(_l("Until which day"), [Optional()])
    is_shared = BooleanField(_l("The other centres of the town may use it too"))

    def offer(self, act_types):
        """The types it can be for."""
        types = [(act.code, named(act)) for act in act_types]
        self.act_type_code.choices = choices(types, _l("Any"))

    def draft(self):
        """What the template says, for the service."""
        return TemplateDraft(
            use=TemplateUse(self.use.data),
            title=self.title.data or "",
            text=self.text.data or "",
            act_type_code=self.act_type_code.data or None,
            disposition=Disposition(self.disposition.data) if self.disposition.data else None,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            is_shared=self.is_shared.data,
        )
