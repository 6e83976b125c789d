"""The pages of splitting, joining, linking, and of cases filed twice: who opens them, and forms."""

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tests.regroup import join, link, mark, split, undo
from tracker.core.db import db
from tracker.issues import queries as issue_queries
from tracker.issues.models import IssueStatus
from tracker.issues.relating import queries

WHY = "通院の話だった。"


@pytest.fixture
def three(aoi, sato):
    """Three accepted cases of Aoi."""
    return [factories.accept(factories.make_case(by=aoi), by=sato) for _ in range(3)]


@pytest.fixture
def wide(three, sato):
    """An issue that holds all three."""
    return factories.make_issue(sato, *three)


def fields_of(html, to):
    """What a browser would send of the form with this address; a name may hold several values."""
    form = next(f for f in parsed(html).iter("form") if f.get("action", "").split("?")[0] == to)
    fields = form_fields(form)
    for box in form.iter("input"):
        name, kind = box.get("name"), box.get("type")
        if name in {"case_ids", "of_cluster"} and (
            kind == "hidden" or box.get("checked") is not None
        ):
            values = fields[name] if isinstance(fields[name], list) else []
            fields[name] = [*values, box.get("value")]
    return fields


def held(issue):
    return issue_queries.case_ids(issue.id)


def typed(browser, url, **changes):
    """The hidden fields of the form at this address, and what a person fills in."""
    fields = fields_of(browser.get(url).text, url)
    return {**fields, **changes}


def sure(page, url):
    """What the page with the counts sends once more."""
    return fields_of(page.text, url)


def test_a_choice_that_is_gone_meanwhile_is_a_conflict_and_keeps_the_reason(
    wide, three, sato, sign_in, clock
):
    browser, url = sign_in(sato), f"/issues/{wide.id}/split"
    other = factories.make_issue(sato, three[2])
    sent = typed(browser, url, case_ids=[str(three[1].id)], target_id=str(other.id), reason=WHY)
    again = sure(browser.send(url, sent), url)
    clock.move(minutes=1)
    split(wide, [three[1].id], sato, target=other)
    late = browser.send(url, again)
    assert late.status_code == 409
    assert WHY in late.text
    assert len(held(wide)) == 2


def test_an_issue_a_case_was_split_from_is_not_offered_to_it_again(wide, three, aoi, sato, sign_in):
    browser, case = sign_in(sato), three[1]
    other = factories.make_issue(sato, three[0])
    offer = f'<option value="{wide.id}"'
    split(wide, [case.id], sato)
    page = browser.get(f"/triage/{case.id}").text
    assert offer not in page
    assert f'<option value="{other.id}"' not in page  # it holds a case kept apart from this one
    unrelated = factories.accept(factories.make_case(by=aoi, act_type="HK03"), by=sato)
    assert offer in browser.get(f"/triage/{unrelated.id}").text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_sound(wide, three, sato, aoi, sign_in, lang):
    other = factories.make_issue(sato, three[0])
    link(wide, other, sato)
    act = split(wide, [three[2].id], sato)
    gone = factories.make_issue(sato, three[1])
    joined = join(gone, wide, sato)
    twin = factories.make_case(by=aoi)
    marked = mark(twin, three[0], sato)
    browser = sign_in(sato)
    urls = [f"/issues/{wide.id}{page}" for page in ("", "/relations", "/split", "/join")]
    urls += [f"/issues/regroupings/{row.id}" for row in (act, joined, marked)]
    urls += [f"/cases/{three[1].id}/duplicate", f"/cases/{twin.id}/duplicate"]
    urls += [f"/cases/{twin.id}?own=1", f"/cases/{three[0].id}", "/matrix/alike"]
    for url in urls:
        address = f"{url}{'&' if '?' in url else '?'}lang={lang}"
        answer = browser.get(address)
        assert answer.status_code == 200, url
        assert_sound(answer.text, url, lang)


def test_a_split_is_looked_at_before_it_is_done(wide, three, sato, sign_in):
    browser, url = sign_in(sato), f"/issues/{wide.id}/split"
    sent = typed(
        browser,
        url,
        case_ids=[str(three[2].id)],
        title="通院",
        statement="通院の足がない。",
        reason=WHY,
    )
    looked = browser.send(url, sent)
    assert looked.status_code == 200
    assert "3 → 2" in looked.text
    assert len(held(wide)) == 3
    done = browser.send(url, sure(looked, url))
    assert done.status_code == 303
    assert held(wide) == [three[0].id, three[1].id]
    assert "3 → 2" in browser.get(done.location).text


