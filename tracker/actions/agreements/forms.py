"""Narrowing the register, and writing into it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from tracker.actions.agreements.models import (
    AGREEMENT_LABELS,
    DOCUMENT_LENGTH,
    PARTIES_LENGTH,
    SUBJECT_LENGTH,
    TITLE_LENGTH,
    AgreementKind,
    Validity,
)
from tracker.actions.agreements.queries import AgreementFilter
from tracker.actions.agreements.service import AgreementDraft
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    PlainField,
    TicksField,
    at_most,
    chosen,
    one_of,
    required,
)
from tracker.core.i18n import labelled, named

NO_ACTION = 0


class RegisterForm(AskedForm):
    """What the register is narrowed to."""

    kind = SelectField(_l("What it is"), [Optional()])
    validity = HiddenField(validators=[Optional(), one_of(list(Validity))])
    type = HiddenField()  # of act, from a link; the register of an unknown one is empty

    def offer(self):
        """What an agreement can be."""
        known = (SelectChoice(kind.value, label) for kind, label in AGREEMENT_LABELS.items())
        self.kind.choices = [SelectChoice("", _("All")), *known]

    def wanted(self):
        """The filter, once everything is known; the whole register when something is not."""
        if self.errors:
            return AgreementFilter()
        return AgreementFilter(
            kind=AgreementKind(self.kind.data) if self.kind.data else None,
            validity=Validity(self.validity.data) if self.validity.data else None,
            act_type=self.type.data or None,
        )


class AgreementFields:
    """What the register says of an agreement."""

    kind = RadioField(
        _l("What it is"),
        [chosen()],
        choices=[SelectChoice(kind.value, label) for kind, label in AGREEMENT_LABELS.items()],
    )
    title = PlainField(_l("Title"), [required(), at_most(TITLE_LENGTH)])
    parties = FreeTextField(_l("Between whom"), [required(), at_most(PARTIES_LENGTH)])
    subject = FreeTextField(_l("What is agreed"), [required(), at_most(SUBJECT_LENGTH)])
    act_types = TicksField(_l("Which types it is about"), [required()])
    valid_from = DayField(_l("Holds from"), [InputRequired(_l("Please fill this in."))])
    valid_until = DayField(_l("Holds until"), [Optional()])
    document_no = PlainField(_l("Number of the document"), [Optional(), at_most(DOCUMENT_LENGTH)])
    owner_id = SelectField(_l("Who keeps it"), [chosen()], coerce=int)
    action_id = SelectField(_l("Action it came of"), [Optional()], coerce=int)

    def offer(self, owners, actions, act_types):
        """The choices of this day and person."""
        self.owner_id.choices = [SelectChoice(key, name) for key, name in owners]
        self.action_id.choices = [
            SelectChoice(NO_ACTION, _("None")),
            *(SelectChoice(key, labelled(number, title)) for key, number, title in actions),
        ]
        self.act_types.choices = [SelectChoice(act.code, named(act)) for act in act_types]

    def draft(self):
        """What the register is to say."""
        return AgreementDraft(
            kind=AgreementKind(self.kind.data),
            title=self.title.data,
            parties=self.parties.data,
            subject=self.subject.data,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            owner_id=self.owner_id.data,
            act_types=tuple(self.act_types.data),
            document_no=self.document_no.data or "",
            action_id=self.action_id.data or None,
        )


class AgreementForm(AgreementFields, CreateForm):
    """A new one."""


class AgreementEditForm(AgreementFields, EditForm):
    """One that stands in the register."""
