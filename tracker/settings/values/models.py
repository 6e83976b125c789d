"""What a town has set, from a day on; what each of it means stands in `definitions`."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model

WORDS_LENGTH = 40


class Key(enum.StrEnum):
    """What can be set."""

    RULE_CASES = "rule_cases"
    RULE_MONTHS = "rule_months"
    RULE_OFFICES = "rule_offices"
    RULE_HOURS = "rule_hours"
    RULE_SINGLE = "rule_single"
    ACCEPT_DAYS = "accept_days"
    SORT_DAYS = "sort_days"
    STILL_DAYS = "still_days"
    W_RECURRENCE = "w_recurrence"
    W_SEVERITY = "w_severity"
    W_BREADTH = "w_breadth"
    W_GAP = "w_gap"
    W_BURDEN = "w_burden"
    W_TREND = "w_trend"
    BAND_A = "band_a"
    BAND_B = "band_b"
    POPULATION = "population"
    POPULATION_SOURCE = "population_source"
    CELL_TOLD = "cell_told"
    CELL_LEAST = "cell_least"
    CELL_OFFICES = "cell_offices"
    KEEP_CASE_YEARS = "keep_case_years"
    KEEP_ISSUE_YEARS = "keep_issue_years"
    KEEP_MEETING_YEARS = "keep_meeting_years"
    KEEP_ORIGINAL_DAYS = "keep_original_days"
    OPENS = "opens"
    CLOSES = "closes"
    AREA_TYPE = "area_type"
    AREA_KIND = "area_kind"
    TITLE_ORDER = "title_order"
    TITLE_LIST = "title_list"
    TITLE_ATTENDEES = "title_attendees"
    TITLE_PROGRESS = "title_progress"
    TITLE_SHEETS = "title_sheets"
    TITLE_MINUTES = "title_minutes"
    TITLE_FOLDER = "title_folder"


class AreaType(enum.StrEnum):
    """What the areas are into which a town divides itself."""

    DAILY_LIFE = "daily_life"
    JUNIOR_HIGH = "junior_high"
    PRIMARY = "primary"
    FORMER_TOWN = "former_town"
    ASSOCIATION = "association"
    CENTRE = "centre"
    OTHER = "other"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return AREA_TYPE_LABELS[self]


AREA_TYPE_LABELS: dict[AreaType, LazyString] = {
    AreaType.DAILY_LIFE: _l("Daily-life area"),
    AreaType.JUNIOR_HIGH: _l("Junior high school district"),
    AreaType.PRIMARY: _l("Primary school district"),
    AreaType.FORMER_TOWN: _l("Former town or village"),
    AreaType.ASSOCIATION: _l("Neighbourhood association"),
    AreaType.CENTRE: _l("Area of a support centre"),
    AreaType.OTHER: _l("Other, in the town's own word"),
}

Value = int | str  # a number, a switch (0 or 1), minutes since midnight; or words


class TownValue(Model):
    """A version of one value of a town; a town without a row has the default."""

    __tablename__ = "town_values"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    key: Mapped[Key]
    number: Mapped[int]  # of the version: 1, 2, 3 …
    valid_from: Mapped[date]
    value: Mapped[int | None]  # both None: back to the default
    words: Mapped[str | None] = mapped_column(FreeText(WORDS_LENGTH))
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    changed_at: Mapped[datetime]

    @property
    def held(self) -> Value | None:
        """What it says; None for the default."""
        return self.value if self.words is None else self.words
