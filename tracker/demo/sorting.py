"""Inside the demo's centres: who looks after what, notes, templates, cases that came back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.accounts import queries as accounts
from tracker.accounts.roles import Role
from tracker.cases import assigning, filing, service
from tracker.cases import queries as cases
from tracker.cases.filing import CaseDraft
from tracker.cases.models import Case, Disposition
from tracker.cases.service import ClassDraft
from tracker.core import clock
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.intake.answers.models import TemplateUse
from tracker.intake.answers.service import TemplateDraft, write_template
from tracker.intake.sorting.service import add_note
from tracker.issues import raised

WRITTEN = timedelta(days=200)  # the templates, so long ago
Step = Callable[[Case, Mapping[str, str], Cast, datetime], None]


def load(
    case_ids: Mapping[str, int], issue_ids: Mapping[str, int], cast: Cast, now: datetime
) -> None:
    """Steps, notes and templates stand as the files say.

    :param case_ids: the demo's cases by the key of their file
    :param issue_ids: its issues likewise
    """
    for row in rows("sorting_steps"):
        at = now - timedelta(days=int(row["days_ago"]), hours=1)
        case = cases.get_case(cast.person(row["login"]), case_ids[row["case"]])
        named = {**row, "target": str(issue_ids.get(row["target"], row["target"]))}
        STEPS[row["step"]](case, named, cast, at)
    for row in rows("answer_templates"):
        _template(row, cast, now - WRITTEN)


def _contest(case: Case, row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    filing.contest_case(case, row["sentence"], by=cast.person(row["login"]), at=at)


def _resubmit(case: Case, row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    draft = CaseDraft.of(case)
    said = replace(draft, summary=f"{draft.summary}{row['sentence']}")
    by, today = cast.person(row["login"]), clock.local(at).date()
    filing.revise_case(case, said, by=by, at=at, today=today)


def _move(case: Case, row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    draft = ClassDraft(case.act_type_code, cast.areas[row["target"]], row["sentence"])
    by, today = cast.person(row["login"]), clock.local(at).date()
    service.reclassify_case(case, draft, by=by, at=at, today=today)


def _wish(case: Case, row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    raised.wish(case, int(row["target"]), by=cast.person(row["login"]), at=at)


def _assign(case: Case, row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    keeper, by = cast.person(row["target"]), cast.person(row["login"])
    among = assigning.assignable(frozenset({case.area_id}), today=clock.local(at).date())
    assigning.assign_case(case, keeper.person_id, among=among, by=by, at=at)


def _note(case: Case, row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    add_note(case, row["sentence"], by=cast.person(row["login"]), at=at)


STEPS: dict[str, Step] = {
    "contest": _contest,
    "resubmit": _resubmit,
    "move": _move,
    "wish": _wish,
    "assign": _assign,
    "note": _note,
}


def _template(row: Mapping[str, str], cast: Cast, at: datetime) -> None:
    by, today = cast.person(row["login"]), clock.local(at).date()
    centre = accounts.get_organisation(by, min(by.organisation_ids(Role.CENTRE)))
    draft = TemplateDraft(
        use=TemplateUse(row["use"]),
        title=row["title"],
        text=row["text"],
        act_type_code=row["act_type"] or None,
        disposition=Disposition(row["disposition"]) if row["disposition"] else None,
        valid_from=today,
        valid_until=None,
        is_shared=row["shared"] == "yes",
    )
    write_template(draft, centre, by=by, at=at, today=today)
