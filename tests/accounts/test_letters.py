"""Inviting offices by letter and by mail: shown once, used once, void when there is a new one."""

import re
import uuid
from io import BytesIO
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from tests import factories
from tests.client import parsed
from tracker.accounts.letters import queries, service
from tracker.accounts.models import Invitation, InvitationWay, Organisation
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.jobs import mail

TOWN = 98201
PAGE = "/people/letters/"
LINK = re.compile(r"/invitations/([\w-]{43,64})")


@pytest.fixture
def minato(app):
    """An office of the town in which nobody signs in."""
    return factories.make_organisation(
        "みなとケアプラン", TOWN, address="見晴市港1-2-3", mail="minato@example.jp"
    ).id


def send(browser, *offices, way="letter"):
    fields = {"request_key": str(uuid.uuid4()), "office": [str(key) for key in offices]}
    return browser.send(PAGE, {**fields, "way": way})


def accept(client, token, login="natsu"):
    typed = {"login": login, "name": "夏川 葉", "password": factories.PASSWORD}
    return client.post_form(f"/invitations/{token}", {**typed, "again": factories.PASSWORD})


def make(by, *offices, way=InvitationWay.LETTER):
    at, today = the_clock.now(), the_clock.today()
    made = service.invite_offices(offices, way, by=by, at=at, today=today)
    db.session.commit()
    return [letter.token for letter in made]


def states(viewer):
    rows = db.session.execute(queries.offices_to_invite(viewer, today=the_clock.today()))
    return {row.name_ja: queries.state_of(row, at=the_clock.now()).value for row in rows}


def test_the_letter_is_a_pdf_that_says_who_is_invited_and_until_when(sign_in, mori, minato):
    answer = send(sign_in(mori), minato)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert "みなとケアプラン" in text.replace("\n", "")
    assert "令和8年12月8日" in text.replace("\n", "")
    assert "見晴市 高齢福祉課" in text.replace("\n", "")
    assert "0980-00-2100" in text
    assert " / 1" not in text, "a letter of one page is not a part of a pile"
    assert "filename=letters-2026-11-24.pdf" in answer.headers["Content-Disposition"]
    assert quote("招待状_令和8年11月24日") in answer.headers["Content-Disposition"]


def test_each_office_has_a_page_of_its_own(sign_in, mori, minato):
    hama = factories.make_organisation("はまケアプラン", TOWN).id
    answer = send(sign_in(mori), minato, hama)
    assert len(PdfReader(BytesIO(answer.data)).pages) == 2


def test_on_the_screen_the_link_is_shown_once_and_makes_the_account(sign_in, client, mori, minato):
    browser = sign_in(mori)
    (token,) = set(LINK.findall(send(browser, minato, way="screen").text))
    assert not LINK.findall(browser.get(PAGE).text)
    assert accept(client, token).status_code == 303
    assert states(mori) == {}
    natsu = factories.person_called("natsu")
    (standing,) = natsu.standings
    assert (standing.organisation_id, standing.role, standing.may_invite) == (
        minato,
        Role.AGENCY,
        True,
    )
    answer = client.get(f"/invitations/{token}")
    assert (answer.status_code, "令和8年11月24日にアカウントが作られ" in answer.text) == (410, True)


@pytest.mark.both
def test_a_new_letter_makes_the_one_before_void(client, mori, minato):
    (first,) = make(mori, minato)
    (second,) = make(mori, minato)
    assert client.get(f"/invitations/{first}").status_code == 410
    assert client.get(f"/invitations/{second}").status_code == 200


@pytest.mark.both
def test_the_list_says_how_far_each_office_is(mori, clock, minato):
    assert states(mori) == {"みなとケアプラン": "none"}
    make(mori, minato)
    assert states(mori) == {"みなとケアプラン": "waiting"}
    clock.move(days=14)
    assert states(mori) == {"みなとケアプラン": "over"}


def test_the_same_form_sent_again_makes_no_second_letter(sign_in, mori, minato):
    browser = sign_in(mori)
    key = parsed(browser.get(PAGE).text).find(".//input[@name='request_key']").get("value")
    fields = {"request_key": key, "office": str(minato), "way": "letter"}
    kinds = [browser.send(PAGE, fields).status_code for _time in range(2)]
    assert kinds == [200, 303]
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 1


