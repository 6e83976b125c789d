"""Forms of sign-in, one's own account, organisations and invitations."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import Optional, Regexp, ValidationError

from tracker.accounts.models import ORGANISATION_LABELS, OrganisationKind, Pace
from tracker.accounts.passwords import LONGEST
from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.accounts.service import AccountDraft, NewPerson, OrganisationDraft
from tracker.core.forms import (
    AskedForm,
    ContactField,
    CreateForm,
    EditForm,
    PlainField,
    TicksField,
    TrackerForm,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import listed, named

PACE_CHOICES = [SelectChoice(pace.value, pace.label) for pace in Pace]
LANGUAGE_CHOICES = [SelectChoice("ja", "日本語"), SelectChoice("en", "English")]

# What a password manager may fill in, and where it keeps what was chosen.
SIGN_IN_NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
PRESENT, CHOSEN = {"autocomplete": "current-password"}, {"autocomplete": "new-password"}


class MailField(ContactField):
    """A mail address of a member of staff; no name server is asked."""

    def pre_validate(self, form):
        if not self.data:
            return
        try:
            found = validate_email(self.data, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValidationError(_("This is not a mail address.")) from error
        self.data = found.normalized


class SignInForm(TrackerForm):
    login = PlainField(_l("Sign-in name"), [required(), at_most(60)], render_kw=SIGN_IN_NAME)
    password = PasswordField(_l("Password"), [required(), at_most(LONGEST)], render_kw=PRESENT)
    kept = HiddenField()  # sealed words of a form that was sent signed out


class AccountForm(EditForm):
    name = PlainField(_l("Your name"), [required(), at_most(80)])
    email = MailField(_l("Mail address for notices"), [Optional(), at_most(254)])
    language = RadioField(_l("Language of mails"), [chosen()], choices=LANGUAGE_CHOICES)
    wants_mail = BooleanField(_l("Send me a mail when a case moves on"))
    mail_own = RadioField(
        _l("Answers to my cases, and work that waits for me"), [chosen()], choices=PACE_CHOICES
    )
    mail_news = RadioField(
        _l("How the regional issues of my cases go on"), [chosen()], choices=PACE_CHOICES
    )

    def draft(self):
        return AccountDraft(
            self.name.data,
            self.email.data or None,
            self.language.data,
            self.wants_mail.data,
            Pace(self.mail_own.data),
            Pace(self.mail_news.data),
        )


class PasswordForm(TrackerForm):
    old_password = PasswordField(
        _l("Present password"), [required(), at_most(LONGEST)], render_kw=PRESENT
    )
    password = PasswordField(_l("New password"), [required()], render_kw=CHOSEN)
    again = PasswordField(_l("New password once more"), [required()], render_kw=CHOSEN)

    def validate_again(self, field):
        if field.data != self.password.data:
            raise ValidationError(_("The two new passwords are not the same."))


class OutsideForm(TrackerForm):
    sealed = HiddenField()


class ForgottenForm(TrackerForm):
    login = PlainField(_l("Sign-in name"), [required(), at_most(60)], render_kw=SIGN_IN_NAME)


class NewPasswordForm(TrackerForm):
    password = PasswordField(_l("New password"), [required()], render_kw=CHOSEN)
    again = PasswordField(_l("New password once more"), [required()], render_kw=CHOSEN)

    validate_again = PasswordForm.validate_again


class SureForm(TrackerForm):
    password = PasswordField(_l("Your password"), [required(), at_most(LONGEST)], render_kw=PRESENT)


class OrganisationForm(EditForm):
    name_ja = PlainField(_l("Name in Japanese"), [required(), at_most(120)])
    name_en = PlainField(_l("Name in English"), [Optional(), at_most(120)])
    kana = PlainField(_l("Reading in kana"), [required(), at_most(120)])
    phone = ContactField(_l("Telephone of the office"), [Optional(), at_most(20)])
    address = PlainField(_l("Address for letters"), [Optional(), at_most(200)])
    mail = MailField(_l("Mail address of the office"), [Optional(), at_most(254)])
    town_ids = TicksField(_l("Other towns it serves"), [Optional()], coerce=int)

    def offer(self, towns):
        """The towns an agency may serve; without any the question is not asked."""
        if towns:
            self.town_ids.choices = [SelectChoice(town.id, named(town)) for town in towns]
        else:
            del self.town_ids

    def draft(self):
        return OrganisationDraft(
            self.name_ja.data,
            self.name_en.data or self.name_ja.data,
            self.kana.data,
            self.phone.data or "",
            frozenset(self.town_ids.data) if "town_ids" in self else None,
            self.address.data or "",
            self.mail.data or None,
        )


class FindForm(AskedForm):
    q = PlainField(_l("Name or office number"), [Optional(), at_most(60)])


class InvitationForm(CreateForm):
    """Where, then as what; which roles there are depends on the kind of body."""

    organisation = SelectField(_l("Organisation"), [chosen()])
    role = RadioField(_l("Role"), [chosen()])
    may_invite = BooleanField(_l("May invite others in turn"))

    def offer(self, choices):
        """The organisations by kind, and the roles that may be given in any of them."""
        self.roles_at = {choice.organisation.id: choice.roles for choice in choices}
        bodies = sorted((choice.organisation for choice in choices), key=by_kind)
        self.organisation.choices = [
            SelectChoice(str(body.id), named(body), optgroup=str(ORGANISATION_LABELS[body.kind]))
            for body in bodies
        ]
        offered = frozenset().union(*self.roles_at.values())
        self.role.choices = [
            SelectChoice(role.value, ROLE_LABELS[role]) for role in Role if role in offered
        ]
        if len(bodies) > 1:
            self.organisation.choices.insert(0, SelectChoice("", _("Please choose")))
        if len(offered) == 1 and not self.is_submitted():
            (role,) = offered
            self.role.data = role.value

    def validate_role(self, field):
        """The role is one of that body's kind."""
        known = {str(key): roles for key, roles in self.roles_at.items()}
        roles = known.get(self.organisation.data)
        if roles is not None and field.data not in {role.value for role in roles}:
            there = [str(ROLE_LABELS[role]) for role in Role if role in roles]
            raise ValidationError(
                _("There is no such role in this organisation. It has: %(roles)s.",
                  roles=listed(there))
            )  # fmt: skip

    def chosen_place(self):
        """Organisation id and role."""
        return int(self.organisation.data), Role(self.role.data)


def by_kind(body):
    """Bodies of one kind stand together, by their reading."""
    return list(OrganisationKind).index(body.kind), body.kana, body.id


class NewPersonForm(TrackerForm):
    login = PlainField(
        _l("Sign-in name"),
        [
            required(),
            at_most(60),
            Regexp(
                r"^[a-z0-9][a-z0-9._-]{2,}$",
                message=_l("Please use small letters, digits and . _ - (three or more)."),
            ),
        ],
        render_kw=SIGN_IN_NAME,
    )
    name = PlainField(_l("Your name"), [required(), at_most(80)])
    email = MailField(_l("Mail address for notices"), [Optional(), at_most(254)])
    password = PasswordField(_l("Password"), [required()], render_kw=CHOSEN)
    again = PasswordField(_l("Password once more"), [required()], render_kw=CHOSEN)

    def validate_again(self, field):
        if field.data != self.password.data:
            raise ValidationError(_("The two passwords are not the same."))

    def draft(self, language):
        return NewPerson(
            self.login.data, self.name.data, self.email.data or None, self.password.data, language
        )
