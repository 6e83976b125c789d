# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""One item of an agenda on a page of its own: the question, and the one sheet to decide it by."""

from flask import Blueprint, redirect, render_template, url_for

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.errors import NotFoundError
from tracker.meetings import freezing, queries, reading, since

bp = Blueprint("items", __name__, url_prefix="/meetings")


@bp.get("/<int:meeting_id>/items/<int:item_id>")
@allow(Permission.MEETING_READ)
def show(meeting_id, item_id):
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    if not page.folder_open:  # the agenda says what opens it
        return redirect(url_for("meetings.agenda", meeting_id=meeting_id), code=303)
    views = {view.item.id: view for view in page.items}
    if item_id not in views:
        raise NotFoundError
    traces.opened(viewer().person_id, "meetings", meeting_id, at=clock.now())
    view, order = views[item_id], list(views)
    place = order.index(item_id)
    items, town, today = [view.item], page.meeting.municipality_id, clock.today()
    return render_template(
        "meetings/item.html",
        meeting=page.meeting,
        view=view,
        sheet=reading.sheets_of(viewer(), town, items, at=clock.now(), today=today)[item_id],
        since=since.since_then(items).get(item_id, []),
        holds=freezing.holds,
        before=views[order[place - 1]] if place else None,
        after=views[order[place + 1]] if place + 1 < len(order) else None,
    )
