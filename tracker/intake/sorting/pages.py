# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""What the pages of sorting show: the inbox, and one case with every step beside it."""

from typing import Any

from flask import render_template, request

from tracker.accounts import queries as accounts
from tracker.accounts.access import viewer
from tracker.accounts.roles import Role
from tracker.cases import assigning, policy, queries, reading
from tracker.cases.models import Case, CaseStatus
from tracker.core import clock, traces
from tracker.core.db import row_id
from tracker.core.errors import NotFoundError
from tracker.core.forms import CreateForm
from tracker.core.i18n import named
from tracker.core.paging import Page, page_of
from tracker.core.workdays import workdays_until
from tracker.intake.answers import queries as answers
from tracker.intake.answers.models import TemplateUse
from tracker.intake.panels import known_about
from tracker.intake.sorting import queries as inbox
from tracker.intake.sorting.bulk import MOST
from tracker.intake.sorting.forms import (
    AnswerForm,
    AssignForm,
    AttachForm,
    BulkForm,
    ClassForm,
    InboxForm,
    NoteForm,
    ReturnForm,
    SortForm,
    UndoForm,
)
from tracker.intake.sorting.undoing import last_act
from tracker.issues.relating import apart
from tracker.taxonomy import queries as taxonomy

# What an address of the list says; kept by every step, so that the next case of it opens.
KEPT = ("part", "area", "why", "assigned", "after", "before")


def kept():
    """What the address says of the list this page stands in; empty on the page of a case alone."""
    return {name: text for name in KEPT if (text := request.args.get(name))}


def list_asked():
    """The filter of this request, and the form that shows it. Two statements."""
    areas = accounts.areas_served_by_centre(viewer().area_ids(Role.CENTRE))
    people = assigning.assignable(frozenset(a.id for a in areas), today=clock.today())
    form = InboxForm(request.args)
    form.offer([(area.id, named(area)) for area in areas], inbox.colleagues(people))
    return form, people


def inbox_page(case_id=None):
    """The list, and beside it the case that the address names."""
    form, people = list_asked()
    now = inbox.moment(viewer(), at=clock.now(), today=clock.today())
    if form.validate():
        wanted = form.wanted()
        page = page_of(inbox.inbox(viewer(), wanted, now), Case.id, descending=False)
    else:
        wanted, page = inbox.Wanted(), Page.empty()
    bulk_form = offered(BulkForm(formdata=None), people)
    body = render_template(
        "intake/inbox.html",
        list_page=page,
        wanted=wanted,
        part=wanted.part,
        parts=inbox.InboxPart,
        counts=inbox.counts(viewer(), now),
        filter_form=form,
        bulk_form=bulk_form,
        most=MOST,
        kept={"part": wanted.part.value, **kept()},
        rows=[listed(row, now) for row in page.rows],
        last=last_act(viewer(), at=clock.now()),
        undo_form=UndoForm(formdata=None),
        **(case_shown(case_id) | beside(page, case_id) if case_id else {"case": None}),
    )
    return body, form.http_status


def offered(form, people):
    """The form of one step for several cases, with what may be chosen. Two statements."""
    towns = frozenset(viewer().town_ids(Role.CENTRE))
    areas = [(area.id, named(area)) for area in accounts.areas_with_centre(towns)]
    form.offer(inbox.colleagues(people), inbox.open_issues(viewer()), areas)
    return form


def listed(row, now):
    """A row, why it is here, and its days left."""
    return row, inbox.whys(row, viewer(), now), days_left(row.due_on)


def days_left(due_on):
    """Working days until the day, below 0 when it is past; None without a day."""
    return None if due_on is None else workdays_until(due_on, clock.today())


def beside(page, case_id):
    """The cases before and after this one in the list; None at its ends."""
    ids = [row.id for row in page.rows]
    at = ids.index(case_id) if case_id in ids else None
    return {
        "previous_id": ids[at - 1] if at else None,
        "next_id": ids[at + 1] if at is not None and at + 1 < len(ids) else None,
    }


