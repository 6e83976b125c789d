"""Writing an entry of the directory, narrowing its list, and the short steps."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import Optional, Regexp

from tracker.core import personal, text
from tracker.core.db import row_id
from tracker.core.forms import (
    AskedForm,
    ContactField,
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    NumberField,
    OneSentence,
    PlainField,
    TicksField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import named
from tracker.resources.details import (
    Contact,
    Cost,
    Slot,
    clock_face,
    in_week_order,
    minutes_of,
)
from tracker.resources.drafting import LISTS, ResourceDraft
from tracker.resources.models import (
    LINE_LENGTH,
    MAIL_LENGTH,
    OPEN,
    RESOURCE_LABELS,
    STALE_AFTER_DAYS,
    TEXT_LENGTH,
    WEEKDAYS,
    ContactKind,
    ResourceStatus,
    Tier,
)
from tracker.resources.narrowing import Pays, ResourceFilter, When

SLOT_ROWS = ("1", "2", "3")
MAIL_SHAPE = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


class FilterForm(AskedForm):
    """What the directory is narrowed to; what identifies a person is hidden."""

    q = PlainField(_l("Words to look for"), [Optional(), at_most(100)])
    category = SelectField(_l("Kind of resource"), [Optional()])
    act_type = SelectField(_l("Serves this type"), [Optional()])
    area = SelectField(_l("Area"), [Optional()])
    when = SelectField(_l("When help is needed"), [Optional()])
    pays = SelectField(_l("What it costs"), [Optional()])
    informal = BooleanField(_l("Only help of neighbours, groups and firms outside any scheme"))
    open_now = BooleanField(_l("Only what takes people now"))
    stale = BooleanField(_l("Only what has to be confirmed again"))
    lately = BooleanField(_l("Only what was confirmed within %(days)s days", days=STALE_AFTER_DAYS))
    ended = BooleanField(_l("Also what has ended"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.q.data = personal.mask(self.q.data or "")

    def offer(self, categories, act_types, areas):
        """The choices of this day and person."""
        every = SelectChoice("", _l("All"))
        self.category.choices = [every, *(SelectChoice(c.code, named(c)) for c in categories)]
        self.area.choices = [every, *(SelectChoice(str(key), name) for key, name in areas)]
        self.when.choices = [every, *(SelectChoice(one.value, one.label) for one in When)]
        self.pays.choices = [every, *(SelectChoice(one.value, one.label) for one in Pays)]
        self.act_type.choices = [every]
        for act in act_types:
            group = named(act.family)
            if self.act_type.choices[-1].optgroup != group:
                whole = SelectChoice(act.family.code, _("Anything of this family"), optgroup=group)
                self.act_type.choices.append(whole)
            self.act_type.choices.append(SelectChoice(act.code, named(act), optgroup=group))

    def wanted(self):
        """The filter, once everything is known."""
        return ResourceFilter(
            query=self.q.data,
            category=self.category.data or "",
            act_type=self.act_type.data or "",
            area_id=row_id(self.area.data) if self.area.data else None,
            when=When(self.when.data) if self.when.data else None,
            pays=Pays(self.pays.data) if self.pays.data else None,
            informal=self.informal.data,
            open_now=self.open_now.data,
            lately=self.lately.data,
            stale=self.stale.data,
            ended=self.ended.data,
        )

    @property
    def narrows(self):
        """Is the list narrowed to anything?"""
        return bool(self.errors) or self.wanted() != ResourceFilter(ended=self.ended.data)


class ClockField(OneSentence, StringField):
    """A time of the day as minutes after midnight, in any usual writing; 24:00 is midnight."""

    def _value(self):
        if self.raw_data and (self.errors or self.process_errors):
            return self.raw_data[0]
        return "" if self.data is None else clock_face(self.data)

    def process_formdata(self, valuelist):
        self.data = None
        typed = text.digits(valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        self.data = minutes_of(typed)
        if self.data is None:
            self.raw_data = valuelist
            raise ValueError(_("Please write a time, for example 9:00."))


def _days(label):
    return TicksField(label, [Optional()], choices=[SelectChoice(*day) for day in WEEKDAYS.items()])


class DetailFields:
    """Hours as a table, prices by ability to pay, more ways to reach the office."""

    eligibility = FreeTextField(_l("Who can use it"), [Optional(), at_most(TEXT_LENGTH)])
    place = PlainField(_l("Where it takes place"), [Optional(), at_most(LINE_LENGTH)])
    slot1_days = _days(_l("Days of the week"))
    slot1_opens = ClockField(_l("From"), [Optional()])
    slot1_closes = ClockField(_l("Until"), [Optional()])
    slot2_days = _days(_l("Days of the week"))
    slot2_opens = ClockField(_l("From"), [Optional()])
    slot2_closes = ClockField(_l("Until"), [Optional()])
    slot3_days = _days(_l("Days of the week"))
    slot3_opens = ClockField(_l("From"), [Optional()])
    slot3_closes = ClockField(_l("Until"), [Optional()])
    yen_everyone = NumberField(_l("Price for everyone, in yen"), [Optional()])
    yen_welfare = NumberField(_l("Price on public assistance, in yen"), [Optional()])
    yen_no_tax = NumberField(_l("Price when exempt from resident tax, in yen"), [Optional()])
    yen_other = NumberField(_l("Price under another condition, in yen"), [Optional()])
    other_condition = PlainField(_l("Which condition"), [Optional(), at_most(LINE_LENGTH)])
    cost_unit = PlainField(_l("For how much"), [Optional(), at_most(40)])
    phone = ContactField(_l("Telephone of the office"), [Optional(), at_most(LINE_LENGTH)])
    fax = ContactField(_l("Fax of the office"), [Optional(), at_most(LINE_LENGTH)])
    web = PlainField(
        _l("Web page"),
        [
            Optional(),
            at_most(LINE_LENGTH),
            Regexp(
                r"^https?://\S+$", message=_l("Please write an address that begins with https://")
            ),
        ],
    )
    office_mail = ContactField(
        _l("Mail address of the office"),
        [
            Optional(),
            at_most(MAIL_LENGTH),
            Regexp(MAIL_SHAPE, message=_l("This is not a mail address.")),
        ],
    )

    def validate(self, extra_validators=None):
        """Also: days and hours belong together."""
        in_shape = super().validate(extra_validators)
        whole = [self._row_is_whole(row) for row in SLOT_ROWS]  # each says what it lacks
        return all(whole) and in_shape

    def _row(self, row):
        return tuple(self[f"slot{row}_{name}"] for name in ("days", "opens", "closes"))

    def _row_is_whole(self, row):
        days, opens, closes = self._row(row)
        said = [bool(days.data), opens.data is not None, closes.data is not None]
        if any(said) and not all(said) and not (opens.errors or closes.errors):
            opens.errors = [_("Please tick the days and write from when until when.")]
            return False
        return True

    def slots(self):
        """Days and hours that were written, in their order."""
        rows = (self._row(row) for row in SLOT_ROWS)
        return tuple(
            Slot(in_week_order(days.data), opens.data, closes.data)
            for days, opens, closes in rows
            if days.data and opens.data is not None and closes.data is not None
        )

    def costs(self):
        """Prices that were written."""
        found = ((tier, self[f"yen_{tier}"].data) for tier in Tier)
        return tuple(
            Cost(
                tier,
                yen,
                self.cost_unit.data or "",
                (self.other_condition.data or "") if tier is Tier.OTHER else "",
            )
            for tier, yen in found
            if yen is not None
        )

    def contacts(self):
        """Further ways to reach the office."""
        found = ((kind, self[kind.value].data) for kind in ContactKind)
        return tuple(Contact(kind, value) for kind, value in found if value)

    def reject(self, error):
        """The service speaks of the rows; the first of their fields shows what it said."""
        error.field = {"slots": "slot1_opens", "costs": "yen_everyone"}.get(
            error.field, error.field
        )
        super().reject(error)


def written_details(draft):
    """What the fields of `DetailFields` hold of an entry."""
    held = {"eligibility": draft.eligibility, "place": draft.place}
    held |= {contact.kind.value: contact.value for contact in draft.contacts}
    held |= {f"yen_{cost.tier}": cost.yen for cost in draft.costs}
    held |= {"cost_unit": next((cost.unit for cost in draft.costs), "")}
    held |= {"other_condition": "".join(cost.condition for cost in draft.costs)}
    for row, slot in zip(SLOT_ROWS, draft.slots, strict=False):
        held[f"slot{row}_days"] = list(slot.days)
        held[f"slot{row}_opens"], held[f"slot{row}_closes"] = slot.opens, slot.closes
    return held


class ResourceFields(DetailFields):
    """What a person needs to know in order to ask for it, and how to find it again."""

    name_ja = PlainField(_l("Name of the resource"), [required(), at_most(LINE_LENGTH)])
    name_en = PlainField(_l("Name in English"), [Optional(), at_most(LINE_LENGTH)])
    category = RadioField(_l("Kind of resource"), [chosen()])
    act_types = TicksField(_l("Which types it can take over"), [chosen()])
    area_ids = TicksField(_l("Areas it serves"), [chosen()], coerce=int)
    provider_type = RadioField(_l("Who provides it"), [chosen()])
    provider_name = PlainField(_l("Name of the provider"), [required(), at_most(LINE_LENGTH)])
    formality = RadioField(_l("What it rests on"), [chosen()])
    content = FreeTextField(_l("What it does, and for whom"), [required(), at_most(TEXT_LENGTH)])
    hours = PlainField(_l("Days and hours"), [Optional(), at_most(LINE_LENGTH)])
    fee = RadioField(_l("Does it cost anything?"), [chosen()])
    cost = PlainField(_l("Cost in words"), [Optional(), at_most(LINE_LENGTH)])
    how_to_apply = FreeTextField(_l("How to apply"), [required(), at_most(TEXT_LENGTH)])
    contact = PlainField(_l("Contact"), [required(), at_most(LINE_LENGTH)])
    status = RadioField(
        _l("Can it be used?"),
        [chosen()],
        choices=[SelectChoice(status.value, RESOURCE_LABELS[status]) for status in OPEN],
    )
    started_on = DayField(_l("In use since"), [Optional()])

    def offer(self, areas, act_types, codes):
        """The choices of this day and person."""
        self.area_ids.choices = [SelectChoice(key, name) for key, name in areas]
        self.act_types.choices = [SelectChoice(act.code, named(act)) for act in act_types]
        for name, code_list in LISTS.items():
            rows = codes[code_list].values()
            self[name].choices = [SelectChoice(row.code, named(row)) for row in rows]

    def draft(self):
        """What was said, for the service."""
        return ResourceDraft(
            name_ja=self.name_ja.data,
            name_en=self.name_en.data or "",
            category=self.category.data,
            provider_type=self.provider_type.data,
            provider_name=self.provider_name.data,
            formality=self.formality.data,
            fee=self.fee.data,
            content=self.content.data,
            hours=self.hours.data or "",
            cost=self.cost.data or "",
            how_to_apply=self.how_to_apply.data,
            contact=self.contact.data,
            started_on=self.started_on.data,
            eligibility=self.eligibility.data or "",
            place=self.place.data or "",
            office_mail=self.office_mail.data or "",
            slots=self.slots(),
            costs=self.costs(),
            contacts=self.contacts(),
            area_ids=tuple(self.area_ids.data),
            act_types=tuple(self.act_types.data),
        )

    def chosen_status(self):
        """The state that was chosen."""
        return ResourceStatus(self.status.data)


class ResourceForm(ResourceFields, CreateForm):
    pass


class ChangeForm(ResourceFields, EditForm):
    pass
