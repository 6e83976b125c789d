"""The sheets of an agenda in words: what was frozen as it was frozen, the rest as it stands now."""

from collections.abc import Sequence
from datetime import date, datetime

from tracker.accounts.viewer import Viewer
from tracker.issues.evidence import LISTS
from tracker.meetings import evidence, shapes, showing
from tracker.meetings.models import AgendaItem
from tracker.meetings.shown import Shown
from tracker.settings.values import queries as values
from tracker.taxonomy import queries as taxonomy


def sheets_of(
    viewer: Viewer,
    municipality_id: int,
    items: Sequence[AgendaItem],
    *,
    at: datetime,
    today: date,
) -> dict[int, list[Shown]]:
    """The issues or cases of each item's sheet, by item; an item about neither has none.

    For those who may read the meeting's folder. As many statements for twenty items as for one.
    """
    loose = [item for item in items if item.evidence is None]
    now = evidence.live_sheets(viewer, loose, at=at, today=today)
    codes = taxonomy.codes(*LISTS.values())
    area = values.area_word(values.words_of(municipality_id, today=today))
    return {
        item.id: showing.shown(shapes.read(sheet), codes, area=area) if sheet else []
        for item in items
        for sheet in [item.evidence or now.get(item.id)]
    }
