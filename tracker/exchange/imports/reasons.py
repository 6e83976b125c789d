"""Why a cell cannot be taken in: kept as a code, said in the reader's language."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as a_field
from typing import Any

from flask_babel import gettext as _

from tracker.cases.models import CaseStatus


class Reason(enum.StrEnum):
    """What is wrong with a cell."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    NOT_SERVED = "not_served"
    NO_TYPE = "no_type"
    NO_MONTH = "no_month"
    FUTURE = "future"
    TOO_OLD = "too_old"
    NO_NUMBER = "no_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    FORBIDDEN = "forbidden"
    TELLS_WHO = "tells_who"
    WHY_MISSING = "why_missing"
    NO_CASE = "no_case"
    NOT_YOURS = "not_yours"
    GONE_ON = "gone_on"
    OTHER_TOWN = "other_town"
    TWICE = "twice"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one cell, named by its field."""

    field: str
    reason: Reason
    detail: Mapping[str, Any] = a_field(default_factory=dict)

    def kept(self) -> list[Any]:
        """As it is stored."""
        return [self.field, self.reason.value, dict(self.detail)]

    @classmethod
    def of(cls, kept: list[Any]) -> "Fault":
        """As it was stored."""
        name, reason, detail = kept
        return cls(name, Reason(reason), detail)

    @property
    def words(self) -> str:
        """The sentence for the office."""
        return _WORDS[self.reason](self.detail)


def _gone_on(detail: Mapping[str, Any]) -> str:
    return _(
        "This case can no longer be changed; it is: %(state)s.",
        state=str(CaseStatus(detail["status"]).label),
    )


def _out_of_range(detail: Mapping[str, Any]) -> str:
    return _("Please write a whole number from 1 to %(most)s.", most=detail["most"])


def _too_long(detail: Mapping[str, Any]) -> str:
    return _("Please use at most %(most)s characters.", most=detail["most"])


def _twice(detail: Mapping[str, Any]) -> str:
    return _("The same case stands in row %(row)s already.", row=detail["row"])


_WORDS: dict[Reason, Callable[[Mapping[str, Any]], str]] = {
    Reason.EMPTY: lambda _detail: _("Please fill this in."),
    Reason.UNKNOWN: lambda _detail: _(
        "This is none of the answers. The template lists them with their codes."
    ),
    Reason.SEVERAL: lambda _detail: _(
        "Several areas are called so. Please write its code or the town before it."
    ),
    Reason.NOT_SERVED: lambda _detail: _("This is none of the areas the office can file for."),
    Reason.NO_TYPE: lambda _detail: _("There is no such type of act, or it is no longer in use."),
    Reason.NO_MONTH: lambda _detail: _("This cannot be read as a month. Example: 2026-04"),
    Reason.FUTURE: lambda _detail: _("That month has not begun yet."),
    Reason.TOO_OLD: lambda _detail: _("Please file what happened within the last three years."),
    Reason.NO_NUMBER: lambda _detail: _("Please write a number, for example 30."),
    Reason.OUT_OF_RANGE: _out_of_range,
    Reason.TOO_LONG: _too_long,
    Reason.UNREADABLE: lambda _detail: _(
        "This holds characters that cannot be shown. Please type it again."
    ),
    Reason.FORBIDDEN: lambda _detail: _(
        "A number that may never be stored stood here. It was hidden and is not kept."
    ),
    Reason.TELLS_WHO: lambda _detail: _(
        "This may tell who a person is. Please take it out, or let the words be replaced."
    ),
    Reason.WHY_MISSING: lambda _detail: _("Please say why, in a few words."),
    Reason.NO_CASE: lambda _detail: _("The office has no case with this number."),
    Reason.NOT_YOURS: lambda _detail: _(
        "The office has filed this case itself; only the office can change it."
    ),
    Reason.GONE_ON: _gone_on,
    Reason.OTHER_TOWN: lambda _detail: _(
        "The number is of another town. Please withdraw that case and file it anew."
    ),
    Reason.TWICE: _twice,
}
