"""The register of agreements: who keeps it, when something holds, who is reminded of its end."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import agreements
from tests.house.test_pages import assert_sound
from tracker.actions.agreements import queries, service
from tracker.actions.agreements.models import Agreement, Validity, validity
from tracker.actions.agreements.queries import AgreementFilter
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.notifications.models import Event, Notice

URL = "/actions/agreements/"


def days(count):
    """So many days from today."""
    return the_clock.today() + timedelta(days=count)


def found(viewer, **wanted):
    """Numbers in the register."""
    statement = queries.agreements(viewer, AgreementFilter(**wanted), today=the_clock.today())
    return [row.number for row in db.session.execute(statement)]


@pytest.mark.both
def test_the_register_numbers_by_town_and_year_and_is_the_towns_alone(sato, mori, nishi, tani, aoi):
    agreements.enter(sato)
    agreements.enter(mori)
    agreements.enter(tani)
    assert found(nishi) == found(mori) == ["R8-01", "R8-02"]
    assert found(tani) == ["R8-01"]
    assert found(aoi) == []


@pytest.mark.both
@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        (1, None, Validity.PLANNED),
        (0, None, Validity.ACTIVE),
        (-9, 61, Validity.ACTIVE),
        (-9, 60, Validity.EXPIRING),
        (-9, 0, Validity.EXPIRING),
        (-9, -1, Validity.EXPIRED),
    ],
)
def test_page_and_list_agree_on_whether_it_holds(first, last, state, mori):
    until = None if last is None else days(last)
    made = agreements.enter(mori, valid_from=days(first), valid_until=until)
    assert validity(made.valid_from, made.valid_until, the_clock.today()) is state
    assert [one for one in Validity if found(mori, validity=one)] == [state]


def test_it_is_found_by_the_type_it_is_about(mori):
    agreements.enter(mori, act_types=("EM01", "HP02"))
    assert found(mori, act_type="HP02") == ["R8-01"]
    assert found(mori, act_type="HK03") == []


def told():
    """Who will find a reminder, one for each notice."""
    statement = sa.select(Notice.person_id).where(Notice.event == Event.AGREEMENT_ENDING)
    return list(db.session.scalars(statement.order_by(Notice.id)))


def remind():
    """The daily round."""
    service.remind(at=the_clock.now(), today=the_clock.today())
    db.session.commit()


@pytest.mark.both
def test_sixty_days_before_its_end_the_keeper_is_told_once(sato, clock):
    agreements.enter(sato, valid_until=days(70))
    for moved, expected in ((9, []), (1, [sato.person_id]), (5, [sato.person_id])):
        clock.move(days=moved)
        remind()
        assert told() == expected


def test_with_another_end_it_reminds_anew(sato, clock):
    made = agreements.enter(sato, valid_until=days(30))
    remind()
    known = queries.get_agreement(sato, made.id)
    longer = agreements.draft(made.owner_id, valid_until=days(50))
    service.change(known, longer, known.version, by=sato, at=clock.now(), today=the_clock.today())
    db.session.commit()
    remind()
    assert told() == [sato.person_id] * 2


def test_with_nobody_in_hand_everybody_of_the_organisation_is_told(sato):
    made = agreements.enter(sato, valid_until=days(30))
    made.holder_id = None
    db.session.commit()
    remind()
    assert len(told()) == 2
    assert sato.person_id in told()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"parties": ""}, "parties"),
        ({"subject": "長" * 401}, "subject"),
        ({"act_types": ()}, "act_types"),
        ({"act_types": ("XX99",)}, "act_types"),
        ({"action_id": 999_999}, "action_id"),
        ({"document_no": "1" * 61}, "document_no"),
    ],
)
def test_what_is_missing_too_long_or_unknown_is_refused_by_its_field(changes, field, mori):
    with pytest.raises(InvalidInputError) as refusal:
        agreements.enter(mori, **changes)
    assert refusal.value.field == field


def test_it_cannot_end_before_it_begins(mori):
    with pytest.raises(InvalidInputError) as refusal:
        agreements.enter(mori, valid_until=days(-1))
    assert refusal.value.field == "valid_until"


def test_an_action_of_another_town_cannot_stand_beside_it(action, tani):
    with pytest.raises(InvalidInputError) as refusal:
        agreements.enter(tani, action_id=action.id)
    assert refusal.value.field == "action_id"


def test_another_centre_may_read_but_not_change_it(sato, nishi, clock):
    made = agreements.enter(sato)
    known = queries.get_agreement(nishi, made.id)
    draft, who = agreements.draft(made.owner_id), {"by": nishi, "at": clock.now()}
    with pytest.raises(NotAllowedError):
        service.change(known, draft, known.version, today=the_clock.today(), **who)


def test_what_somebody_changed_meanwhile_is_not_overwritten(sato, clock):
    made = agreements.enter(sato)
    known, draft = queries.get_agreement(sato, made.id), agreements.draft(made.owner_id)
    who = {"by": sato, "at": clock.now(), "today": the_clock.today()}
    with pytest.raises(ConflictError):
        service.change(known, draft, known.version - 1, **who)


def test_another_town_finds_nothing(sato, tani):
    made = agreements.enter(sato)
    with pytest.raises(NotFoundError):
        queries.get_agreement(tani, made.id)


# --- pages ---

TYPED = {
    "kind": "agreement",
    "title": "新聞販売店との見守り協定",
    "parties": "市と五つの新聞販売店",
    "subject": "新聞が二日たまったら、センターへ知らせる。",
    "act_types": ["SF01"],
    "valid_from": "令和8年12月1日",
    "valid_until": "令和10年3月31日",
}


def test_sato_enters_one_and_changes_it(sign_in, sato):
    browser = sign_in(sato)
    answer = browser.post_form(f"{URL}new", TYPED, to=None)
    made = db.session.scalar(sa.select(Agreement))
    assert (answer.status_code, answer.location) == (303, f"{URL}{made.id}")
    assert TYPED["parties"] in browser.get(answer.location).text
    answer = browser.post_form(f"{URL}{made.id}/edit", {"document_no": "見晴高第9号"})
    assert answer.status_code == 303
    assert "見晴高第9号" in browser.get(answer.location).text


def test_sent_twice_there_is_one(sign_in, sato):
    browser, key = sign_in(sato), str(uuid.uuid4())
    owner = str(min(sato.organisation_ids()))
    sent = {**TYPED, "request_key": key, "owner_id": owner, "action_id": "0"}
    answers = [browser.send(f"{URL}new", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert found(sato) == ["R8-01"]


def test_a_personal_number_is_refused_and_the_rest_stays(sign_in, sato):
    answer = sign_in(sato).post_form(f"{URL}new", {**TYPED, "subject": "番号 123456789018 の方"})
    assert answer.status_code == 422
    assert TYPED["parties"] in answer.text
    assert "123456789018" not in answer.text
    assert_sound(answer.text, "agreement refused", "ja")


def test_from_an_action_the_form_knows_the_action_and_its_type(action, sign_in, sato):
    html = sign_in(sato).get(f"{URL}new?action={action.id}").text
    assert f'<option selected value="{action.id}">' in html
    assert 'value="HK03" checked' in html


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_are_sound(lang, sign_in, sato, mori):
    browser = sign_in(sato)
    for url in (URL, f"{URL}?kind=roles&validity=active", f"{URL}new"):
        joined = "&" if "?" in url else "?"
        assert_sound(browser.get(f"{url}{joined}lang={lang}").text, url, lang)
    made = agreements.enter(mori, valid_until=days(20), document_no="第1号")
    for url in (URL, f"{URL}{made.id}"):
        assert_sound(browser.get(f"{url}?lang={lang}").text, url, lang)


def test_the_file_has_what_the_list_shows(sign_in, sato):
    agreements.enter(sato, title="=1+1")
    answer = sign_in(sato).get(f"{URL}register.csv?lang=ja")
    head, row = answer.data.decode("utf-8-sig").splitlines()
    assert answer.mimetype == "text/csv"
    assert head.startswith("番号")
    assert row.startswith("R8-01")
    assert ",=1+1" not in row
