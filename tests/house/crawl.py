"""Walking every address of the application, with rows for the addresses that name one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from tests import (
    desk,
    directory,
    driving,
    factories,
    letters,
    links,
    material,
    minuting,
    past_cases,
    regroup,
    setting_up,
    sittings,
    taking_out,
    told,
    town_papers,
    views,
)
from tests.issues import repeating
from tracker.accounts.models import Invitation
from tracker.accounts.roles import Permission, Role
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.cases.models import Case, Disposition
from tracker.core.db import db
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.meetings.models import MeetingLevel
from tracker.notifications.models import Notice
from tracker.settings.values.models import Key

# Answers that are no page of their own: a panel put beside a form, and what machines ask.
FRAGMENTS = {"intake.beside", "exchange.import_progress"}
FOR_MACHINES = {"home.healthz", "home.readyz"}
# Files to keep: address → what they are.
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
DOWNLOADS = {
    "exchange.agenda_pdf": PDF,
    "exchange.agenda_docx": WORD,
    "exchange.minutes_pdf": PDF,
    "exchange.minutes_docx": WORD,
    "exchange.blank_sheet": PDF,
    "exchange.case_sheet": PDF,
    "exchange.folder_pdf": PDF,
    "exchange.folder_docx": WORD,
    "exchange.agenda_ics": "text/calendar",
    "exchange.calendar_feed": "text/calendar",
    "exchange.version_pdf": PDF,
    "exchange.version_docx": WORD,
    "exchange.word_template_file": WORD,
    "exchange.word_template_trial": WORD,
    "exchange.starting_template": WORD,
    "exchange.letter_pdf": PDF,
    "exchange.letter_docx": WORD,
    "exchange.import_errors": EXCEL,
    "exchange.import_template_xlsx": EXCEL,
    "exchange.import_template_csv": CSV,
    "exchange.matrix_csv": CSV,
    "exchange.matrix_xlsx": EXCEL,
    "exchange.released_csv": CSV,
    "actions.as_csv": CSV,
    "actions.agreements_csv": CSV,
    "resources.as_csv": CSV,
    "resources.as_json": "application/json",
    "insights.coverage_csv": CSV,
    "changing.review_csv": CSV,
    "exchange.released_xlsx": EXCEL,
    "proving.proof_csv": CSV,
    "proving.trace_csv": CSV,
    "proving.trace_pdf": PDF,
    "sheets.pdf": PDF,
    "privacy.export_file": CSV,
}
# Addresses that are only asked with a query.
QUERIES = {"intake.beside": {"act_type": "HK03"}, "search.index": {"q": "買い物"}}
MISSING = 999_999
# Not there until the installation names a provider for single sign-on.
NO_PROVIDER = {"accounts.to_provider", "accounts.from_provider"}
MADE_UP = {
    "token": "x",
    "reset": "x",
    "feed_token": "x",
    "answer_key": "x",
    "link_key": "x",
    "code": "XX99",
    "value_group": "x",
    "value_key": "x",
}  # words in addresses that name nothing


@dataclass(frozen=True)
class Page:
    """One address and who may open it; `permission` is None for public ones."""

    endpoint: str
    url: str
    permission: Permission | None
    rows: Mapping[str, object] = field(default_factory=dict)  # what the address names

    @property
    def is_whole(self) -> bool:
        """Is it a page with a frame, and not a piece of one, JSON or a file?"""
        return self.endpoint not in FRAGMENTS | FOR_MACHINES | DOWNLOADS.keys()


def fill_town(aoi: Viewer, sato: Viewer, mori: Viewer) -> dict[str, object]:
    """Rows of every kind in many states; an example for each name in addresses.

    The meeting of the town has come together: one item is adopted, one is open, Iin has pledged.
    """
    _file_in_every_state(aoi, sato)
    agency = min(aoi.organisation_ids(Role.AGENCY))
    views.release_last_year()
    return {
        **_chain(aoi, sato, mori),
        **_asked(aoi, sato),
        **_settings(mori),
        **town_papers.examples(mori),
        "batch_id": past_cases.checked(aoi, past_cases.past_row(gap="?")).id,
        "case_id": factories.make_case(by=aoi).id,
        "export_id": taking_out.ask(mori).id,
        "redaction_id": taking_out.take_out(
            factories.make_case(by=aoi), factories.person_called("kansa")
        ).id,
        "view_id": views.save_view(mori, "会議の前に見る表").id,
        "organisation_id": agency,
        **setting_up.examples(mori),
        "person_id": aoi.person_id,
        "code": "HK03",
        "template_id": desk.make_template(sato, is_shared=True).id,
        "value_group": "rule",
        "value_key": "rule_cases",
        "token": factories.invite(mori, agency, Role.AGENCY),
        "reset": factories.reset_link(aoi, by=mori),
        "invitation_id": db.session.scalars(sa.select(sa.func.max(Invitation.id))).one(),
        "notice_id": db.session.scalars(
            sa.select(sa.func.min(Notice.id)).where(Notice.person_id == aoi.person_id)
        ).one(),
    }


def _file_in_every_state(aoi: Viewer, sato: Viewer) -> None:
    for state in ("accepted", "returned", "withdrawn", "disposed", "closed", "contested"):
        case = factories.make_case(by=aoi)
        if state == "withdrawn":
            factories.withdraw(case, by=aoi)
            continue
        if state == "returned":
            factories.send_back(case, by=sato)
            continue
        factories.accept(case, by=sato)
        if state == "disposed":
            factories.sort(case, by=sato, disposition=Disposition.TO_ISSUE)
        if state in {"closed", "contested"}:
            factories.sort(case, by=sato, answer=factories.ANSWER)
        if state == "contested":
            factories.contest(case, by=aoi)


def _accepted(aoi: Viewer, sato: Viewer) -> Case:
    return factories.accept(factories.make_case(by=aoi), by=sato)


def _chain(aoi: Viewer, sato: Viewer, mori: Viewer) -> dict[str, object]:
    """From cases to a resource: issues, the town's meeting and one of Sato's, an action."""
    cases = _accepted(aoi, sato), _accepted(aoi, sato)
    issue = factories.make_issue(sato, *cases, status=IssueStatus.CONFIRMED)
    adopted, open_one = (
        factories.make_issue(sato, _accepted(aoi, sato), status=IssueStatus.CONFIRMED)
        for _ in range(2)
    )
    regrouped = _regrouped(aoi, sato, issue)
    iin = factories.person_called("iin")
    meeting = factories.plan_meeting(mori)
    item = factories.put_on_agenda(meeting, adopted, by=mori)
    factories.put_on_agenda(meeting, open_one, by=mori)
    attendee = factories.invite_to(meeting, mori, iin.person_id)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    factories.sign_pledge(iin)
    own = factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL)
    factories.put_on_agenda(own, _accepted(aoi, sato), by=sato)
    return {
        **regrouped,
        **repeating.examples(aoi, sato, mori, issue),
        "issue_id": issue.id,
        "letter_id": letters.make_letter(issue, mori).id,
        "vignette_id": material.write_vignette(issue, mori).id,
        "option_id": material.write_option(issue, mori).id,
        "meeting_id": meeting.id,
        "item_id": item.id,
        "attendee_id": attendee.id,
        **minuting.written(meeting, mori, iin),
        **_drive(factories.adopt(meeting, item, adopted, by=mori), mori),
        **_directory(sato),
        **sittings.examples(aoi, sato, mori),
    }


def _asked(aoi: Viewer, sato: Viewer) -> dict[str, object]:
    """A question to Aoi and the key that was mailed, a refused mail, a run of yearly sheets."""
    asked = told.ask(factories.make_case(by=aoi), factories.make_resource(sato))
    return {
        "question_id": asked.id,
        "answer_key": told.mailed_key(),
        "mail_id": told.refuse(aoi).id,
        "run_id": told.ask_for_sheets(sato).id,
    }


def _directory(sato: Viewer) -> dict[str, object]:
    """A lifelong-support business whose office was asked by mail, and one that has answered."""
    answered = factories.make_resource(sato, office_mail="office@example.jp")
    answer = directory.say_changed(directory.ask(answered, sato))
    kept = factories.make_resource(sato, category="RS_GUAR", office_mail="office@example.jp")
    return {
        "resource_id": kept.id,
        "link_key": directory.ask(kept, sato),
        "answer_id": answer.id,
    }


def _drive(action: Action, mori: Viewer) -> dict[str, object]:
    """An action with a row of everything that stands beside its stages."""
    return {"action_id": action.id, **driving.examples(action, mori)}


def _regrouped(aoi: Viewer, sato: Viewer, issue: RegionalIssue) -> dict[str, object]:
    """The issue is a part of a larger one and was split; two cases were one event."""
    more = [_accepted(aoi, sato) for _ in range(2)]
    whole = factories.make_issue(sato, *more, status=IssueStatus.CONFIRMED)
    tie = regroup.link(issue, whole, sato)
    regroup.mark(_accepted(aoi, sato), more[0], sato)
    return {"tie_id": tie.id, "regrouping_id": regroup.split(whole, [more[1].id], sato).id}


def _settings(mori: Viewer) -> dict[str, object]:
    """Two links of the emergency chain, one that was removed, two versions of a note."""
    link, _other, gone = (links.make_link(mori) for _ in range(3))
    note = links.write_note(mori)
    links.write_note(mori, contacts="", change_note="窓口が変わった。")
    removed = links.remove_link(gone, mori)
    return {
        "link_id": link.id,
        "entry_id": removed,
        "note_id": note.id,
        "announcement_id": links.announce(mori).id,
        "value_id": links.set_value(mori, Key.ACCEPT_DAYS, 6).id,
    }


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """Our own addresses that take this method."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and method in (rule.methods or ()):
            yield rule


