# Like routes it stands on untyped Flask.
# mypy: ignore-errors
"""The list of actions as a table, a board, along the time and as a file; the lessons."""

from urllib.parse import quote

from flask import Response, render_template, request
from flask_babel import gettext as _
from wtforms import SelectChoice, SelectField, StringField

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.actions import along, board, delays, lessons, queries
from tracker.actions.models import (
    STALLED_AFTER,
    STALLED_SOONER,
    STOP_LABELS,
    Action,
    Stage,
    StopReason,
)
from tracker.actions.queries import ActionFilter
from tracker.actions.routes import bp
from tracker.core import clock
from tracker.core.db import db, row_id
from tracker.core.forms import TrackerForm
from tracker.core.i18n import named
from tracker.core.paging import page_of
from tracker.formats.tables_out import write_csv
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

DELAYS = ("overdue", "stalled")
VIEWS = ("board", "time")
# What of the address narrows the list; the links of the page keep all but what they change.
KEPT = ("view", "stage", "delay", "issue", "mine", "held", "kind", "owner")
MOST_IN_FILE = 5000


@bp.get("/")
@allow(Permission.ACTION_READ)
def index():
    asked = address()
    wanted, today = narrowed(asked), clock.today()
    shown = {"board": as_board, "time": along_time}.get(asked.get("view"), as_table)
    return render_template(
        "actions/index.html",
        wanted=wanted,
        asked=asked,
        delay=asked.get("delay", ""),
        waiting=queries.waiting(viewer(), today, clock.now(), mine=wanted.mine, held=wanted.held),
        stages=Stage,
        delays=delays,
        silent_days=(STALLED_SOONER.days, STALLED_AFTER.days),
        kinds=action_kinds(),
        owners=queries.owners(viewer()),
        now=clock.now(),
        **shown(wanted, today),
    )


def address():
    """What the address says, without what cannot be read; the rest narrows nothing."""
    said = {name: request.args.get(name, "") for name in KEPT}
    known = {
        "view": said["view"] in VIEWS,
        "stage": said["stage"] in set(Stage),
        "delay": said["delay"] in DELAYS,
        "kind": said["kind"] in action_kinds(),
        "mine": said["mine"] == "1",
        "held": said["held"] == "1",
        "issue": request.args.get("issue", type=row_id) is not None,
        "owner": request.args.get("owner", type=row_id) is not None,
    }
    return {name: said[name] for name in KEPT if known[name]}


def narrowed(asked):
    """What the list is narrowed to."""
    return ActionFilter(
        stage=Stage(asked["stage"]) if "stage" in asked else None,
        issue_id=row_id(asked["issue"]) if "issue" in asked else None,
        mine="mine" in asked,
        held="held" in asked,
        kind=asked.get("kind"),
        owner_id=row_id(asked["owner"]) if "owner" in asked else None,
        overdue_on=clock.today() if asked.get("delay") == "overdue" else None,
        stalled_at=clock.now() if asked.get("delay") == "stalled" else None,
    )


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
    statement = board.with_progress(viewer(), narrowed(address()), today)
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


class LessonForm(TrackerForm):
    """What the lessons are narrowed to; sent by address."""

    class Meta(TrackerForm.Meta):
        csrf = False

    words = StringField()
    kind = SelectField(validate_choice=False)
    reason = SelectField(validate_choice=False)
    family = SelectField(validate_choice=False)

    def offer(self, kinds, families):
        """The choices, each with one for all."""
        self.words.label.text = _("Words")
        self.kind.label.text = _("Way of going about it")
        self.reason.label.text = _("Reason")
        self.family.label.text = _("Family of types")
        every = SelectChoice("", _("All"))
        self.kind.choices = [every, *(SelectChoice(k.code, named(k)) for k in kinds.values())]
        self.reason.choices = [every, *(SelectChoice(r.value, w) for r, w in STOP_LABELS.items())]
        self.family.choices = [every, *(SelectChoice(f.code, named(f)) for f in families)]

    def wanted(self):
        """What of it can be read."""
        reason = self.reason.data if self.reason.data in set(StopReason) else None
        return lessons.LessonFilter(
            kind=self.kind.data or None,
            reason=StopReason(reason) if reason else None,
            family=self.family.data or None,
            words=(self.words.data or "")[:80],
        )


@bp.get("/lessons/")
@allow(Permission.ACTION_READ)
def lessons_learnt():
    form, families = LessonForm(request.args), taxonomy.families()
    form.offer(action_kinds(), families)
    wanted = form.wanted()
    return render_template(
        "actions/lessons.html",
        form=form,
        page=page_of(lessons.lessons(viewer(), wanted), Action.id),
        narrowed_to=wanted != lessons.LessonFilter(),
        kinds=action_kinds(),
        families={family.code: family for family in families},
    )
