"""Narrowing the list, and the office's short forms."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import Optional

from tracker.cases.models import REASON_LENGTH, SENTENCE_LENGTH, STATUS_LABELS, CaseStatus
from tracker.cases.queries import CaseFilter
from tracker.core import personal
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    FreeTextField,
    PlainField,
    at_most,
    one_of,
    required,
)


class FilterForm(AskedForm):
    """What the list is narrowed to; what identifies a person is hidden."""

    q = PlainField(_l("Number or words"), [Optional(), at_most(100)])
    status = SelectField(_l("State"), [Optional()])
    # of sorted cases: "yes" those that wait for a meeting or an issue
    awaited = HiddenField(validators=[Optional(), one_of(("yes", "no"))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.status.choices = [("", _l("All")), *((s.value, STATUS_LABELS[s]) for s in CaseStatus)]
        self.q.data = personal.mask(self.q.data or "")

    def wanted(self):
        """The filter, once everything is known."""
        status = CaseStatus(self.status.data) if self.status.data else None
        awaited = {"yes": True, "no": False}.get(self.awaited.data or "")
        return CaseFilter(status, self.q.data, awaited)


class ContestForm(CreateForm):
    reason = FreeTextField(_l("What is still not settled?"), [required(), at_most(SENTENCE_LENGTH)])


class AddForm(CreateForm):
    addition = FreeTextField(_l("What you learnt since"), [required(), at_most(SENTENCE_LENGTH)])


class RevealForm(CreateForm):
    reason = FreeTextField(
        _l("Why you need the name of the office"), [required(), at_most(REASON_LENGTH)]
    )
