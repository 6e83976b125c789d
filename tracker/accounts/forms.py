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

from tracker.accounts.models import Pace
from tracker.accounts.passwords import LONGEST
from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.accounts.service import AccountDraft, NewPerson, OrganisationDraft
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    EditForm,
    PlainField,
    TicksField,
    TrackerForm,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import named

PACE_CHOICES = [SelectChoice(pace.value, pace.label) for pace in Pace]
LANGUAGE_CHOICES = [SelectChoice("ja", "日本語"), SelectChoice("en", "English")]


class MailField(PlainField):
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
    login = PlainField(_l("Sign-in name"), [required(), at_most(60)])
    password = PasswordField(_l("Password"), [required(), at_most(LONGEST)])
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
    old_password = PasswordField(_l("Present password"), [required(), at_most(LONGEST)])
    password = PasswordField(_l("New password"), [required()])
    again = PasswordField(_l("New password once more"), [required()])

    def validate_again(self, field):
        if field.data != self.password.data:
            raise ValidationError(_("The two new passwords are not the same."))


class OutsideForm(TrackerForm):
    sealed = HiddenField()


class ForgottenForm(TrackerForm):
    login = PlainField(_l("Sign-in name"), [required(), at_most(60)])


class NewPasswordForm(TrackerForm):
    password = PasswordField(_l("New password"), [required()])
    again = PasswordField(_l("New password once more"), [required()])

    validate_again = PasswordForm.validate_again


class SureForm(TrackerForm):
    password = PasswordField(_l("Your password"), [required(), at_most(LONGEST)])


class OrganisationForm(EditForm):
    name_ja = PlainField(_l("Name in Japanese"), [required(), at_most(120)])
    name_en = PlainField(_l("Name in English"), [required(), at_most(120)])
    kana = PlainField(_l("Reading in kana"), [required(), at_most(120)])
    phone = PlainField(_l("Telephone of the office"), [Optional(), at_most(20)])
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
            self.name_en.data,
            self.kana.data,
            self.phone.data or "",
            frozenset(self.town_ids.data) if "town_ids" in self else None,
            self.address.data or "",
            self.mail.data or None,
        )


class FindForm(AskedForm):
    q = PlainField(_l("Name or office number"), [Optional(), at_most(60)])


class InvitationForm(CreateForm):
    place = SelectField(_l("Organisation and role"), [chosen()])
    may_invite = BooleanField(_l("May invite others in turn"))

    def offer(self, choices):
        """The organisations and roles that may be given, as one list."""
        self.place.choices = [
            (
                f"{choice.organisation.id}:{role.value}",
                f"{named(choice.organisation)}: {ROLE_LABELS[role]}",
            )
            for choice in choices
            for role in Role
            if role in choice.roles
        ]

    def chosen_place(self):
        """Organisation id and role."""
        organisation_id, role = self.place.data.split(":")
        return int(organisation_id), Role(role)


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
    )
    name = PlainField(_l("Your name"), [required(), at_most(80)])
    email = MailField(_l("Mail address for notices"), [Optional(), at_most(254)])
    password = PasswordField(_l("Password"), [required()])
    again = PasswordField(_l("Password once more"), [required()])

    def validate_again(self, field):
        if field.data != self.password.data:
            raise ValidationError(_("The two passwords are not the same."))

    def draft(self, language):
        return NewPerson(
            self.login.data, self.name.data, self.email.data or None, self.password.data, language
        )
