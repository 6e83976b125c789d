"""The search field with what narrows it, and the field for the office's own reference."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from tracker.core import personal, wareki
from tracker.core.forms import AskedForm, PlainField, TrackerForm, at_most, required
from tracker.core.i18n import in_english
from tracker.search.asking import MOST_WORDS, Question
from tracker.search.queries import Kind, Wanted

LONGEST = 100
YEARS = 10
HIDDEN = "●"


class SearchForm(AskedForm):
    """The address holds what was found; what identifies a person is hidden."""

    q = PlainField(_l("Words or a number"), [Optional(), at_most(LONGEST)])
    kind = SelectField(_l("What to look for"), [Optional()])
    area = SelectField(_l("Area"), [Optional()])
    year = SelectField(_l("Fiscal year"), [Optional()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.typed = self.q.data or ""
        self.q.data = personal.mask(self.typed[:LONGEST])

    @property
    def was_hidden(self):
        """Must the address change, so that it tells of nobody?"""
        return len(self.typed) <= LONGEST and self.q.data != self.typed

    def offer(self, kinds, areas, today):
        """The choices of this day and person."""
        this_year = wareki.fiscal_year(today)
        years = [(str(y), fiscal_year(y)) for y in range(this_year, this_year - YEARS, -1)]
        every = ("", _l("All"))
        self.kind.choices = [every, *((kind.value, kind.label) for kind in kinds)]
        self.area.choices = [every, *((str(key), name) for key, name in areas)]
        self.year.choices = [every, *years]

    def validate_q(self, field):
        """Nothing hidden is looked for, and not more than so many words."""
        if HIDDEN in (field.data or ""):
            raise ValidationError(
                _("Details that tell who a person is are not looked for. Please use other words.")
            )
        if Question.read(field.data or "").is_long:
            raise ValidationError(_("Please use at most %(max)d words.", max=MOST_WORDS))

    def wanted(self):
        """What is asked for; nothing when the words cannot be taken."""
        if not self.validate():
            return Wanted()
        return Wanted(
            question=Question.read(self.q.data or ""),
            kind=Kind(self.kind.data) if self.kind.data else None,
            area_id=int(self.area.data) if self.area.data else None,
            fiscal_year=int(self.year.data) if self.year.data else None,
        )


def fiscal_year(year):
    """The fiscal year as it is called on screen."""
    return str(year) if in_english() else wareki.fiscal_year_name(year)


class ReferenceForm(TrackerForm):
    """Sent by POST: the office's own reference stands in no address and in no log."""

    reference = PlainField(_l("Your own reference to the person"), [required(), at_most(40)])
