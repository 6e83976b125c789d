"""Changing what somebody is; joining bodies."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField
from wtforms.validators import Optional

from tracker.accounts.changing.service import MembershipDraft
from tracker.accounts.forms import InvitationForm
from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.core.forms import CreateForm, DayField, EditForm, chosen
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


class JoinForm(CreateForm):
    into_id = SelectField(_l("Goes on in"), [chosen()], coerce=int)

    def offer(self, bodies):
        """The bodies it may be joined to."""
        self.into_id.choices = [SelectChoice(body.id, named(body)) for body in bodies]
