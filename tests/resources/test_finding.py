"""Finding, sorting and taking along: narrowings, the surest first, checklist, files, leaflet."""

import csv
import io
import json

import pytest
import sqlalchemy as sa

from tests import directory, factories
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.resources import narrowing, queries
from tracker.resources.details import Contact, Cost, Slot
from tracker.resources.models import Capacity, ContactKind, Resource, ResourceStatus, Tier
from tracker.resources.narrowing import Pays, ResourceFilter, When


def found(viewer, **wanted):
    """Names of what the list shows, the surest first."""
    today = the_clock.today()
    rows = queries.resources(viewer, ResourceFilter(**wanted), today=today)
    order = (narrowing.rank(today).desc(), Resource.id.desc())
    return [row.name_ja for row in db.session.execute(rows.order_by(*order))]


@pytest.fixture
def shelf(yama):
    """Five entries that differ in what one looks for."""
    evenings = Slot(("MO", "SA"), 18 * 60, 22 * 60)
    nights = Slot(("SU", "PH"), 0, 24 * 60)
    make = factories.make_resource
    make(by=yama, name_ja="夕方", slots=(evenings,), formality="FORMAL")
    make(by=yama, name_ja="夜間", slots=(nights,), fee="FREE")
    make(by=yama, name_ja="減額", costs=(Cost(Tier.EVERYONE, 500), Cost(Tier.WELFARE, 0)))
    full = make(by=yama, name_ja="満員")
    directory.note_places(full, yama, Capacity.FULL)
    make(by=yama, name_ja="古い", assured_days_ago=200, act_types=("MV01",))


@pytest.mark.both
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["減額", "夜間", "夕方", "満員", "古い"]),
        ({"when": When.WEEKDAY}, ["夕方"]),
        ({"when": When.EVENING}, ["夜間", "夕方"]),
        ({"when": When.NIGHT}, ["夜間"]),
        ({"when": When.SATURDAY}, ["夕方"]),
        ({"when": When.SUNDAY}, ["夜間"]),
        ({"pays": Pays.NOTHING}, ["夜間"]),
        ({"pays": Pays.WELFARE}, ["減額", "夜間"]),
        ({"pays": Pays.NO_TAX}, ["夜間"]),
        ({"informal": True}, ["減額", "夜間", "満員", "古い"]),
        ({"open_now": True}, []),
        ({"stale": True}, ["古い"]),
        ({"act_type": "MV"}, ["古い"]),
    ],
)
def test_the_list_is_narrowed_to_what_is_asked_for(wanted, names, shelf, yama):
    assert found(yama, **wanted) == names


def test_what_ended_or_is_paused_stands_last(shelf, yama):
    for status in (ResourceStatus.PLANNED, ResourceStatus.SUSPENDED):
        factories.make_resource(by=yama, name_ja=status, status=status)
    assert found(yama, ended=True)[-2:] == ["suspended", "planned"]


def test_going_on_begins_where_the_page_ended(shelf, yama, sign_in):
    ids = dict(map(tuple, db.session.execute(sa.select(Resource.name_ja, Resource.id))))
    browser = sign_in(yama)
    page = browser.get(f"/resources/?after={ids['夜間']}").text
    assert [name for name in ids if f">{name}<" in page] == ["夕方", "満員", "古い"]
    page = browser.get(f"/resources/?before={ids['満員']}").text
    assert [name for name in ids if f">{name}<" in page] == ["夕方", "夜間", "減額"]


def test_a_lifelong_business_is_offered_once_every_point_is_answered(yama, sign_in):
    made = factories.make_resource(by=yama, category="RS_GUAR", act_types=("GR01",))

    def offered():
        return [one.id for one in queries.serving(yama, "GR01", today=the_clock.today())]

    assert offered() == []
    directory.check_all(made, yama, but=1)
    assert offered() == []
    assert "まだ勧められません" in sign_in(yama).get(f"/resources/{made.id}").text
    directory.check_all(made, yama)
    assert offered() == [made.id]


@pytest.mark.both
def test_the_checklist_is_answered_point_by_point(yama, sign_in):
    made = factories.make_resource(by=yama, category="RS_GUAR")
    url, browser = f"/resources/{made.id}/checklist", sign_in(yama)
    browser.post_form(url, {"answer_deposit": "missing", "note_deposit": "説明書にない。"})
    page = browser.get(f"/resources/{made.id}").text
    assert "説明書にない。" in page
    assert db.session.get_one(Resource, made.id).checked_on is None


