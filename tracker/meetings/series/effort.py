"""Pure: how much work it was to prepare a meeting, out of the steps that were taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

LONGEST_PAUSE = timedelta(minutes=15)  # between two steps; after a longer one work began anew
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Effort:
    """Preparing one meeting: from its plan to its publication."""

    began: datetime
    ended: datetime
    presses: int  # buttons that changed something; what one press did counts once
    minutes: int  # at work, longer pauses left out; a step alone counts as one minute

    @property
    def days(self) -> int:
        """Whole days from the plan to the publication."""
        return (self.ended - self.began).days


def effort(steps: Iterable[datetime]) -> Effort | None:
    """The work behind these steps; None when there is none.

    :param steps: when each was taken, in any order; steps of one press have one time
    """
    times = sorted(set(steps))
    if not times:
        return None
    pauses = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    at_work = sum(
        (pause if pause <= LONGEST_PAUSE else MINUTE for pause in pauses), start=timedelta()
    )
    minutes = max(1, round(at_work / MINUTE))
    return Effort(times[0], times[-1], len(times), minutes)


def usual_minutes(efforts: Iterable[Effort]) -> int | None:
    """The median of the minutes; None when nothing was prepared yet."""
    minutes = [one.minutes for one in efforts]
    return round(median(minutes)) if minutes else None