def pages(app: Flask, examples: dict[str, object]) -> list[Page]:
    """Every address that can be opened, with existing rows."""
    return _addresses(app, "GET", examples)


def any_pages(app: Flask) -> list[Page]:
    """Every address that can be opened, with rows that need not exist."""
    made_up = {name: MISSING for rule in rules(app, "GET") for name in rule.arguments}
    return _addresses(app, "GET", {**made_up, **MADE_UP})


def posts(app: Flask, examples: dict[str, object] | None = None) -> list[Page]:
    """Every address that changes something, with rows that need not exist where none is given."""
    made_up = {name: MISSING for rule in rules(app, "POST") for name in rule.arguments}
    return _addresses(app, "POST", {**made_up, **MADE_UP, **(examples or {})})


def _addresses(app: Flask, method: str, examples: dict[str, object]) -> list[Page]:
    found = []
    with app.test_request_context():
        for rule in rules(app, method):
            rows = _named(rule, examples)
            url = app.url_for(rule.endpoint, **rows, **QUERIES.get(rule.endpoint, {}))
            view = app.view_functions[rule.endpoint]
            found.append(Page(rule.endpoint, url, getattr(view, "permission", None), rows))
    return found


def _named(rule: Rule, examples: dict[str, object]) -> dict[str, object]:
    unknown = rule.arguments - examples.keys()
    assert not unknown, f"{rule.rule}: give an example for {unknown} in crawl.fill_town"
    return {name: examples[name] for name in rule.arguments}
