"""Changing what somebody is; joining bodies."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import Optional

from tracker.accounts.changing.bodies import Record
from tracker.accounts.changing.closings import SENTENCE_LENGTH, Closing, ClosingReason
from tracker.accounts.changing.service import MembershipDraft
from tracker.accounts.forms import InvitationForm
from tracker.accounts.models import OrganisationKind
from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.accounts.towns.forms import RUN, RUN_CHOICES
from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    PlainField,
    TicksField,
    at_most,
    chosen,
)
from tracker.core.i18n import named


class MembershipForm(EditForm):
    role = RadioField(_l("Role"), [chosen()])
    until_on = DayField(_l("Last day"), [Optional()])
    may_invite = BooleanField(_l("May invite others in turn"))
    is_head = BooleanField(_l("Head of the organisation"))

    def offer(self, roles):
        """The roles that may be given there."""
        self.role.choices = [
            SelectChoice(role.value, ROLE_LABELS[role]) for role in Role if role in roles
        ]

    def draft(self):
        return MembershipDraft(
            Role(self.role.data), self.until_on.data, self.may_invite.data, self.is_head.data
        )


class MoreForm(InvitationForm):
    """One membership more, for somebody who has an account."""

    from_on = DayField(_l("From"), [chosen()])
    until_on = DayField(_l("Last day"), [Optional()])
    is_head = BooleanField(_l("Head of the organisation"))

    def draft(self, role):
        return MembershipDraft(role, self.until_on.data, self.may_invite.data, self.is_head.data)


class MoveForm(InvitationForm):
    """To another organisation, on a day."""

    may_invite = None
    on = DayField(_l("From this day on"), [chosen()])


class SuspendForm(CreateForm):
    """Why an account is closed."""

    reason = RadioField(
        _l("Why"),
        [chosen()],
        choices=[SelectChoice(reason.value, reason.label) for reason in ClosingReason],
    )
    sentence = FreeTextField(
        _l("In a sentence"), [Optional(), at_most(SENTENCE_LENGTH)], render_kw={"rows": 2}
    )

    def closing(self):
        """What was said."""
        return Closing(ClosingReason(self.reason.data), self.sentence.data or "")


class JoinForm(CreateForm):
    """Which body goes on; `seen` is what was shown before it is confirmed."""

    into_id = SelectField(_l("Goes on in"), [chosen()], coerce=int)
    seen = HiddenField()

    def offer(self, bodies):
        """The bodies it may be joined to."""
        self.into_id.choices = [SelectChoice(body.id, named(body)) for body in bodies]

    def show(self, preview):
        """What is shown now is what would be confirmed."""
        self.seen.data = preview.key if preview else ""


class CorrectForm(EditForm):
    """What the town has on record of a body."""

    area_ids = TicksField(_l("Areas"), [Optional()], coerce=int)
    run = RadioField(_l("Who runs the centre"), [Optional()], choices=RUN_CHOICES)
    office_no = PlainField(_l("Office number"), [Optional(), at_most(20)])

    @classmethod
    def of(cls, body, areas):
        """The form as things stand."""
        run = next(code for code, outsourced in RUN.items() if outsourced is body.is_outsourced)
        return cls(
            version=body.version,
            area_ids=[area.id for area in areas],
            run=run,
            office_no=body.office_no or "",
        )

    def offer(self, body, areas):
        """The areas of the town; who runs it is asked of centres only."""
        self.area_ids.choices = [SelectChoice(area.id, named(area)) for area in areas]
        if body.kind is not OrganisationKind.CENTRE:
            del self.run

    def record(self):
        """What was said."""
        run = RUN[self.run.data or ""] if "run" in self else None
        return Record(frozenset(self.area_ids.data), run, self.office_no.data or "")


class CloseForm(CreateForm):
    on = DayField(_l("Closed from this day on"), [chosen()])
