# Like routes it stands on untyped Flask.
# mypy: ignore-errors
"""The list of actions as a table, a board, along the time and as a file; the lessons."""

from urllib.parse import quote

from flask import Response, render_template, request
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.actions import along, board, delays, lessons, queries
from tracker.actions.forms import LessonForm, ListForm
from tracker.actions.models import (
    STALLED_AFTER,
    STALLED_SOONER,
    Action,
    Stage,
)
from tracker.actions.routes import bp
from tracker.core import clock
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.core.paging import Page, page_of
from tracker.formats.tables_out import write_csv
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

MOST_IN_FILE = 5000


@bp.get("/")
@allow(Permission.ACTION_READ)
def index():
    form, today, now = asked_list(), clock.today(), clock.now()
    known = form.validate()
    wanted, asked = form.wanted(today, now), form.asked()
    shown = {"board": as_board, "time": along_time}.get(asked.get("view"), as_table)
    return render_template(
        "actions/index.html",
        form=form,
        wanted=wanted,
        asked=asked,
        delay=asked.get("delay", ""),
        waiting=queries.waiting(viewer(), today, now, mine=wanted.mine, held=wanted.held),
        stages=Stage,
        delays=delays,
        silent_days=(STALLED_SOONER.days, STALLED_AFTER.days),
        now=now,
        **(shown(wanted, today) if known else {"page": Page.empty()}),
    ), form.http_status


def asked_list():
    """What the address narrows the list to, with all its choices."""
    form = ListForm(request.args)
    form.offer(action_kinds(), queries.owners(viewer()))
    return form


def as_table(wanted, today):
    """A page of the list."""
    return {"page": page_of(board.with_progress(viewer(), wanted, today), Action.id)}


def as_board(wanted, today):
    """Every card, by stage."""
    columns = board.board(viewer(), wanted, today)
    return {"columns": columns, "cards": sum(len(column.cards) for column in columns)}


def along_time(wanted, today):
    """A page of the list, and its drawing."""
    page = page_of(board.with_progress(viewer(), wanted, today), Action.id)
    milestones = board.milestones_by_action(viewer(), [row.id for row in page.rows])
    drawing = along.draw(page.rows, milestones, today)
    return {"page": page, "drawing": drawing, "milestones": milestones, "along": along}


def action_kinds():
    """The ways of going about it, by code."""
    return taxonomy.codes(CodeList.ACTION_KIND)[CodeList.ACTION_KIND]


@bp.get("/list.csv")
@allow(Permission.ACTION_READ)
def as_csv():
    today, now, kinds = clock.today(), clock.now(), action_kinds()
    form = asked_list()
    form.require_known()
    statement = board.with_progress(viewer(), form.wanted(today, now), today)
    rows = db.session.execute(statement.order_by(Action.id).limit(MOST_IN_FILE)).all()
    head = [
        *(_("Number"), _("Action"), _("Way of going about it"), _("State"), _("Owner")),
        *(_("In the hands of"), _("Due"), _("Days past the due date"), _("Last entry")),
        *(_("Days without an entry"), _("Look again on"), _("Milestones reached")),
        *(_("Milestones"), _("Regional issue")),
    ]
    lines = [
        [
            *(row.number, row.title, named(kinds[row.kind]), str(row.stage.label)),
            *(named(row, "owner"), row.holder or "", row.due_on),
            *(delays.days_overdue(row, today), clock.local(row.last_entry_at).date()),
            *(delays.days_silent(row, now), row.next_review_on, row.steps_done, row.steps),
            row.issue_number,
        ]
        for row in rows
    ]
    return attached(write_csv(head, lines), "actions", _("Actions"))


def attached(content, plain, name):
    """The CSV to be kept, under a name for the reader, with a plain one beside it."""
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = (
        f"attachment; filename={plain}.csv; filename*=UTF-8''{quote(name, safe='')}.csv"
    )
    return response


@bp.get("/lessons/")
@allow(Permission.ACTION_READ)
def lessons_learnt():
    form, families = LessonForm(request.args), taxonomy.families()
    form.offer(action_kinds(), families)
    page = learnt(form.wanted()) if form.validate() else Page.empty()
    return render_template(
        "actions/lessons.html",
        form=form,
        page=page,
        kinds=action_kinds(),
        families={family.code: family for family in families},
    ), form.http_status


def learnt(wanted):
    """The page of the lessons that fit."""
    return page_of(lessons.lessons(viewer(), wanted), Action.id)
