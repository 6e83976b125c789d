"""Dry run: in which bands the town's open issues would stand with other weights."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.viewer import Viewer
from tracker.core.i18n import listed
from tracker.issues.priority import queries
from tracker.issues.weighing import Band, band, points, score
from tracker.settings import policy as settings_policy
from tracker.settings.values import queries as values
from tracker.settings.values.definitions import keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key
from tracker.settings.values.trying import Trial

AT_MOST = 2_000  # open issues of a town


def on_tried(
    _sender: object = None,
    *,
    viewer: Viewer,
    municipality_id: int,
    numbers: Mapping[Key, int],
    today: date,
) -> Trial | None:
    """Listens to the settings: how many issues would change their band; five statements at most.

    Bands set by hand stay as they are, so they are counted like the others.
    """
    may_know = municipality_id in settings_policy.towns_edited(viewer)
    if not may_know or not set(keys_of(NumberGroup.PRIORITY)) <= set(numbers):
        return None
    in_force = values.values_of([municipality_id], today=today)[municipality_id]
    ids = queries.open_issue_ids(0, AT_MOST, municipality_id=municipality_id)
    weighed = [points(found) for found in queries.counted(ids, today=today).values()]
    would = [band(score(given, numbers), numbers) for given in weighed]
    does = [band(score(given, in_force), in_force) for given in weighed]
    moved = sum(one is not other for one, other in zip(would, does, strict=True))
    heading = ngettext(
        "With these numbers %(num)s issue would change its band",
        "With these numbers %(num)s issues would change their band",
        moved,
    )
    return Trial(
        heading,
        (
            _("With these numbers: %(bands)s", bands=_counts(would)),
            _("With the numbers that hold now: %(bands)s", bands=_counts(does)),
        ),
    )


def _counts(bands: list[Band]) -> str:
    counted = Counter(bands)
    return listed(f"{one.value} {counted[one]}" for one in Band)
