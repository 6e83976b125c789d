"""Saved views and released figures for tests, made through the services and committed."""

from tracker.accounts.viewer import Viewer
from tracker.core import clock, wareki
from tracker.core.db import db
from tracker.issues import releases
from tracker.saved import service
from tracker.saved.models import SavedPage, SavedView
from tracker.saved.service import ViewDraft
from tracker.settings.values import service as values
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key


def save_view(
    by: Viewer, name: str = "緊急の事例", query: str = "urgency=E1", *, shared: bool = True
) -> SavedView:
    """A view of the matrix, shared with the person's organisation unless said otherwise."""
    draft = ViewDraft(name, shared)
    view = service.save_view(SavedPage.MATRIX, query, draft, by=by, at=clock.now())
    db.session.commit()
    return view


def release_last_year() -> int:
    """The figures of the fiscal year that has ended stand; of how many prefectures."""
    made = releases.make(wareki.fiscal_year(clock.today()) - 1, at=clock.now())
    db.session.commit()
    return made


def set_population(town: int, people: int, by: Viewer) -> None:
    """The town says how many live there."""
    values.set_values(
        town, NumberGroup.FIGURES, {Key.POPULATION: people}, by=by, at=clock.now(), after=0
    )
    db.session.commit()
