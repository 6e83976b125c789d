"""The steps of setting up a town."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import Optional

from tracker.accounts.forms import MailField
from tracker.accounts.models import ORGANISATION_LABELS, OrganisationKind
from tracker.accounts.offices.national import plain_number
from tracker.accounts.towns.service import BodyDraft
from tracker.core.forms import (
    AskedForm,
    ContactField,
    CreateForm,
    PlainField,
    TicksField,
    TrackerForm,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import labelled, listed, named

BY_HAND = (
    OrganisationKind.CENTRE,
    OrganisationKind.OFFICE,
    OrganisationKind.COUNCIL,
    OrganisationKind.OTHER,
    OrganisationKind.AGENCY,
)
RUN_CHOICES = [
    SelectChoice("direct", _l("The town itself")),
    SelectChoice("outsourced", _l("Another body, for the town")),
]
RUN = {"direct": False, "outsourced": True, "": None}


class SearchForm(AskedForm):
    """Which town."""

    q = PlainField(_l("Name or code of the municipality"), [Optional(), at_most(40)])


class AreasForm(CreateForm):
    names = TextAreaField(_l("Names of the areas, one a line"), [required(), at_most(4000)])

    def wanted(self):
        """The names, without blanks around them and without empty lines."""
        return [line.strip() for line in (self.names.data or "").splitlines() if line.strip()]


class AreaForm(TrackerForm):
    name_ja = PlainField(_l("Name in Japanese"), [required(), at_most(120)])
    name_en = PlainField(_l("Name in English"), [Optional(), at_most(120)])


class BodyForm(CreateForm):
    kind = RadioField(
        _l("Kind"),
        [chosen()],
        choices=[SelectChoice(kind.value, ORGANISATION_LABELS[kind]) for kind in BY_HAND],
    )
    name_ja = PlainField(_l("Name in Japanese"), [required(), at_most(120)])
    kana = PlainField(_l("Reading in kana"), [required(), at_most(120)])
    name_en = PlainField(_l("Name in English"), [Optional(), at_most(120)])
    run = RadioField(
        _l("Who runs the centre"),
        [Optional()],
        choices=RUN_CHOICES,
    )
    area_ids = TicksField(_l("Areas"), [Optional()], coerce=int)
    office_no = PlainField(_l("Office number"), [Optional(), at_most(20)])
    phone = ContactField(_l("Telephone of the office"), [Optional(), at_most(20)])
    address = PlainField(_l("Address for letters"), [Optional(), at_most(200)])
    mail = MailField(_l("Mail address of the office"), [Optional(), at_most(254)])

    def offer(self, areas):
        """The areas of the town."""
        self.area_ids.choices = [SelectChoice(area.id, named(area)) for area in areas]

    def draft(self):
        return BodyDraft(
            OrganisationKind(self.kind.data),
            self.name_ja.data,
            self.kana.data,
            self.name_en.data or "",
            self.office_no.data or "",
            self.phone.data or "",
            self.address.data or "",
            self.mail.data or None,
            RUN[self.run.data or ""],
            frozenset(self.area_ids.data),
        )


class FileForm(CreateForm):
    """The national file; only offices are in it, no words about anybody."""

    file = FileField(_l("The file"), [FileRequired(_l("Please choose the file."))])
    also = TextAreaField(
        _l("Numbers of offices of other towns that serve this one, one a line"),
        [Optional(), at_most(2000)],
    )

    def sent_fields(self):
        """What was sent; the file by its name, for it is read once only."""
        return {"file": getattr(self.file.data, "filename", ""), "also": self.also.data}

    def numbers(self):
        """The office numbers asked for."""
        return [plain_number(line) for line in (self.also.data or "").splitlines() if line.strip()]


class TakeOverForm(CreateForm):
    # What has been closed meanwhile, or came back, is left out by the service.
    close = TicksField(_l("Offices to close"), [Optional()], coerce=int, validate_choice=False)

    def offer(self, found, open_cases):
        """The offices that are not in the file; ticked are those that an earlier file named."""
        self.close.choices = [
            SelectChoice(office.id, labelled(office.name_ja, self.told_of(office, open_cases)))
            for office in found.gone
        ]
        if not self.is_submitted():
            self.close.data = sorted(found.once_listed)

    def told_of(self, office, open_cases):
        """What somebody has to know before they close it."""
        by_hand = _("entered by hand, never in a file")
        came = _("in the file until now") if office.listed_on else by_hand
        count = open_cases[office.id]
        waiting = ngettext("%(num)d open case", "%(num)d open cases", count)
        words = [office.office_no or _("without a number"), came, _("nobody signs in"), waiting]
        return listed(words)
