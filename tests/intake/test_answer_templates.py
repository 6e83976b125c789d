"""Templates of answers: where they fit, what is filled in, who writes them, and how they end."""

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import desk, factories
from tracker.accounts import queries as accounts
from tracker.accounts.roles import Role
from tracker.cases import queries as cases
from tracker.cases.models import CaseStep, Disposition
from tracker.core import clock as the_clock
from tracker.core.audit import TextRevision
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError
from tracker.intake.answers import queries, service
from tracker.intake.answers.filling import filled, unknown
from tracker.intake.answers.models import AnswerTemplate

TEXT = "事例 {number} の{type}には「{resource}」が使えます。"


@pytest.fixture
def satos(sign_in, sato):
    """Sato at her browser."""
    return sign_in(sato)


def fitting(viewer, case):
    """Titles of what is offered beside the case."""
    db.session.rollback()
    full = cases.get_case(viewer, case.id)
    found = queries.suggested(viewer, full, "見晴らし号", today=the_clock.today())
    return [one.title for one in found]


# --- what is filled in ---


def test_braces_are_filled_with_the_words_of_the_case():
    assert filled("{number}：｛ type ｝です", {"number": "R8-0042", "type": "買い物"}) == (
        "R8-0042：買い物です"
    )


def test_a_brace_without_a_word_stays_to_be_seen():
    assert filled("「{resource}」が使えます", {"resource": ""}) == "「{resource}」が使えます"


def test_nothing_but_the_known_words_is_read_of_a_case():
    assert unknown("{number} {number.__class__} {0} {}") == ["number.__class__", "0", ""]


# --- where they fit ---


@pytest.mark.both
def test_what_is_made_for_the_type_comes_first(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    desk.make_template(sato, title="すべて")
    desk.make_template(sato, title="買い物", act_type_code="HK03")
    desk.make_template(sato, title="ごみ", act_type_code="HK02")
    assert fitting(sato, case) == ["買い物", "すべて"]


@pytest.mark.both
def test_only_those_of_the_way_a_sorted_case_goes_on_are_offered(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    for way in (Disposition.STATISTICS_ONLY, Disposition.REDIRECTED, None):
        desk.make_template(sato, title=way.value if way else "any", disposition=way)
    assert set(fitting(sato, case)) == {"statistics_only", "redirected", "any"}
    factories.sort(case, by=sato)
    assert set(fitting(sato, case)) == {"statistics_only", "any"}


def test_a_template_holds_from_its_first_to_its_last_day(aoi, sato, clock):
    case, today = factories.make_case(by=aoi), the_clock.today()
    days = {"valid_from": today + timedelta(days=1), "valid_until": today + timedelta(days=3)}
    desk.make_template(sato, title="後日", **days)
    offered = []
    for _ in range(5):
        offered.append(fitting(sato, case))
        clock.move(days=1)
    assert offered == [[], ["後日"], ["後日"], ["後日"], []]


def test_one_that_ends_later_is_not_listed_among_the_ended(sato):
    today = the_clock.today()
    yesterday, soon = today - timedelta(days=1), today + timedelta(days=9)
    desk.make_template(sato, title="終了", valid_from=yesterday, valid_until=yesterday)
    desk.make_template(sato, title="期限つき", valid_from=yesterday, valid_until=soon)
    desk.make_template(sato, title="期限なし", valid_from=yesterday)
    listed = [one.title for one in queries.templates(sato, today=today)]
    assert listed == ["期限つき", "期限なし", "終了"]


@pytest.mark.both
def test_another_centre_of_the_town_is_offered_what_is_shared(kato, sato, nishi, tani):
    case = factories.make_case(by=kato)
    desk.make_template(sato, title="東だけ")
    desk.make_template(sato, title="共有", is_shared=True)
    assert fitting(nishi, case) == ["共有"]
    for stranger in (factories.person_called("kawai"), tani):
        assert queries.templates(stranger, today=the_clock.today()) == []


# --- beside the answer ---


def test_the_words_stand_in_the_box_and_nothing_is_sent(satos, aoi, sato):
    case = factories.sort(factories.accept(factories.make_case(by=aoi), by=sato), by=sato)
    factories.make_resource(sato)
    template = desk.make_template(sato, text=TEXT)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(CaseStep))
    html = satos.get(f"/triage/{case.id}?template={template.id}").text
    box = re.search(r'<textarea[^>]*name="answer"[^>]*>([^<]*)</textarea>', html)[1].strip()
    assert box == f"事例 {case.number} の買い物（代行・手段の確保）には「見晴らし号」が使えます。"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CaseStep)) == before


def test_a_question_stands_in_the_box_of_sending_back(satos, aoi, sato):
    case = factories.make_case(by=aoi)
    template = desk.make_template(sato, use="question", text="頻度を教えてください。")
    html = satos.get(f"/triage/?part=accept&case={case.id}&template={template.id}").text
    assert re.search(r'name="reason"[^>]*>\s*頻度を教えてください。</textarea>', html)


