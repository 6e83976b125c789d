"""The menu: what a person may open, in the order of the chain."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.accounts.access import viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.notifications import queries as notices

ENTRIES: tuple[tuple[str, LazyString, Permission], ...] = (
    ("home.index", _l("Home"), Permission.HOME),
    ("intake.new", _l("File a case"), Permission.CASE_FILE),
    ("cases.index", _l("Cases"), Permission.CASE_READ),
    ("intake.inbox", _l("Inbox"), Permission.CASE_SORT),
    ("issues.matrix", _l("What repeats"), Permission.MATRIX_READ),
    ("candidates.index", _l("Candidates"), Permission.ISSUE_READ),
    ("issues.index", _l("Regional issues"), Permission.ISSUE_READ),
    ("meetings.index", _l("Meetings"), Permission.MEETING_READ),
    ("actions.index", _l("Actions"), Permission.ACTION_READ),
    ("resources.index", _l("Resources"), Permission.RESOURCE_READ),
    ("taxonomy.index", _l("Types and guidance"), Permission.ACT_TYPE_READ),
    ("privacy.index", _l("Audit log"), Permission.AUDIT_READ),
    ("accounts.people", _l("People"), Permission.PERSON_READ),
    ("accounts.organisations", _l("Organisations"), Permission.ORGANISATION_READ),
    ("settings.index", _l("Settings"), Permission.SETTINGS_READ),
)


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu."""

    label: str
    url: str
    current: bool
    count: int | None = None


def navigation() -> list[MenuItem]:
    """The menu of whoever asks; empty before signing in."""
    if not current_user.is_authenticated:
        return []
    entries = [(endpoint, label) for endpoint, label, need in ENTRIES if current_user.may(need)]
    here = _nearest([endpoint for endpoint, _label in entries])
    return [
        MenuItem(str(label), url_for(endpoint), endpoint == here) for endpoint, label in entries
    ]


def _nearest(endpoints: list[str]) -> str | None:
    """The entry this page belongs to: itself, else the one with the longest leading path."""
    if request.endpoint in endpoints:
        return request.endpoint
    paths = {endpoint: url_for(endpoint) for endpoint in endpoints if endpoint != "home.index"}
    fitting = [endpoint for endpoint, path in paths.items() if request.path.startswith(path)]
    return max(fitting, key=lambda endpoint: len(paths[endpoint]), default=None)


def notice_count() -> int:
    """Unread notices, for the frame of every page; none before signing in."""
    if not current_user.is_authenticated:
        return 0
    return notices.unread_count(viewer(), at=clock.now())


def frame() -> dict[str, object]:
    """What the frame of every page shows of whoever asks."""
    return {"navigation": navigation(), "notice_count": notice_count()}
