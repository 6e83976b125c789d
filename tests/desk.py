"""What a centre keeps at its own desk: notes, templates, who looks after a case."""

from typing import Any

from tracker.accounts import queries as accounts
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import assigning
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.intake.answers import service as answers
from tracker.intake.answers.models import AnswerTemplate, TemplateUse
from tracker.intake.answers.service import TemplateDraft
from tracker.intake.sorting import service
from tracker.intake.sorting.models import CaseNote

NOTE = "社協に電話済み。来週返事が来る。"


def template_draft(**changes: Any) -> TemplateDraft:
    """An answer for every type and every way of going on, in use from today."""
    fields: dict[str, Any] = {
        "use": TemplateUse.ANSWER,
        "title": "ひな形",
        "text": "受け付けました。",
        "act_type_code": None,
        "disposition": None,
        "valid_from": clock.today(),
        "valid_until": None,
        "is_shared": False,
    }
    return TemplateDraft(**{**fields, **changes})


def make_template(by: Viewer, **changes: Any) -> AnswerTemplate:
    """A template of this person's centre."""
    centre = accounts.get_organisation(by, min(by.organisation_ids(Role.CENTRE)))
    draft = template_draft(**changes)
    made = answers.write_template(draft, centre, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made


def add_note(case: Case, by: Viewer, note: str = NOTE) -> CaseNote:
    """Somebody of the centre has noted this about the case."""
    made = service.add_note(case, note, by=by, at=clock.now())
    db.session.commit()
    return made


def give(case: Case, keeper: Viewer | None, by: Viewer) -> Case:
    """This person looks after the case, or nobody."""
    key = keeper.person_id if keeper else None
    among = assigning.assignable(frozenset({case.area_id}), today=clock.today())
    assigning.assign_case(case, key, among=among, by=by, at=clock.now())
    db.session.commit()
    return case
