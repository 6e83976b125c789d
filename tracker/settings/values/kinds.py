"""What a value is: its group, how it is written, its bounds and words."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.settings.values.models import Value


class NumberGroup(enum.StrEnum):
    """Numbers that are set together."""

    RULE = "rule"
    TARGETS = "targets"
    PRIORITY = "priority"
    FIGURES = "figures"
    KEEPING = "keeping"
    HOURS = "hours"
    TITLES = "titles"

    @property
    def label(self) -> LazyString:
        """The heading over them."""
        return NUMBER_GROUP_LABELS[self]


NUMBER_GROUP_LABELS: dict[NumberGroup, LazyString] = {
    NumberGroup.RULE: _l("When something that repeats is proposed"),
    NumberGroup.TARGETS: _l("How soon the centre answers"),
    NumberGroup.PRIORITY: _l("How regional issues are weighed"),
    NumberGroup.FIGURES: _l("What may be told in figures outside the town"),
    NumberGroup.KEEPING: _l("How long texts are kept"),
    NumberGroup.HOURS: _l("When the town office is open"),
    NumberGroup.HOURS: _l("When the town office is open"),
    NumberGroup.TITLES: _l("What the town calls its papers and areas"),
}


class ValueKind(enum.StrEnum):
    """How a value is written."""

    NUMBER = "number"
    SWITCH = "switch"  # 1: on, 0: off
    TIME = "time"  # minutes since midnight
    WORDS = "words"
    CHOICE = "choice"  # a code of a list


@dataclass(frozen=True)
class Definition:
    """What a value means, and what it may be; bounds of words are lengths."""

    group: NumberGroup
    default: int
    least: int
    most: int
    unit: LazyString
    label: LazyString
    explanation: LazyString
    source: LazyString  # of the default
    why_least: LazyString | None = None  # why not less; said beside the bounds
    kind: ValueKind = ValueKind.NUMBER
    default_words: LazyString | str | None = None  # of words; of a choice its code
    zero: LazyString | None = None  # what 0 means, where it is no number
    choices: Mapping[str, LazyString] | None = None  # of a choice: the code and what it means

    @property
    def is_switch(self) -> bool:
        """Is it on or off, and nothing between?"""
        return self.kind is ValueKind.SWITCH

    @property
    def is_words(self) -> bool:
        """Is it text, or the code of a choice?"""
        return self.kind in {ValueKind.WORDS, ValueKind.CHOICE}

    @property
    def default_value(self) -> Value:
        """What holds in a town that has set nothing, in the page's language."""
        return self.default if self.default_words is None else str(self.default_words)