def test_a_template_that_does_not_fit_fills_nothing(satos, aoi, sato):
    case = factories.sort(factories.accept(factories.make_case(by=aoi), by=sato), by=sato)
    template = desk.make_template(sato, act_type_code="HK02", text="ごみの回答")
    assert "ごみの回答" not in satos.get(f"/triage/{case.id}?template={template.id}").text


# --- writing them ---


def typed(**changes):
    """What Sato types into the form of a template."""
    fields = {"title": "ひな形", "text": TEXT, "valid_from": "令和8年11月24日"}
    return {**fields, **changes}


def test_sato_writes_a_template(satos):
    assert satos.post_form("/triage/templates/new", typed()).status_code == 303
    assert "ひな形" in satos.get("/triage/templates/").text
    row = db.session.scalars(sa.select(AnswerTemplate)).one()
    assert (row.title, row.act_type_code, row.disposition) == ("ひな形", None, None)


def test_what_cannot_be_filled_in_is_refused_by_name(satos):
    answer = satos.post_form("/triage/templates/new", typed(text="{name}様へ"))
    assert answer.status_code == 422
    assert "「name」は差し込めません。" in answer.text
    assert "{name}様へ</textarea>" in answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_until": "令和8年11月1日"}, "valid_until"),
        ({"use": "question", "disposition": "redirected"}, "disposition"),
        ({"text": " "}, "text"),
        ({"title": ""}, "title"),
    ],
)
def test_a_template_that_makes_no_sense_is_refused(satos, changes, field):
    answer = satos.post_form("/triage/templates/new", typed(**changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_a_changed_template_keeps_its_earlier_words(satos, sato):
    template = desk.make_template(sato, text="前の文章")
    satos.post_form(f"/triage/templates/{template.id}/edit", {"text": "新しい文章"})
    db.session.rollback()
    assert db.session.get_one(AnswerTemplate, template.id).text == "新しい文章"
    assert db.session.scalars(sa.select(TextRevision.text)).all() == ["前の文章"]


def test_whoever_comes_second_sees_both_texts(satos, sato):
    template = desk.make_template(sato, text="前の文章")
    page = satos.get(f"/triage/templates/{template.id}/edit")
    assert page.status_code == 200
    satos.post_form(f"/triage/templates/{template.id}/edit", {"text": "先の文章"})
    late = typed(text="後の文章", version="1", use="answer", request_key=str(uuid.uuid4()))
    answer = satos.send(f"/triage/templates/{template.id}/edit", late)
    assert answer.status_code == 409
    assert "先の文章" in answer.text
    assert "後の文章" in answer.text


def test_an_ended_template_stays_in_the_list_and_is_offered_no_more(satos, aoi, sato):
    case = factories.make_case(by=aoi)
    template = desk.make_template(sato, title="終わる")
    key = {"request_key": str(uuid.uuid4())}
    assert satos.send(f"/triage/templates/{template.id}/end", key).status_code == 303
    assert "終わる" in satos.get("/triage/templates/").text
    assert fitting(sato, case) == []
    again = {"request_key": str(uuid.uuid4())}
    assert satos.send(f"/triage/templates/{template.id}/end", again).status_code == 409


def test_another_centre_reads_a_shared_template_and_does_not_change_it(sign_in, sato, nishi):
    shared = desk.make_template(sato, is_shared=True)
    own = desk.make_template(sato)
    browser, key = sign_in(nishi), {"request_key": str(uuid.uuid4())}
    for template, code in ((shared, 403), (own, 404)):
        assert browser.get(f"/triage/templates/{template.id}/edit").status_code == code
        assert browser.send(f"/triage/templates/{template.id}/edit", key).status_code == code
        assert browser.send(f"/triage/templates/{template.id}/end", key).status_code == code


def test_only_centres_have_templates(sign_in, sato, aoi, mori, yama):
    template = desk.make_template(sato)
    for person in (aoi, mori, yama):
        browser = sign_in(person)
        for address in ("", "new", f"{template.id}/edit"):
            assert browser.get(f"/triage/templates/{address}").status_code == 403


def test_the_verbs_ask_for_themselves(sato, nishi, mori, clock):
    template, today = desk.make_template(sato), the_clock.today()
    centre = accounts.get_organisation(sato, min(sato.organisation_ids(Role.CENTRE)))
    for person in (nishi, mori):
        who = {"by": person, "at": clock.now(), "today": today}
        draft = desk.template_draft()
        with pytest.raises(NotAllowedError):
            service.write_template(draft, centre, **who)
        with pytest.raises(NotAllowedError):
            service.rewrite_template(template, draft, **who)
        with pytest.raises(NotAllowedError):
            service.end_template(template, **who)


def test_a_type_nobody_knows_is_refused(sato, clock):
    with pytest.raises(InvalidInputError):
        desk.make_template(sato, act_type_code="XX99")