def test_sent_twice_it_is_split_once(wide, three, sato, sign_in):
    browser, url = sign_in(sato), f"/issues/{wide.id}/split"
    other = factories.make_issue(sato, three[2])
    sent = typed(browser, url, case_ids=[str(three[1].id)], target_id=str(other.id), reason=WHY)
    again = sure(browser.send(url, sent), url)
    first, second = browser.send(url, again), browser.send(url, again)
    assert first.location == second.location
    assert len(queries.regroupings(sato, wide.id)) == 1


def test_what_changed_meanwhile_is_shown_before_it_is_done(wide, three, sato, sign_in, clock):
    browser, url = sign_in(sato), f"/issues/{wide.id}/split"
    other = factories.make_issue(sato, three[2])
    sent = typed(browser, url, case_ids=[str(three[1].id)], target_id=str(other.id), reason=WHY)
    again = sure(browser.send(url, sent), url)
    clock.move(minutes=1)
    link(wide, other, sato)
    outdated = browser.send(url, again)
    assert outdated.status_code == 409
    assert WHY in outdated.text
    assert len(held(wide)) == 3
    assert browser.send(url, sure(outdated, url)).status_code == 303
    assert len(held(wide)) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"case_ids": []},
        {"reason": ""},
        {"title": ""},
        {"case_ids": [str(number) for number in range(1, 10_001)]},
        {"target_id": "999999"},
    ],
)
def test_a_refused_split_shows_what_was_typed(wide, three, sato, sign_in, changes):
    browser, url = sign_in(sato), f"/issues/{wide.id}/split"
    whole = {
        "case_ids": [str(three[2].id)],
        "title": "通院",
        "statement": "通院の足がない。",
        "reason": WHY,
    }
    answer = browser.send(url, typed(browser, url, **{**whole, **changes}))
    assert answer.status_code == 422
    assert "通院の足がない。" in answer.text
    assert len(held(wide)) == 3


def test_joined_the_old_address_leads_on_with_a_sentence(wide, three, sato, mori, sign_in):
    other = factories.make_issue(sato, three[0])
    browser, url = sign_in(sato), f"/issues/{other.id}/join"
    looked = browser.send(url, typed(browser, url, kept_id=str(wide.id), reason=WHY))
    assert "3 → 3" in looked.text
    again = sure(looked, url)
    assert browser.send(url, again).status_code == 303
    assert browser.send(url, again).location == f"/issues/{other.id}"
    led = sign_in(mori).get(f"/issues/{other.id}", follow_redirects=True)
    assert led.status_code == 200
    assert f"課題 {other.number} は、この課題に統合されました。" in led.text
    assert wide.title in led.text


@pytest.mark.parametrize("page", ["/evidence", "/relations"])
def test_the_pages_of_a_joined_issue_lead_on_as_well(wide, three, sato, nishi, sign_in, page):
    other = factories.make_issue(sato, three[0])
    join(other, wide, sato)
    led = sign_in(sato).get(f"/issues/{other.id}{page}")
    assert (led.status_code, led.location) == (303, f"/issues/{wide.id}{page}")
    assert sign_in(nishi).get(f"/issues/{other.id}{page}").status_code == 404


def test_what_came_to_a_town_wide_issue_from_an_area_is_titled_for_its_people_alone(
    three, sato, mori, nishi, sign_in
):
    town = factories.make_issue(mori, three[0], area_id=None)
    other = factories.make_issue(sato, three[1], title="東の川沿いだけの話")
    act = join(other, town, mori)
    for person, told in ((sato, True), (nishi, False)):
        browser = sign_in(person)
        pages = [f"/issues/{town.id}/relations", f"/issues/regroupings/{act.id}"]
        assert any(other.title in browser.get(url).text for url in pages) is told


def test_it_is_taken_back_from_its_page(wide, three, sato, mori, sign_in):
    act = split(wide, [three[2].id], sato)
    url = f"/issues/regroupings/{act.id}"
    assert f'action="{url}/undo"' not in sign_in(mori).get(url).text
    browser = sign_in(sato)
    undo_url = f"{url}/undo"
    answer = browser.send(undo_url, fields_of(browser.get(url).text, undo_url))
    assert answer.status_code == 303
    assert len(held(wide)) == 3


def test_a_case_filed_twice_leads_on_and_can_be_read_as_filed(three, aoi, sato, sign_in):
    twin = factories.make_case(by=aoi, summary="電話で聞いた買い物の依頼。")
    browser, url = sign_in(sato), f"/cases/{twin.id}/duplicate"
    looked = browser.send(url, typed(browser, url, kept_id=str(three[0].id), reason=WHY))
    assert "4 → 3" in looked.text
    assert browser.send(url, sure(looked, url)).status_code == 303
    office = sign_in(aoi)
    led = office.get(f"/cases/{twin.id}", follow_redirects=True)
    assert f"事例 {twin.number} は二重に届いたものでした。" in led.text
    assert f'href="/cases/{twin.id}?own=1"' in led.text
    assert "電話で聞いた買い物の依頼。" in office.get(f"/cases/{twin.id}?own=1").text
    assert "/duplicate" not in led.text
    assert twin.number not in browser.get("/triage/").text


