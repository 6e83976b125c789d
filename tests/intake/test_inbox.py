"""The inbox: what stands in it and why, narrowing it, and the case beside the list."""

import re

import pytest

from tests import desk, factories
from tests.client import parsed
from tracker.accounts import signing_in
from tracker.accounts.roles import Role
from tracker.cases import service
from tracker.cases.service import ClassDraft
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.intake.sorting import queries
from tracker.intake.sorting.queries import InboxPart, Wanted
from tracker.issues import raised
from tracker.issues.models import IssueStatus


@pytest.fixture
def satos(sign_in, sato):
    """Sato at her browser."""
    return sign_in(sato)


def shown(html):
    """Numbers in the list, top to bottom."""
    table = next(t for t in parsed(html).iter("table"))
    return re.findall(r"R8-\d+-\d+", " ".join("".join(th.itertext()) for th in table.iter("th")))


def whys(html, number):
    """The reasons that stand beside this number."""
    row = next(r for r in parsed(html).iter("tr") if number in "".join(r.itertext()))
    marks = [s for s in row.iter("span") if (s.get("class") or "").startswith("why ")]
    return [(s.get("class") or "").split("why-")[1] for s in marks]


def now_of(viewer):
    return queries.moment(viewer, at=the_clock.now(), today=the_clock.today())


@pytest.mark.both
def test_each_part_holds_only_the_viewers_areas(aoi, kato, sato, nishi, clock):
    for filer, centre in ((aoi, sato), (kato, nishi)):
        for steps in range(3):
            case = factories.make_case(by=filer)
            if steps:
                factories.accept(case, by=centre)
            if steps == 2:
                factories.sort(case, by=centre)
    clock.move(days=60)
    counts = queries.counts(sato, now_of(sato))
    for part in InboxPart:
        rows = db.session.execute(queries.inbox(sato, Wanted(part), now_of(sato))).all()
        assert {row.area_ja for row in rows} == {"東圏域"}, part
        assert len(rows) == counts[part], part
    assert [counts[part] for part in InboxPart] == [1, 1, 1, 3, 3, 3]


def test_a_new_case_says_that_it_is_new(satos, aoi):
    case = factories.make_case(by=aoi)
    assert whys(satos.get("/triage/").text, case.number) == ["new"]


def test_a_contested_case_says_so_until_it_is_answered(satos, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, by=sato, answer=factories.ANSWER)
    factories.contest(case, by=aoi)
    assert whys(satos.get("/triage/?part=sort").text, case.number) == ["contested"]
    factories.sort(case, by=sato)
    assert whys(satos.get("/triage/?part=answer").text, case.number) == ["contested"]


def test_overdue_mine_and_a_wish_stand_beside_each_other(satos, aoi, sato, clock):
    issue = factories.make_issue(
        sato,
        factories.accept(factories.make_case(by=aoi), by=sato),
        status=IssueStatus.CONFIRMED,
    )
    case = factories.make_case(by=aoi)
    raised.wish(case, issue.id, by=aoi, at=clock.now())
    desk.give(case, sato, sato)
    clock.move(days=8)
    html = sign_in_again(satos, clock).get("/triage/").text
    assert whys(html, case.number) == ["new", "overdue", "mine", "wish"]
    assert "1営業日超過" in html


def sign_in_again(browser, clock):
    """The browser after a week: its session has ended meanwhile, so a new one is opened."""
    person = factories.person_called("sato")
    token = signing_in.open_session(person.person_id, "tests", clock.now())
    db.session.commit()
    browser.carry(token)
    return browser


@pytest.mark.parametrize("why", ["new", "mine", "overdue"])
def test_the_list_is_narrowed_to_a_reason(satos, aoi, sato, why, clock):
    plain, late = factories.make_case(by=aoi), factories.make_case(by=aoi)
    desk.give(plain, sato, sato)
    late.due_on = the_clock.today().replace(day=2)
    db.session.commit()
    expected = {"new": [plain, late], "mine": [plain], "overdue": [late]}[why]
    assert shown(satos.get(f"/triage/?why={why}").text) == [case.number for case in expected]


def test_the_list_is_narrowed_to_who_looks_after_a_case(satos, aoi, sato):
    colleague = factories.make_person("shimizu", min(sato.organisation_ids()), Role.CENTRE)
    mine, hers, nobodys = (factories.make_case(by=aoi) for _ in range(3))
    desk.give(mine, sato, sato)
    desk.give(hers, colleague, sato)
    for asked, case in (("me", mine), ("nobody", nobodys), (colleague.person_id, hers)):
        assert shown(satos.get(f"/triage/?assigned={asked}").text) == [case.number]
    assert shown(satos.get("/triage/?part=unassigned").text) == [nobodys.number]