def sorting_page(case_id, status=200, **refused):
    """The case with every step the centre may take now, on a page of its own.

    :raises NotFoundError: for a case of another centre's area
    """
    shown = case_shown(case_id, **refused)
    return render_template("intake/sort.html", kept=kept(), **shown), status


def case_shown(case_id, **refused) -> dict[str, Any]:
    """Everything the templates show of a case; opening it is noted.

    :param refused: forms that were refused, with what was typed
    :raises NotFoundError: for a case of another centre's area
    """
    person, today = viewer(), clock.today()
    page = queries.case_page(person, case_id, at=clock.now())
    case = page.case
    if not policy.can_sort(person, case):
        raise NotFoundError
    traces.opened(person.person_id, "cases", case_id, at=clock.now())
    known = known_about(person, case, today=today)
    resource = named(known["serving"][0]) if known["serving"] else ""
    suggested = answers.suggested(person, case, resource, today=today)
    return {
        "page": page,
        "case": case,
        "facts": reading.facts(page),
        "remarks": reading.remarks(person, case),
        **known,
        "days_left": days_left(case.due_on),
        "notes": inbox.notes_of(person, case_id),
        "assignments": assigning.assignments_of(person, case),
        "suggested": {use: [s for s in suggested if s.use is use] for use in TemplateUse},
        "may_reclassify": case.status in policy.OPEN_TO_RECLASSIFY,
        "may_assign": case.status not in assigning.OVER,
        "plain_form": CreateForm(formdata=None),
        "may_undo": page.last is not None and policy.can_undo(person, page.last, clock.now()),
        **forms_of(case, template_asked(suggested)),
        **refused,
    }


def template_asked(suggested):
    """The template whose words the address asks for, when it fits this case."""
    asked = request.args.get("template", type=row_id)
    return next((one for one in suggested if one.id == asked), None)


def forms_of(case, template):
    """The forms of every step, with what they offer; a template's words stand in theirs."""
    question = template is not None and template.use is TemplateUse.QUESTION
    words = {"reason" if question else "answer": template.text} if template else {}
    forms = {
        "return_form": ReturnForm(formdata=None, data=words),
        "sort_form": SortForm(formdata=None, data=words),
        "answer_form": AnswerForm(formdata=None, data=words),
        "note_form": NoteForm(formdata=None),
        "assign_form": AssignForm(
            formdata=None, data={"person_id": str(case.assigned_to_id or "")}
        ),
        "attach_form": AttachForm(formdata=None),
        "class_form": ClassForm(
            formdata=None, data={"act_type": case.act_type_code, "area_id": case.area_id}
        ),
    }
    offer(case, *forms.values())
    return {**forms, "asks_question": question}


def offer(case, *forms):
    """The choices of these forms, each read once."""
    today = clock.today()
    for form in forms:
        match form:
            case SortForm():
                form.offer(inbox.bodies(viewer(), case.municipality_id, today=today))
            case AssignForm():
                area = frozenset({case.area_id})
                people = assigning.assignable(area, today=today)
                form.offer(people.get(case.area_id, {}))
            case AttachForm():
                form.offer(fitting_issues(case))
            case ClassForm():
                form.offer(*classes_of(case))


def fitting_issues(case):
    """Open issues of the case's type for its area or the whole town: key, number, title.

    Not those from whose cases people have separated this one.
    """
    if case.status not in {CaseStatus.ACCEPTED, CaseStatus.DISPOSED}:
        return []
    without = apart.issues_apart_from(viewer(), case.id)
    return [one for one in inbox.open_issues(viewer(), case) if one[0] not in without]


def classes_of(case):
    """Types in force and areas of the town, as choices; the case's own are always among them."""
    types = [(act.code, named(act)) for act in taxonomy.act_types(clock.today())]
    if case.act_type_code not in {code for code, _name in types}:
        types.insert(0, (case.act_type_code, named(case.act_type)))
    areas = accounts.areas_with_centre(frozenset({case.municipality_id}))
    return types, [(area.id, named(area)) for area in areas]
