"""The settings page as people read and send it: the emergency chain is set up, moved, put back."""

import re

import pytest
import sqlalchemy as sa

from tests import links
from tests.client import form_fields, parsed
from tests.house.crawl import MISSING
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.settings.models import Danger, EmergencyLink, Hours

CITY, TOWN = 98201, 98321
LINKS = "/settings/emergency-links"
READERS = ("sato", "nishi", "yama", "mori", "hara")


def typed(**changes):
    """What an officer of the city types for the duty telephone of the town hall."""
    fields = {"danger": "LIFE", "place": f"{CITY}-0", "hours": "always", "target": "CITY"}
    fields |= {"name": "市役所 宿直室", "phone": "0980-00-2119", "note": ""}
    return {**fields, **changes}


def names(danger=Danger.LIFE, town=CITY):
    """The chain as it is stored, in order."""
    db.session.rollback()
    rows = sa.select(EmergencyLink.name).where(
        EmergencyLink.municipality_id == town, EmergencyLink.danger == danger
    )
    return list(db.session.scalars(rows.order_by(EmergencyLink.position, EmergencyLink.id)))


def last_entry():
    """The newest entry of the audit log."""
    newest = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def button(browser, action, url="/settings/"):
    """The hidden fields of the button with this address, as the browser would send them."""
    for form in parsed(browser.get(url).text).iter("form"):
        if form.get("action") == action:
            return form_fields(form)
    return None


def press(browser, action):
    """The answer to pressing it."""
    fields = button(browser, action)
    assert fields is not None, f"no button for {action}"
    return browser.post(action, data=fields)


@pytest.fixture
def three(mori):
    """Ids of three links for danger to life, in order."""
    return [links.make_link(mori, name=name).id for name in ("一番", "二番", "三番")]


# --- reading ---


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", READERS)
def test_the_page_is_sound_with_a_chain_and_without(login, lang, request, sign_in, mori):
    browser, url = sign_in(request.getfixturevalue(login)), f"/settings/?lang={lang}"
    assert_sound(browser.get(url).text, url, lang)
    links.make_link(mori, note="番地を伝える。")
    links.remove_link(links.make_link(mori), mori)
    answer = browser.get(url)
    assert_sound(answer.text, url, lang)
    assert "0980-00-2119" in answer.text


@pytest.mark.parametrize("login", ["aoi", "kato", "ono", "iin", "ken", "kanri", "kansa"])
def test_others_are_refused(login, request, sign_in, three):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get("/settings/").status_code == 403
    assert browser.get(f"{LINKS}/new").status_code == 403
    assert browser.send(f"{LINKS}/{three[0]}/remove").status_code == 403


@pytest.mark.parametrize("login", ["sato", "yama"])
def test_centre_and_coordinator_read_but_find_no_button(login, request, sign_in, three):
    browser = sign_in(request.getfixturevalue(login))
    page = browser.get("/settings/").text
    assert "一番" in page
    assert LINKS not in page
    for path in ("new", f"{three[0]}/edit"):
        assert browser.get(f"{LINKS}/{path}").status_code == 403
    for path in ("new", f"{three[0]}/up", f"{three[0]}/remove", "begin", "removed/1/restore"):
        assert browser.send(f"{LINKS}/{path}").status_code == 403


def test_the_other_town_reads_nothing_of_it(sign_in, tani, three):
    assert "一番" not in sign_in(tani).get("/settings/").text


@pytest.mark.parametrize("verb", ["edit", "up", "down", "remove"])
def test_a_step_on_a_link_of_another_town_is_404_like_a_missing_one(verb, sign_in, tani, three):
    browser = sign_in(tani)
    foreign, missing = (browser.send(f"{LINKS}/{key}/{verb}") for key in (three[0], MISSING))
    assert foreign.status_code == missing.status_code == 404
    assert names() == ["一番", "二番", "三番"]


def test_nothing_set_is_said_and_the_default_named(sign_in, mori):
    page = sign_in(mori).get("/settings/?lang=en").text
    assert page.count("The town has set nothing here.") == 2
    assert "Care managers are shown 119" in page
    assert "Care managers are shown 110" in page


def test_the_preview_shows_an_area_at_a_time(sign_in, mori, sato):
    (east,) = sato.area_ids(Role.CENTRE)
    links.make_link(mori, area_id=east, hours=Hours.AFTER, name="夜の当番")
    browser = sign_in(mori)

    def seen(query):
        tree = parsed(browser.get(f"/settings/?{query}").text)
        shown = next(e for e in tree.iter("section") if e.get("id") == "as-shown")
        return "".join(shown.itertext())

    assert "夜の当番" in seen(f"area={east}&when=after")
    assert "夜の当番" not in seen(f"area={east}&when=office")
    assert "夜の当番" not in seen("")  # now it is ten in the morning
    assert "0980-00-2001" in seen("")
    assert browser.get("/settings/?when=nonsense").status_code == 422