def test_a_filter_nobody_knows_is_refused_and_lists_nothing(satos, aoi):
    case = factories.make_case(by=aoi)
    for odd in ("area=999999", "area=x", "why=x", "assigned=999999", "assigned=%27", "part=x"):
        answer = satos.get(f"/triage/?{odd}")
        assert answer.status_code == 422, odd
        assert "error-summary" in answer.text
        assert case.number not in answer.text


def test_nothing_has_happened_for_a_month_is_another_list_than_overdue(satos, aoi, sato, clock):
    waits = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(waits, sato, service.Disposition.TO_ISSUE)  # no day, and still
    clock.move(days=31)
    browser = sign_in_again(satos, clock)
    assert shown(browser.get("/triage/?part=still").text) == [waits.number]
    assert "期限を過ぎた事例はありません。" in browser.get("/triage/?part=overdue").text


def test_list_and_case_stand_side_by_side(satos, aoi):
    first, second = factories.make_case(by=aoi), factories.make_case(by=aoi)
    html = satos.get(f"/triage/?case={second.id}").text
    assert shown(html) == [first.number, second.number]
    pane = next(s for s in parsed(html).iter("section") if s.get("id") == "case")
    assert second.number in "".join(pane.itertext())


def test_a_case_of_another_centre_does_not_open_beside_the_list(satos, kato):
    foreign = factories.make_case(by=kato)
    assert satos.get(f"/triage/?case={foreign.id}").status_code == 404
    assert satos.get("/triage/?case=999999").status_code == 404


def test_after_a_step_the_next_case_of_the_list_opens(satos, aoi):
    first, second, third = (factories.make_case(by=aoi) for _ in range(3))
    page = f"/triage/?part=accept&case={second.id}"
    answer = satos.post_form(page, to=f"/triage/{second.id}/accept?part=accept")
    assert answer.location == f"/triage/?part=accept&case={third.id}#case"
    page = f"/triage/?part=accept&case={third.id}"
    answer = satos.post_form(page, to=f"/triage/{third.id}/accept?part=accept")
    assert answer.location == f"/triage/?part=accept&case={first.id}#case"


def test_after_the_last_case_the_empty_list_opens(satos, aoi):
    case = factories.make_case(by=aoi)
    page = f"/triage/?part=accept&case={case.id}"
    answer = satos.post_form(page, to=f"/triage/{case.id}/accept?part=accept")
    assert answer.location == "/triage/?part=accept"


def test_the_list_keeps_its_filters_after_a_step(satos, aoi, sato):
    case = factories.make_case(by=aoi)
    desk.give(case, sato, sato)
    page = f"/triage/?part=accept&assigned=me&case={case.id}"
    answer = satos.post_form(page, to=f"/triage/{case.id}/accept?part=accept&assigned=me")
    assert answer.location == "/triage/?part=accept&assigned=me"


def test_a_refused_form_of_the_pane_keeps_what_was_typed_and_the_list(satos, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    page = f"/triage/?part=sort&case={case.id}"
    to = f"/triage/{case.id}/sort?part=sort"
    answer = satos.post_form(page, {"answer": "宅配をご紹介します。"}, to=to)
    assert answer.status_code == 422
    assert "宅配をご紹介します。</textarea>" in answer.text
    assert f'action="{to}"' in answer.text


def test_the_pane_costs_the_same_however_long_the_list_is(satos, aoi, statements):
    case = factories.make_case(by=aoi)
    satos.get(f"/triage/?case={case.id}")
    with statements() as one:
        satos.get(f"/triage/?case={case.id}")
    factories.make_many(case, 60)
    with statements() as many:
        page = satos.get(f"/triage/?case={case.id}").text
    assert len(shown(page)) == 50
    assert len(many) == len(one)


def test_a_case_handed_over_stands_in_the_other_inbox_with_its_reason(
    sign_in, satos, aoi, sato, nishi
):
    case = factories.make_case(by=aoi)
    (west,) = nishi.area_ids(Role.CENTRE)
    draft = ClassDraft(case.act_type_code, west, "お住まいは西圏域でした。")
    service.reclassify_case(case, draft, by=sato, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    assert whys(sign_in(nishi).get("/triage/").text, case.number) == ["moved"]
    assert case.number not in [*shown_or_none(satos.get("/triage/").text)]


def shown_or_none(html):
    """Numbers in the list; none where there is no list."""
    return shown(html) if "<table" in html else []