def test_only_lifelong_businesses_have_a_checklist(yama, sign_in):
    made = factories.make_resource(by=yama)
    assert sign_in(yama).get(f"/resources/{made.id}/checklist").status_code == 409


@pytest.fixture
def taken(yama):
    """An entry with everything that can be written."""
    return factories.make_resource(
        by=yama,
        eligibility="65歳以上の方。",
        place="みなと会館",
        office_mail="office@example.jp",
        slots=(Slot(("TU", "PH"), 540, 720),),
        costs=(Cost(Tier.WELFARE, 0, "1回"),),
        contacts=(Contact(ContactKind.PHONE, "0980-00-5001"),),
    )


def test_the_json_says_it_as_hsds_does_and_keeps_our_mail_address(taken, aoi, sign_in):
    answer = sign_in(aoi).get("/resources/resources.json")
    assert "office@example.jp" not in answer.text
    (one,) = json.loads(answer.text)["services"]
    assert (one["status"], one["eligibility_description"]) == ("active", "65歳以上の方。")
    assert one["schedules"][0] | {"description": None} == {
        "freq": "WEEKLY",
        "byday": "TU",
        "opens_at": "09:00",
        "closes_at": "12:00",
        "description": None,
    }
    assert one["cost_options"][0]["amount"] == 0
    assert one["phones"] == [{"number": "0980-00-5001", "type": "voice"}]


def test_the_table_has_a_line_for_each_entry_of_the_list(taken, aoi, sign_in):
    browser = sign_in(aoi)
    answer = browser.get("/resources/resources.csv")
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line[1] for line in lines[1:]] == ["見晴らし号"]
    assert all(len(line) == len(lines[0]) for line in lines)
    none = browser.get("/resources/resources.csv?act_type=PT01").get_data().decode("utf-8-sig")
    assert none.count("\n") == 1


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_leaflet_holds_what_is_in_use_and_may_be_recommended(lang, taken, yama, sign_in, aoi):
    factories.make_resource(by=yama, name_ja="休止中", status=ResourceStatus.SUSPENDED)
    factories.make_resource(by=yama, name_ja="未確認の終身", category="RS_GUAR")
    browser = sign_in(aoi)
    page = browser.get(f"/resources/leaflet?lang={lang}").text
    assert_sound(page, "/resources/leaflet", lang)
    assert "みなと商店 0980-00-5001" in page
    assert "休止中" not in page
    assert "未確認の終身" not in page
    assert_sound(browser.get(f"/resources/leaflet?q=zz&lang={lang}").text, "empty", lang)


@pytest.mark.both
def test_a_keeper_writes_hours_prices_and_ways_to_reach_the_office(taken, yama, sign_in):
    url, browser = f"/resources/{taken.id}/edit", sign_in(yama)
    more = {
        "slot1_days": ["TU", "PH"],
        "slot2_days": ["MO", "WE"],
        "slot2_opens": "１３時",
        "slot2_closes": "17:30",
        "yen_everyone": "500",
        "fax": "0980-00-5009",
    }
    assert browser.post_form(url, more).status_code == 303
    stored = directory.read(taken, yama)
    assert [(slot.days, slot.opens, slot.closes) for slot in stored.slots] == [
        ("TU PH", 540, 720),
        ("MO WE", 780, 1050),
    ]
    assert {(cost.tier, cost.yen) for cost in stored.costs} == {
        (Tier.EVERYONE, 500),
        (Tier.WELFARE, 0),
    }
    assert [contact.value for contact in stored.contacts] == ["0980-00-5001", "0980-00-5009"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"slot1_opens": "25:00"},
        {"slot1_days": [], "slot1_opens": "9:00"},
        {"slot1_opens": "12:00", "slot1_closes": "9:00"},
        {"yen_everyone": "-1"},
        {"office_mail": "nobody"},
        {"web": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_is_refused_and_kept_on_the_page(wrong, taken, yama, sign_in):
    refused = sign_in(yama).post_form(f"/resources/{taken.id}/edit", wrong)
    assert refused.status_code == 422
    assert_sound(refused.text, "refused", "ja")