def test_the_preview_of_an_area_elsewhere_is_refused_like_no_area_at_all(sign_in, mori, ono):
    (kawase,) = ono.area_ids(Role.AGENCY)
    browser = sign_in(mori)
    for area in (kawase, "nonsense"):
        answer = browser.get(f"/settings/?area={area}")
        assert answer.status_code == 422
        assert "0980-00-3003" not in answer.text
        assert_sound(answer.text, "/settings/", "ja")


# --- adding and changing ---


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_forms_are_sound_empty_filled_and_refused(lang, sign_in, mori, three):
    browser = sign_in(mori)
    for path in ("new?danger=MISSING&", f"{three[0]}/edit?"):
        url = f"{LINKS}/{path}lang={lang}"
        assert_sound(browser.get(url).text, url, lang)
        refused = browser.send(url)
        assert refused.status_code == 422
        assert_sound(refused.text, f"POST {url}", lang)


@pytest.mark.both
def test_mori_adds_a_link_at_the_end(sign_in, mori, three):
    answer = sign_in(mori).post_form(f"{LINKS}/new", typed(phone="０９８０－００－２１１９"))
    assert answer.status_code == 303
    assert re.fullmatch(r"/settings/#link-\d+", answer.location)
    assert names() == ["一番", "二番", "三番", "市役所 宿直室"]
    made = db.session.scalars(sa.select(EmergencyLink).order_by(EmergencyLink.id.desc())).first()
    assert (made.phone, made.area_id, made.municipality_id) == ("0980-00-2119", None, CITY)


def test_the_link_to_a_chain_chooses_its_danger(sign_in, mori):
    page = sign_in(mori).get(f"{LINKS}/new?danger=MISSING").text
    assert re.search(r'value="MISSING"[^>]*checked|checked[^>]*value="MISSING"', page)


def test_a_link_for_one_area_holds_there(sign_in, mori, sato):
    (east,) = sato.area_ids(Role.CENTRE)
    sign_in(mori).post_form(f"{LINKS}/new", typed(place=f"{CITY}-{east}"))
    assert db.session.scalars(sa.select(EmergencyLink.area_id)).all() == [None, east]


def test_a_form_sent_twice_adds_one_link(sign_in, mori):
    browser = sign_in(mori)
    fields = typed(request_key="8b9f7c1e-52c5-4c0a-9a52-0d8e8f0d5a01")
    answers = [browser.send(f"{LINKS}/new", fields) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert names() == ["消防・救急（119）", "市役所 宿直室"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"phone": ""},
        {"phone": "宿直室"},
        {"phone": "12"},
        {"target": "FAMILY"},
        {"target": "NOBODY"},
        {"place": f"{TOWN}-0"},
        {"place": "nonsense"},
        {"hours": "sometimes"},
        {"danger": "FLOOD"},
        {"name": "長" * 81},
        {"note": "長" * 201},
    ],
    ids=lambda wrong: "-".join([*wrong, next(iter(wrong.values()))[:8]]),
)
def test_what_cannot_be_a_link_is_refused(wrong, sign_in, mori):
    answer = sign_in(mori).send(f"{LINKS}/new", typed(**wrong))
    assert answer.status_code == 422
    assert f'href="#{next(iter(wrong))}"' in answer.text
    assert names() == []


@pytest.mark.parametrize("phone", ["119", "#7119", "0980-00-2119 内線12", "(0980) 00 2119"])
def test_numbers_are_taken_as_bodies_write_them(phone, sign_in, mori):
    assert sign_in(mori).send(f"{LINKS}/new", typed(phone=phone)).status_code == 303


def test_a_private_number_in_the_note_is_asked_about(sign_in, mori):
    browser, fields = sign_in(mori), typed(note="急ぐときは 090-0000-1234 へ。")
    asked = browser.send(f"{LINKS}/new", fields)
    assert (asked.status_code, "details_confirmed" in asked.text) == (422, True)
    assert browser.send(f"{LINKS}/new", {**fields, "details_confirmed": "y"}).status_code == 303
    assert last_entry().facts["now"]["details_confirmed"] == ["note"]


