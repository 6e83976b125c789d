"""The one place that asks what time it is; tests replace `now`."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Japan."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """The instant at which this day begins in Japan."""
    return datetime.combine(day, time.min, TOKYO)


def local(instant: datetime) -> datetime:
    """The same instant on a clock in Japan."""
    return instant.astimezone(TOKYO)
