"""Writing an entry of the directory, narrowing its list, and the short steps."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import InputRequired, Optional

from tracker.core import personal
from tracker.core.db import row_id
from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    PlainField,
    TicksField,
    TrackerForm,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import named
from tracker.resources.models import (
    LINE_LENGTH,
    OPEN,
    RESOURCE_LABELS,
    STALE_AFTER_DAYS,
    TEXT_LENGTH,
    ResourceStatus,
)
from tracker.resources.queries import ResourceFilter
from tracker.resources.service import LISTS, ResourceDraft


class FilterForm(TrackerForm):
    """Sent by GET, so that the address holds the list; what identifies a person is hidden."""

    class Meta:
        csrf = False

    q = PlainField(_l("Words to look for"), [Optional(), at_most(100)])
    category = SelectField(_l("Kind of resource"), [Optional()])
    act_type = SelectField(_l("Serves this type"), [Optional()])
    area = SelectField(_l("Area"), [Optional()])
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
        self.act_type.choices = [
            every,
            *(SelectChoice(act.code, named(act), optgroup=named(act.family)) for act in act_types),
        ]

    def wanted(self):
        """The filter; what is no choice narrows nothing."""
        return ResourceFilter(
            query="" if self.q.process_errors else self.q.data[:100],
            category=_known(self.category),
            act_type=_known(self.act_type),
            area_id=row_id(_known(self.area)) if _known(self.area) else None,
            lately=self.lately.data,
            ended=self.ended.data,
        )

    @property
    def narrows(self):
        """Is the list narrowed to anything?"""
        return self.wanted() != ResourceFilter(ended=self.ended.data)


def _known(field):
    return field.data if field.data in {choice.value for choice in field.choices} else ""


class ResourceFields:
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


class ConfirmForm(CreateForm):
    """Carries the version that was read: nobody vouches for what was changed meanwhile."""

    version = HiddenField(validators=[InputRequired()])