@pytest.mark.both
def test_a_link_is_changed_and_keeps_its_place(sign_in, mori, three):
    url = f"{LINKS}/{three[1]}/edit"
    answer = sign_in(mori).post_form(url, {"name": "夜間当番", "hours": "after"})
    assert answer.location == f"/settings/#link-{three[1]}"
    assert names() == ["一番", "夜間当番", "三番"]
    entry = last_entry()
    assert (entry.verb, entry.chain) == ("emergency_link.changed", CITY)
    assert entry.facts["was"] == {"hours": "always"}
    assert entry.facts["now"] == {"hours": "after"}
    assert "夜間当番" not in str(entry.facts)


def test_a_link_that_goes_to_the_other_chain_stands_at_its_end(sign_in, mori, three):
    links.make_link(mori, danger=Danger.MISSING, name="警察")
    sign_in(mori).post_form(f"{LINKS}/{three[0]}/edit", {"danger": "MISSING"})
    assert names(Danger.MISSING) == ["警察", "一番"]


def test_a_change_made_meanwhile_is_shown_beside_ones_own(sign_in, mori, hara, three):
    url, browser = f"{LINKS}/{three[0]}/edit", sign_in(mori)
    mine = {**typed(name="宿直室 甲"), "version": "1"}
    sign_in(hara).post_form(url, {"name": "宿直室 乙"})
    answer = browser.send(f"{url}?lang=en", mine)
    assert answer.status_code == 409
    assert_sound(answer.text, url, "en")
    assert "宿直室 甲" in answer.text
    assert "宿直室 乙" in answer.text
    assert names()[0] == "宿直室 乙"
    forms = map(form_fields, parsed(answer.text).iter("form"))
    (again,) = [fields for fields in forms if "version" in fields]
    assert browser.post(url, data=again).status_code == 303
    assert names()[0] == "宿直室 甲"


# --- order ---


@pytest.mark.both
def test_links_move_up_and_down_by_buttons(sign_in, mori, three):
    browser = sign_in(mori)
    answer = press(browser, f"{LINKS}/{three[2]}/up")
    assert (answer.status_code, answer.location) == (303, f"/settings/#link-{three[2]}")
    assert names() == ["一番", "三番", "二番"]
    press(browser, f"{LINKS}/{three[0]}/down")
    assert names() == ["三番", "一番", "二番"]
    assert last_entry().verb == "emergency_link.moved"
    assert (last_entry().facts["was"], last_entry().facts["now"]) == (
        {"position": 1},
        {"position": 2},
    )


def test_the_ends_of_the_chain_have_no_button_that_leads_nowhere(sign_in, mori, three):
    browser = sign_in(mori)
    assert button(browser, f"{LINKS}/{three[0]}/up") is None
    assert button(browser, f"{LINKS}/{three[2]}/down") is None
    before = last_entry().id
    browser.send(f"{LINKS}/{three[0]}/up")
    assert (names(), last_entry().id) == (["一番", "二番", "三番"], before)


def test_a_move_sent_twice_is_made_once(sign_in, mori, three):
    browser, action = sign_in(mori), f"{LINKS}/{three[2]}/up"
    fields = button(browser, action)
    for _ in range(2):
        assert browser.post(action, data=fields).status_code == 303
    assert names() == ["一番", "三番", "二番"]


def test_a_move_does_not_outdate_a_form_that_is_open(sign_in, mori, hara, three):
    press(sign_in(hara), f"{LINKS}/{three[0]}/down")
    fields = {**typed(name="宿直室"), "version": "1"}
    assert sign_in(mori).send(f"{LINKS}/{three[0]}/edit", fields).status_code == 303
    assert names() == ["二番", "宿直室", "三番"]


# --- removing and putting back ---


@pytest.mark.both
def test_a_link_is_removed_and_put_back_where_it_was(sign_in, mori, sato):
    (east,) = sato.area_ids(Role.CENTRE)
    for name in ("一番", "二番", "三番"):
        link = links.make_link(
            mori, name=name, area_id=east, hours=Hours.AFTER, note=f"{name}のこと"
        )
        if name == "二番":
            second = link
    was = {c.key: getattr(second, c.key) for c in sa.inspect(EmergencyLink).column_attrs}
    browser = sign_in(mori)
    assert press(browser, f"{LINKS}/{second.id}/remove").location == "/settings/#removed-head"
    assert names() == ["一番", "三番"]
    entry = last_entry()
    assert entry.verb == "emergency_link.removed"
    assert "二番" not in str(entry.facts)
    press(browser, f"{LINKS}/removed/{entry.id}/restore")
    assert names() == ["一番", "二番", "三番"]
    back = db.session.scalars(sa.select(EmergencyLink).where(EmergencyLink.name == "二番")).one()
    for column in ("area_id", "danger", "hours", "target", "phone", "note", "municipality_id"):
        assert getattr(back, column) == was[column], column
    assert last_entry().verb == "emergency_link.restored"


