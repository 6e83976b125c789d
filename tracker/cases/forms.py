"""Narrowing the list, and the office's short forms."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import Optional

from tracker.cases.models import REASON_LENGTH, SENTENCE_LENGTH, STATUS_LABELS, CaseStatus
from tracker.cases.queries import CaseFilter
from tracker.core import personal
from tracker.core.forms import CreateForm, FreeTextField, PlainField, TrackerForm, at_most, required


class FilterForm(TrackerForm):
    """Sent by GET, so that the address holds the list; what identifies a person is hidden."""

    class Meta:
        csrf = False

    q = PlainField(_l("Number or words"), [Optional(), at_most(100)])
    status = SelectField(_l("State"), [Optional()])
    awaited = HiddenField()  # of sorted cases: "yes" those that wait for a meeting or an issue

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.status.choices = [("", _l("All")), *((s.value, STATUS_LABELS[s]) for s in CaseStatus)]
        self.q.data = personal.mask(self.q.data or "")

    def wanted(self):
        """The filter; a state that is none is no filter."""
        known = {status.value for status in CaseStatus}
        status = CaseStatus(self.status.data) if self.status.data in known else None
        awaited = {"yes": True, "no": False}.get(self.awaited.data or "")
        return CaseFilter(status, "" if self.q.process_errors else self.q.data[:100], awaited)


class ContestForm(CreateForm):
    reason = FreeTextField(_l("What is still not settled?"), [required(), at_most(SENTENCE_LENGTH)])


class AddForm(CreateForm):
    addition = FreeTextField(_l("What you learnt since"), [required(), at_most(SENTENCE_LENGTH)])


class RevealForm(CreateForm):
    reason = FreeTextField(
        _l("Why you need the name of the office"), [required(), at_most(REASON_LENGTH)]
    )