def test_it_is_taken_apart_from_the_old_page(three, aoi, sato, sign_in):
    twin = factories.make_case(by=aoi)
    mark(twin, three[0], sato)
    browser, url = sign_in(sato), f"/cases/{twin.id}/duplicate/release"
    fields = fields_of(browser.get(f"/cases/{twin.id}?own=1").text, url)
    assert browser.send(url, fields).status_code == 303
    db.session.refresh(twin)
    assert twin.duplicate_of_id is None
    assert twin.number in browser.get("/triage/").text


def test_links_are_made_and_removed_on_one_page(wide, three, sato, sign_in):
    other = factories.make_issue(sato, three[0])
    browser, page = sign_in(sato), f"/issues/{wide.id}/relations"
    url = f"/issues/{wide.id}/links"
    sent = fields_of(browser.get(page).text, url)
    sent |= {"other_id": str(other.id), "relation": "part_of"}
    assert browser.send(url, sent).status_code == 303
    made = queries.relations(sato, wide).parent
    assert made.id == other.id
    assert browser.send(url, {**sent, "request_key": ""}).status_code == 422
    remove = f"/issues/{wide.id}/links/{made.link_id}/remove"
    assert browser.send(remove, fields_of(browser.get(page).text, remove)).status_code == 303
    assert queries.relations(sato, wide).is_empty


@pytest.mark.parametrize("login", ["aoi", "iin", "ken", "kanri"])
def test_outside_the_chain_nobody_opens_these_pages(wide, three, sato, sign_in, login, request):
    act = split(wide, [three[2].id], sato)
    browser = sign_in(request.getfixturevalue(login))
    here = f"/issues/{wide.id}"
    pages = [f"{here}/relations", f"{here}/split", f"{here}/join", "/matrix/alike"]
    pages += [f"/issues/regroupings/{act.id}"]
    assert {browser.get(url).status_code for url in pages} == {403}


@pytest.mark.parametrize("login", ["nishi", "tani"])
def test_a_stranger_learns_of_no_regrouping(wide, three, sato, sign_in, login, request):
    act = split(wide, [three[2].id], sato)
    browser = sign_in(request.getfixturevalue(login))
    here = f"/issues/{wide.id}"
    for url in (f"{here}/relations", f"{here}/split", f"/issues/regroupings/{act.id}"):
        assert browser.get(url).status_code == 404
    assert browser.send(f"/issues/regroupings/{act.id}/undo").status_code == 404


def test_a_coordinator_reads_and_changes_nothing(wide, three, sato, yama, sign_in):
    act = split(wide, [three[2].id], sato)
    browser = sign_in(yama)
    for url in (f"/issues/{wide.id}/relations", f"/issues/regroupings/{act.id}", "/matrix/alike"):
        page = browser.get(url)
        assert page.status_code == 200
        assert 'method="post" action="/issues' not in page.text
    assert browser.get(f"/issues/{wide.id}/split").status_code == 403


def test_what_repeats_is_proposed_until_it_is_kept_apart(aoi, sato, sign_in):
    texts = ["移動販売車が来ず、米を届けた。", "移動販売車の日が変わり、牛乳を届けた。"]
    texts += [
        "銀行の窓口で記帳を手伝った。",
        "猫の餌やりを引き受けた。",
        "通帳を預かれないと断った。",
    ]
    for text in texts:
        factories.make_case(by=aoi, summary=text)
    browser = sign_in(sato)
    page = browser.get("/matrix/alike?months=all").text
    assert "移動販売車" in page
    fields = fields_of(page, "/issues/new")
    assert len(fields["of_cluster"]) == 2
    url = "/matrix/alike/apart?months=all"
    assert browser.send(url, fields).status_code == 303
    after = browser.get("/matrix/alike?months=all").text
    assert "of_cluster" not in after


def test_nothing_is_proposed_that_is_in_one_issue_already(aoi, sato, sign_in):
    cases = [
        factories.make_case(by=aoi, summary=f"移動販売車が来ず、{what}を届けた。")
        for what in ("米", "牛乳")
    ]
    for text in ("銀行の窓口で記帳を手伝った。", "猫の餌やりを引き受けた。", "通帳を預かれない。"):
        factories.make_case(by=aoi, summary=text)
    browser = sign_in(sato)
    assert "of_cluster" in browser.get("/matrix/alike?months=all").text
    issue = factories.make_issue(sato, *cases, status=IssueStatus.CONFIRMED)
    assert "of_cluster" not in browser.get("/matrix/alike?months=all").text
    undone = split(issue, [cases[0].id], sato)
    undo(undone, sato)
    assert "of_cluster" not in browser.get("/matrix/alike?months=all").text