def test_what_was_put_back_is_offered_no_more(sign_in, mori, three):
    browser = sign_in(mori)
    press(browser, f"{LINKS}/{three[0]}/remove")
    action = f"{LINKS}/removed/{last_entry().id}/restore"
    fields = button(browser, action)
    for _ in range(2):
        assert browser.post(action, data=fields).status_code == 303
    assert button(browser, action) is None
    assert browser.send(action).status_code == 404
    assert names() == ["一番", "二番", "三番"]


def test_two_that_were_removed_come_back_each_with_its_own_words(sign_in, mori, three):
    browser = sign_in(mori)
    removed = []
    for key in (three[2], three[1]):
        press(browser, f"{LINKS}/{key}/remove")
        removed.append(last_entry().id)
    for entry_id in removed:
        press(browser, f"{LINKS}/removed/{entry_id}/restore")
    assert names() == ["一番", "二番", "三番"]


def test_after_a_day_a_removal_stands(sign_in, mori, three, clock):
    press(sign_in(mori), f"{LINKS}/{three[0]}/remove")
    action = f"{LINKS}/removed/{last_entry().id}/restore"
    clock.move(hours=24)
    assert button(sign_in(mori), action) is not None
    clock.move(minutes=1)
    later = sign_in(mori)
    assert button(later, action) is None
    assert later.send(action).status_code == 404


def test_tani_cannot_put_back_what_mori_removed(sign_in, mori, tani, three):
    press(sign_in(mori), f"{LINKS}/{three[0]}/remove")
    action = f"{LINKS}/removed/{last_entry().id}/restore"
    assert sign_in(tani).send(action).status_code == 404
    assert "一番" not in sign_in(tani).get("/settings/").text


def test_nobody_removes_what_was_changed_meanwhile(sign_in, mori, hara, three):
    browser, action = sign_in(mori), f"{LINKS}/{three[0]}/remove"
    fields = button(browser, action)
    sign_in(hara).post_form(f"{LINKS}/{three[0]}/edit", {"phone": "0980-00-2120"})
    assert browser.post(action, data=fields).status_code == 409
    assert names() == ["一番", "二番", "三番"]


def test_a_removal_sent_twice_is_made_once(sign_in, mori, three):
    browser, action = sign_in(mori), f"{LINKS}/{three[0]}/remove"
    fields = button(browser, action)
    assert [browser.post(action, data=fields).status_code for _ in range(2)] == [303, 303]
    assert names() == ["二番", "三番"]


# --- beginning with the default ---


@pytest.mark.both
def test_mori_begins_with_the_default(sign_in, mori):
    browser = sign_in(mori)
    fields = button(browser, f"{LINKS}/begin")
    assert fields["danger"] == "LIFE"
    for _ in range(2):
        assert browser.post(f"{LINKS}/begin", data=fields).status_code == 303
    assert names() == [
        "消防・救急（119）",
        "見晴市東地域包括支援センター",
        "見晴市西地域包括支援センター",
    ]
    assert names(Danger.MISSING) == []


def test_a_chain_that_has_begun_does_not_begin_again(sign_in, mori, three):
    browser, fields = sign_in(mori), {"town": str(CITY), "danger": "LIFE"}
    assert browser.send(f"{LINKS}/begin", fields).status_code == 303
    assert (names()[0], len(names())) == ("消防・救急（119）", 4)
    assert browser.send(f"{LINKS}/begin", fields).status_code == 409
    assert len(names()) == 4


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"town": str(TOWN), "danger": "LIFE"}, 403),
        ({"town": "x", "danger": "LIFE"}, 404),
        ({"town": str(CITY), "danger": "FLOOD"}, 404),
        ({}, 404),
    ],
)
def test_no_chain_begins_where_mori_is_no_officer(fields, code, sign_in, mori):
    assert sign_in(mori).send(f"{LINKS}/begin", fields).status_code == code
    assert names() == names(town=TOWN) == []


# --- the log ---


def test_every_step_stands_in_the_log_in_words(sign_in, mori, kansa, three):
    browser = sign_in(mori)
    press(browser, f"{LINKS}/{three[2]}/up")
    press(browser, f"{LINKS}/{three[0]}/remove")
    press(browser, f"{LINKS}/removed/{last_entry().id}/restore")
    page = sign_in(kansa).get("/audit/?lang=en").text
    for said in ("added", "moved up or down", "removed", "put back"):
        assert f"Emergency contact: {said}" in page
