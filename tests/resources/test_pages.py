"""The pages of the directory, as people see and send them."""

import re

import pytest

from tests import factories
from tests.client import parsed
from tests.house.crawl import MISSING
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core import paging
from tracker.core.db import db
from tracker.resources import queries, service
from tracker.resources.models import Resource, ResourceStatus

KEEPERS = ("sato", "nishi", "mori", "hara", "yama")
READERS = ("aoi", "kato", "iin")


def typed(viewer, **changes):
    """What a keeper types into the form, for the van of `resource_draft`."""
    draft = vars(factories.resource_draft(*factories.areas_kept(viewer)))
    fields = {**draft, "status": "live", "started_on": "令和8年4月1日"}
    for rows in ("slots", "costs", "contacts"):  # in fields of their own
        del fields[rows]
    fields |= {"area_ids": list(draft["area_ids"]), "act_types": list(draft["act_types"])}
    return {**fields, **changes}


def fresh(resource):
    """The row as it is stored now, with areas and types."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Resource, resource.id)


def key_of(browser, url, action):
    """The hidden fields of one form of the page, as the browser would send them."""
    for form in parsed(browser.get(url).text).iter("form"):
        if form.get("action") == action:
            return {f.get("name"): f.get("value", "") for f in form.iter("input")}
    raise AssertionError(f"no form for {action}")


# --- reading ---


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", KEEPERS + READERS)
def test_list_and_page_are_sound_for_everybody_of_the_town(login, lang, request, sign_in, yama):
    for days, status in ((0, "live"), (200, "trial"), (0, "suspended")):
        made = factories.make_resource(
            by=yama, assured_days_ago=days, status=ResourceStatus(status), category="RS_GUAR"
        )
    browser = sign_in(request.getfixturevalue(login))
    for url in ("/resources/", "/resources/?q=none", f"/resources/{made.id}"):
        joined = f"{url}{'&' if '?' in url else '?'}lang={lang}"
        answer = browser.get(joined)
        assert answer.status_code == 200
        assert_sound(answer.text, joined, lang)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pages_for_writing_are_sound_empty_filled_and_refused(lang, sign_in, yama):
    made = factories.make_resource(by=yama, category="RS_GUAR")
    browser = sign_in(yama)
    for url in (f"/resources/new?lang={lang}", f"/resources/{made.id}/edit?lang={lang}"):
        assert_sound(browser.get(url).text, url, lang)
        refused = browser.send(url)
        assert refused.status_code == 422
        assert_sound(refused.text, f"POST {url}", lang)


@pytest.mark.parametrize("login", ["ken", "kanri", "kansa"])
def test_who_has_nothing_to_do_with_the_directory_is_refused(login, request, sign_in, yama):
    made = factories.make_resource(by=yama)
    browser = sign_in(request.getfixturevalue(login))
    for url in ("/resources/", f"/resources/{made.id}", "/resources/new"):
        assert browser.get(url).status_code == 403


@pytest.mark.parametrize("login", ["ono", "tani"])
def test_a_stranger_cannot_learn_that_a_resource_exists(login, request, sign_in, yama):
    made = factories.make_resource(by=yama)
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get(f"/resources/{made.id}").status_code == 404
    assert "見晴らし号" not in browser.get("/resources/?ended=y").text


@pytest.mark.parametrize("path", ["edit", "confirm", "live", "end"])
def test_tani_of_the_other_town_gets_404_for_every_step(path, sign_in, tani, yama):
    made = factories.make_resource(by=yama)
    browser = sign_in(tani)
    assert browser.send(f"/resources/{made.id}/{path}").status_code == 404
    assert browser.send(f"/resources/{MISSING}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["edit", "confirm", "live", "end"])
@pytest.mark.parametrize("login", READERS)
def test_readers_take_no_step(login, path, request, sign_in, yama):
    made = factories.make_resource(by=yama)
    browser = sign_in(request.getfixturevalue(login))
    assert browser.send(f"/resources/{made.id}/{path}").status_code == 403
    assert f"/resources/{made.id}/{path}" not in browser.get(f"/resources/{made.id}").text


def test_aoi_does_not_see_what_is_only_being_prepared(sign_in, aoi, yama):
    made = factories.make_resource(by=yama, status=ResourceStatus.PLANNED)
    assert sign_in(aoi).get(f"/resources/{made.id}").status_code == 404


def test_the_page_says_what_is_needed_to_ask_for_it(sign_in, aoi, yama):
    made = factories.make_resource(by=yama)
    html = sign_in(aoi).get(f"/resources/{made.id}").text
    for text in (made.content, made.how_to_apply, made.contact, made.cost, made.hours):
        assert text in html
    assert 'href="/act-types/HK03"' in html
    assert "見晴市社会福祉協議会" in html  # whose keeper made sure


def test_a_text_to_hand_on_stands_ready(sign_in, aoi, yama):
    made = factories.make_resource(by=yama)
    html = sign_in(aoi).get(f"/resources/{made.id}").text
    section = html.split('id="text-head"')[1].split("</section>")[0]
    assert made.content in section
    assert made.contact in section


@pytest.mark.parametrize(("days", "stale"), [(180, False), (181, True)])
def test_stale_is_said_in_words_on_list_and_page(days, stale, sign_in, aoi, yama):
    made = factories.make_resource(by=yama, assured_days_ago=days)
    browser = sign_in(aoi)
    for url in ("/resources/", f"/resources/{made.id}"):
        assert ("Not confirmed since" in browser.get(f"{url}?lang=en").text) is stale


def test_a_contract_for_life_comes_with_its_checklist(sign_in, aoi, yama):
    plain, lifelong = (
        factories.make_resource(by=yama, category=category) for category in ("RS_SHOP", "RS_GUAR")
    )
    browser = sign_in(aoi)
    said = [browser.get(f"/resources/{r.id}?lang=en").text for r in (plain, lifelong)]
    for word in ("How long the contract runs", "Deposit:", "be cancelled", "After death"):
        assert [word in html for html in said] == [False, True]


# --- the list ---


def test_the_address_holds_what_the_list_is_narrowed_to(sign_in, aoi, yama, monkeypatch):
    monkeypatch.setattr(paging, "PER_PAGE", 1)
    usual = paging.page_of.__kwdefaults__
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {**usual, "per_page": 1})
    for _ in range(3):
        factories.make_resource(by=yama)
    factories.make_resource(by=yama, category="RS_MEAL")
    browser = sign_in(aoi)
    url = "/resources/?category=RS_SHOP&act_type=HK03&q=号&lately=y"
    seen = []
    while url:
        html = browser.get(url).text
        seen += re.findall(r'<th scope="row"><a href="/resources/(\d+)"', html)
        following = re.search(r'href="([^"]+)" rel="next"', html)
        url = following and following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 3


def test_a_filter_nobody_knows_is_refused_and_lists_nothing(sign_in, aoi, yama):
    factories.make_resource(by=yama)
    browser = sign_in(aoi)
    for odd in ("category=NONE", "area=x", "area=99999", "act_type=Q", "when=x", "pays=x"):
        answer = browser.get(f"/resources/?{odd}")
        assert answer.status_code == 422, odd
        assert "error-summary" in answer.text, odd
        assert "見晴らし号" not in answer.text, odd
        for name in ("leaflet", "resources.csv", "resources.json"):
            assert browser.get(f"/resources/{name}?{odd}").status_code == 422, (name, odd)


def test_a_list_of_twenty_costs_as_many_statements_as_a_list_of_one(sign_in, statements, aoi, yama):
    factories.make_resource(by=yama)
    browser = sign_in(aoi)
    browser.get("/resources/")
    with statements() as for_one:
        browser.get("/resources/")
    for _ in range(19):
        factories.make_resource(by=yama)
    with statements() as for_twenty:
        html = browser.get("/resources/").text
    assert html.count("見晴らし号") == 20
    assert len(for_twenty) == len(for_one), for_twenty


def test_an_empty_directory_invites_those_who_keep_it(sign_in, aoi, yama):
    assert "/resources/new" in sign_in(yama).get("/resources/").text
    assert "/resources/new" not in sign_in(aoi).get("/resources/").text


# --- writing ---


@pytest.mark.both
@pytest.mark.parametrize("login", KEEPERS)
def test_a_keeper_enters_a_resource(login, request, app, sign_in):
    keeper = request.getfixturevalue(login)
    answer = sign_in(keeper).post_form("/resources/new", typed(keeper))
    assert (answer.status_code, answer.location) == (303, "/resources/1")
    made = queries.get_resource(keeper, 1)
    assert [act.code for act in made.act_types] == ["HK03"]
    assert [area.id for area in made.areas] == factories.areas_kept(keeper)
    assert made.started_on.isoformat() == "2026-04-01"


def test_a_form_sent_twice_enters_one_resource(sign_in, yama):
    browser = sign_in(yama)
    fields = typed(yama, request_key="8b9f7c1e-52c5-4c0a-9a52-0d8e8f0d5a01")
    answers = [browser.send("/resources/new", fields) for _ in range(2)]
    assert [a.location for a in answers] == ["/resources/1", "/resources/1"]
    assert db.session.query(Resource).count() == 1


def test_a_refused_form_keeps_what_was_typed_and_chosen(sign_in, yama):
    answer = sign_in(yama).send("/resources/new", typed(yama, name_ja="", act_types=["HK03"]))
    assert answer.status_code == 422
    assert "食料品と日用品を積んだ車" in answer.text
    assert re.search(r'value="HK03" checked', answer.text)


def test_a_telephone_in_the_text_is_asked_about_and_one_in_the_contact_is_not(sign_in, yama):
    browser = sign_in(yama)
    fields = typed(yama, how_to_apply="電話 0980-00-5001 へ")
    asked = browser.send("/resources/new", fields)
    assert (asked.status_code, "details_confirmed" in asked.text) == (422, True)
    assert browser.send("/resources/new", {**fields, "details_confirmed": "y"}).status_code == 303


def test_an_area_of_another_town_is_no_choice(sign_in, yama, tani):
    fields = typed(yama, area_ids=factories.areas_kept(tani))
    assert sign_in(yama).send("/resources/new", fields).status_code == 422


def test_a_service_s_refusal_stands_beside_its_field(sign_in, yama):
    answer = sign_in(yama).send("/resources/new", typed(yama, started_on="令和9年4月1日"))
    assert answer.status_code == 422
    assert 'href="#started_on"' in answer.text


@pytest.mark.both
def test_mori_changes_what_sato_entered(sign_in, sato, mori):
    made = factories.make_resource(by=sato)
    changed = typed(mori, content="土曜も来る。", status="suspended")
    answer = sign_in(mori).post_form(f"/resources/{made.id}/edit", changed)
    assert answer.status_code == 303
    found = fresh(made)
    assert (found.content, found.status) == ("土曜も来る。", ResourceStatus.SUSPENDED)


def test_a_change_made_meanwhile_is_shown_beside_ones_own(sign_in, sato, mori):
    made = factories.make_resource(by=sato)
    stale = typed(mori, content="土曜も来る。", version=str(made.version))
    first = typed(sato, content="日曜も来る。", version=str(made.version))
    url = f"/resources/{made.id}/edit"
    assert sign_in(sato).send(url, first).status_code == 303
    answer = sign_in(mori).send(f"{url}?lang=en", stale)
    assert answer.status_code == 409
    assert_sound(answer.text, url, "en")
    assert "土曜も来る。" in answer.text
    assert "日曜も来る。" in answer.text
    assert fresh(made).content == "日曜も来る。"
    again = {**stale, "version": str(fresh(made).version)}
    assert sign_in(mori).send(url, again).status_code == 303
    assert fresh(made).content == "土曜も来る。"


def test_what_has_ended_has_no_form(sign_in, yama, clock):
    made = factories.make_resource(by=yama)
    service.end_resource(made, by=yama, at=clock.now(), today=the_clock.today())
    db.session.commit()
    browser = sign_in(yama)
    assert browser.get(f"/resources/{made.id}/edit").status_code == 409
    assert "/edit" not in browser.get(f"/resources/{made.id}").text


# --- steps ---


@pytest.mark.both
def test_sato_makes_sure_that_an_entry_is_true(sign_in, sato, yama):
    made = factories.make_resource(by=yama, assured_days_ago=300)
    url = f"/resources/{made.id}"
    answer = sign_in(sato).post_form(url, to=f"{url}/confirm")
    assert (answer.status_code, answer.location) == (303, url)
    found = fresh(made)
    assert (found.assured_on, found.assured_by_id) == (the_clock.today(), sato.person_id)


def test_nobody_vouches_for_what_was_changed_meanwhile(sign_in, sato, yama):
    made = factories.make_resource(by=yama, assured_days_ago=300)
    url, browser = f"/resources/{made.id}", sign_in(sato)
    read = key_of(browser, url, f"{url}/confirm")
    version = str(made.version)
    sign_in(yama).send(f"{url}/edit", typed(yama, content="土曜も来る。", version=version))
    assert browser.send(f"{url}/confirm", read).status_code == 409
    assert fresh(made).assured_by_id == yama.person_id


def test_a_step_sent_twice_is_taken_once(sign_in, yama):
    made = factories.make_resource(by=yama)
    before, url, browser = made.version, f"/resources/{made.id}", sign_in(yama)
    read = {"capacity": "full", **key_of(browser, f"{url}/capacity", None)}
    codes = [browser.send(f"{url}/capacity", read).status_code for _ in range(2)]
    assert codes == [303, 303]
    assert fresh(made).version == before + 1


def test_a_resource_ends_and_comes_back(sign_in, yama):
    made = factories.make_resource(by=yama)
    url, browser = f"/resources/{made.id}", sign_in(yama)
    browser.post_form(f"{url}/end", {"instead": ""})
    assert "/confirm" not in browser.get(url).text
    browser.post_form(url, to=f"{url}/live")
    found = fresh(made)
    assert (found.status, found.ended_on) == (ResourceStatus.LIVE, None)
    assert f"{url}/live" not in browser.get(url).text


def test_ending_twice_says_that_it_has_ended(sign_in, yama):
    made = factories.make_resource(by=yama)
    browser = sign_in(yama)
    codes = [browser.send(f"/resources/{made.id}/end").status_code for _ in range(2)]
    assert codes == [303, 409]


@pytest.mark.parametrize(("cost", "said"), [("", "無料"), ("材料代のみ", "材料代のみ")])
def test_the_cost_is_said_in_its_own_words_else_by_its_kind(cost, said, sign_in, aoi, yama):
    made = factories.make_resource(by=yama, fee="FREE", cost=cost)
    browser = sign_in(aoi)
    for url in ("/resources/", f"/resources/{made.id}"):
        assert said in browser.get(url).text