def test_only_the_hash_of_the_token_is_kept(mori, minato):
    (token,) = make(mori, minato)
    (row,) = db.session.execute(sa.select(Invitation.__table__)).all()
    entries = db.session.execute(sa.select(AuditEntry.__table__)).all()
    assert token not in str(row)
    assert token not in str(entries)


def test_a_mail_goes_to_the_office_and_its_link_opens(sign_in, client, app, mori, minato):
    assert send(sign_in(mori), minato, way="mail").status_code == 303
    (waiting,) = db.session.scalars(sa.select(OutboxMail)).all()
    assert (waiting.address, waiting.event) == ("minato@example.jp", "office_invited")
    words = mail.compose([waiting], None)
    text = words.get_content()
    assert "見晴市から" in str(words["subject"])
    assert "みなとケアプラン 御中" in text
    assert "見晴市 高齢福祉課　電話 0980-00-2100" in text
    assert "森" not in text, "bodies are named, persons never"
    (token,) = LINK.findall(text)
    assert token not in str(waiting.facts)
    db.session.rollback()
    assert accept(client, token).status_code == 303


def test_a_letter_stops_the_mail_that_still_waits(mori, minato):
    make(mori, minato, way=InvitationWay.MAIL)
    make(mori, minato)
    (waiting,) = db.session.scalars(sa.select(OutboxMail)).all()
    assert waiting.stopped_at is not None


def test_an_office_without_an_address_is_named_and_nothing_is_sent(sign_in, mori, minato):
    hama = factories.make_organisation("はまケアプラン", TOWN).id
    answer = send(sign_in(mori), minato, hama, way="mail")
    assert (answer.status_code, "はまケアプラン" in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0
    assert answer.text.count(" checked") == 2


@pytest.mark.parametrize("ticked", [[], ["x"], ["999999"], ["99999999999999999999"]])
def test_without_an_office_nothing_is_made(sign_in, mori, minato, ticked):
    assert send(sign_in(mori), *ticked).status_code == 422


def test_offices_of_others_are_neither_listed_nor_invited(sign_in, mori, tani, sato, minato):
    assert states(tani) == {}
    assert states(sato) == {}  # lies in no area
    assert send(sign_in(tani), minato).status_code == 422


@pytest.mark.parametrize("login", ["aoi", "hara", "nishi"])
def test_who_may_not_invite_offices_is_refused(request, sign_in, login):
    assert sign_in(request.getfixturevalue(login)).get(PAGE).status_code == 403


def test_a_letter_counts_no_more_once_its_maker_may_not_invite(client, mori, hara, minato):
    (token,) = make(mori, minato)
    db.session.execute(sa.text("update memberships set may_invite = false"))
    db.session.commit()
    assert client.get(f"/invitations/{token}").status_code == 410


def test_whoever_holds_an_old_letter_is_told_why_it_opens_nothing_and_whom_to_call(
    client, clock, mori, minato
):
    (first,) = make(mori, minato)
    clock.move(days=1)
    (second,) = make(mori, minato)
    withdrawn = client.get(f"/invitations/{first}").text
    assert "令和8年11月25日に取り消されました" in withdrawn
    clock.move(days=20)
    over = client.get(f"/invitations/{second}")
    assert (over.status_code, "令和8年12月9日に期限が切れました" in over.text) == (410, True)
    for page in (withdrawn, over.text):
        assert "0980-00-2100" in page
        assert 'href="/sign-in"' in page
        assert "みなと" not in page, "whom it was for stays with the letter"


def test_a_mistyped_link_is_unknown_and_says_what_to_compare(client, mori, minato):
    (token,) = make(mori, minato)
    answer = client.get(f"/invitations/{token[:-1]}")
    assert (answer.status_code, "見比べる" in answer.text) == (404, True)


def test_the_page_says_in_whose_name_letters_go_and_asks_for_a_missing_telephone(sign_in, mori):
    assert "0980-00-2100" in sign_in(mori).get(PAGE).text
    (home,) = mori.organisation_ids()
    db.session.get_one(Organisation, home).phone = ""
    db.session.commit()
    assert f'href="/organisations/{home}/edit"' in sign_in(mori).get(PAGE).text


def test_the_empty_list_says_so(sign_in, mori):
    assert "すべて利用を始めています" in sign_in(mori).get(PAGE).text
