"""What is found: the same as by looking at every text; by rights, by number, after every change."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.conftest import PEOPLE
from tests.house.strangers import nobody
from tests.regroup import join
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.text import fold
from tracker.issues.models import IssueStatus
from tracker.meetings.minutes.models import MinutesText
from tracker.meetings.models import MeetingStatus
from tracker.search import queries
from tracker.search.asking import Question
from tracker.search.queries import Kind, Wanted

SIGNS = "ごみコﾞゴ買物い人ー-～R8aＡ%_'\"*|猫𠮷(）"


@pytest.fixture
def seek(app):
    """Keys of what a person finds, by kind; kinds without anything are left out."""

    def found(person, typed, **narrowed):
        wanted = Wanted(Question.read(typed), **narrowed)
        with app.test_request_context("/search"):
            pages = queries.find(person, wanted, today=the_clock.today())
        return {kind: [row.id for row in page.rows] for kind, page in pages.items() if page.rows}

    return found


@pytest.fixture
def counted(app):
    """How many cases a person finds, and whether there are more."""

    def count(person, typed):
        wanted = Wanted(Question.read(typed), kind=Kind.CASE)
        with app.test_request_context("/search"):
            page = queries.find(person, wanted, today=the_clock.today())[Kind.CASE]
        return page.total, page.capped

    return count


def write_many(like, texts):
    """Cases with these texts, stored past the session as an import does."""
    db.session.execute(sa.delete(Case).where(Case.serial > 100))
    row = {column.name: getattr(like, column.key) for column in Case.__table__.columns}
    del row["id"]
    rows = [
        {
            **row,
            "serial": 101 + n,
            "number": f"R8-98201-{101 + n:04}",
            "summary": text,
            "search_text": fold(text),
        }
        for n, text in enumerate(texts)
    ]
    db.session.execute(sa.insert(Case), rows)
    db.session.flush()
    return db.session.execute(
        sa.select(Case.id, Case.search_text).where(Case.serial > 100).order_by(Case.id.desc())
    ).all()


@pytest.mark.both
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.text(alphabet=SIGNS, min_size=1, max_size=12), min_size=8, max_size=25),
    typed=st.lists(st.text(alphabet=SIGNS, min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_the_same_is_found_as_by_looking_at_every_text(app, aoi, sato, mori, seek, texts, typed):
    case = db.session.scalar(sa.select(Case).limit(1)) or factories.make_case(by=aoi)
    rows = write_many(case, texts)
    asked = " ".join(typed)
    question = Question.read(asked)
    expected = [
        key
        for key, text in rows
        if question.number is None
        and all(any(way in text for way in ways) for ways in question.words)
    ]
    for person in (aoi, sato, mori):
        found = seek(person, asked, kind=Kind.CASE).get(Kind.CASE, [])
        if question.is_empty:
            expected = []
        if question.number is None:
            assert [key for key in found if key != case.id] == expected, (asked, person.name)


@pytest.fixture
def town(aoi, kato, sato, nishi, mori):
    """One need of each office, an issue of the east, a resource, and minutes of the town: all
    speak of 移動販売車.
    """
    words = "移動販売車を待つあいだの買い物"
    east, west = (
        factories.make_case(by=person, summary=words, wanted="") for person in (aoi, kato)
    )
    factories.accept(east, by=sato)
    issue = factories.make_issue(sato, east, title="移動販売車がない", status=IssueStatus.CONFIRMED)
    resource = factories.make_resource(sato, content="移動販売車が回ります。")
    meeting = factories.plan_meeting(mori)
    item = factories.put_on_agenda(meeting, issue, by=mori, question="移動販売車を呼ぶか。")
    iin = factories.person_called("iin")
    factories.invite_to(meeting, mori, iin.person_id)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    return {
        "east": east,
        "west": west,
        "issue": issue,
        "resource": resource,
        "meeting": meeting,
        "item": item,
    }


EVERYTHING = {"east", "west", "issue", "resource"}
SEEN = {
    "aoi": {"east", "resource"},
    "kato": {"west", "resource"},
    "sato": {"east", "issue", "resource"},
    "nishi": {"west", "resource"},
    "mori": EVERYTHING | {"item"},
    "hara": EVERYTHING | {"item"},
    "yama": EVERYTHING,
    "iin": {"resource"},
}


@pytest.mark.both
def test_each_person_finds_what_the_lists_show_them(request, town, seek):
    kinds = {"east": Kind.CASE, "west": Kind.CASE, "issue": Kind.ISSUE}
    kinds |= {"resource": Kind.RESOURCE, "item": Kind.MINUTES}
    for login in PEOPLE:
        found = seek(request.getfixturevalue(login), "移動販売車")
        expected = {}
        for name in SEEN.get(login, set()):
            expected.setdefault(kinds[name], set()).add(town[name].id)
        assert {kind: set(keys) for kind, keys in found.items()} == expected, login


def test_an_account_that_belongs_nowhere_finds_nothing(town, seek):
    assert seek(nobody(), "移動販売車") == {}


def approve(town):
    """The minutes are approved, with what was said and decided."""
    item, meeting = town["item"], town["meeting"]
    item.discussion = "週に二度の巡回を望む声があった。"
    meeting.status = type(meeting.status).MINUTES_APPROVED
    db.session.commit()


def test_minutes_are_found_by_staff_once_approved_and_by_a_member_after_the_pledge(
    town, seek, yama, iin, mori
):
    assert seek(mori, "巡回") == {}
    approve(town)
    assert seek(yama, "巡回") == {Kind.MINUTES: [town["item"].id]}
    assert seek(iin, "巡回") == {}
    factories.sign_pledge(iin)
    assert seek(iin, "巡回") == {Kind.MINUTES: [town["item"].id]}


@pytest.mark.both
def test_the_text_of_minutes_is_found_in_its_newest_version_by_whoever_may_read_it(
    town, seek, yama, iin, mori, nishi, tani
):
    def written(number, text):
        made = {"meeting_id": town["meeting"].id, "made_by_id": mori.person_id}
        row = MinutesText(**made, number=number, text=text, made_at=the_clock.now())
        db.session.add(row)
        db.session.commit()
        return row.id

    written(1, "朝市の案が出た。")
    newest = {Kind.MINUTES_TEXT: [written(2, "夕方のヨルイチの案が出た。")]}
    assert seek(mori, "よるいち") == newest, "the host writes it"
    assert seek(yama, "よるいち") == {}
    town["meeting"].status = MeetingStatus.MINUTES_APPROVED
    db.session.commit()
    assert seek(yama, "ヨルイチ") == seek(nishi, "よるいち") == newest
    assert seek(yama, "朝市") == {}, "what was replaced is read on its own page alone"
    assert seek(iin, "よるいち") == {}
    factories.sign_pledge(iin)
    assert seek(iin, "よるいち") == newest
    assert seek(tani, "よるいち") == {}


def test_a_dropped_item_is_not_found(town, seek, mori):
    town["item"].dropped_at = the_clock.now()
    db.session.commit()
    assert Kind.MINUTES not in seek(mori, "移動販売車")


@pytest.mark.both
def test_a_case_is_found_by_its_number_whole_or_short(town, seek, aoi, mori, tani, kato):
    case = town["east"]
    year, code, serial = case.number.split("-")
    for typed in (case.number, f"{year}-{serial}", f"{year}-{int(serial)}", case.number.lower()):
        assert case.id in seek(mori, typed)[Kind.CASE], typed
        assert case.id in seek(aoi, typed)[Kind.CASE], typed
        assert case.id not in seek(kato, typed).get(Kind.CASE, []), typed
        assert seek(tani, typed) == {}, typed
    assert set(seek(mori, f"{year}-{code}")[Kind.CASE]) == {town["east"].id, town["west"].id}
    assert seek(mori, f"{case.number} 移動販売車")[Kind.CASE] == [case.id]
    assert seek(mori, f"{case.number} 猟銃") == {}


@pytest.mark.both
def test_an_issue_is_found_by_its_number(town, seek, sato, nishi, tani):
    for typed in ("課題 R8-01", "課題R8-01", "R8-1", "R8-01"):
        assert seek(sato, typed).get(Kind.ISSUE) == [town["issue"].id], typed
        assert Kind.ISSUE not in seek(nishi, typed), typed
        assert seek(tani, typed) == {}, typed


@pytest.mark.parametrize("kind", ["課題R8-1", "課題 R8-0001", "地域課題R8-01", "issue R8-01"])
def test_who_says_issue_before_a_number_is_shown_no_case(town, seek, aoi, sato, kind):
    assert seek(aoi, kind) == {}
    assert Kind.CASE not in seek(sato, kind)
    assert Kind.ISSUE not in seek(sato, "事例R8-01")


def test_a_joined_issue_is_found_by_its_number_only(seek, aoi, sato, nishi):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    gone = factories.make_issue(sato, case, title="橋の向こうの買い物")
    join(gone, factories.make_issue(sato, case), sato)
    assert seek(sato, gone.number)[Kind.ISSUE] == [gone.id]
    assert seek(sato, "橋の向こう") == {}
    assert seek(nishi, gone.number) == {}


def test_a_number_in_a_text_is_found_in_minutes_and_resources(seek, sato):
    resource = factories.make_resource(sato, content="課題 R8-07 から生まれました。")
    assert seek(sato, "R8-07") == {Kind.RESOURCE: [resource.id]}


def test_another_word_for_the_same_is_found_too(seek, aoi):
    case = factories.make_case(by=aoi, summary="受診の日に付き添いました。", wanted="")
    assert seek(aoi, "通院 同行")[Kind.CASE] == [case.id]


@pytest.mark.both
def test_what_is_changed_is_found_by_its_new_words_only(seek, aoi, sato, mori):
    case = factories.make_case(by=aoi, summary="猟銃の保管", wanted="")
    factories.send_back(case, by=sato)
    case.summary, case.search_text = "花壇の水やり", fold("花壇の水やり")
    db.session.commit()
    for person in (aoi, sato, mori):
        assert seek(person, "猟銃") == {}
        assert seek(person, "水やり") == {Kind.CASE: [case.id]}


@pytest.mark.both
def test_what_is_erased_is_not_found_any_more(seek, aoi, mori):
    case = factories.make_case(by=aoi, summary="猟銃の保管", wanted="")
    db.session.execute(sa.update(Case).where(Case.id == case.id).values(summary="", search_text=""))
    db.session.commit()
    assert seek(mori, "猟銃") == seek(mori, "銃") == {}


def test_a_withdrawn_case_stays_to_be_read_and_found(seek, aoi):
    case = factories.withdraw(factories.make_case(by=aoi, summary="猟銃の保管"), by=aoi)
    assert seek(aoi, "猟銃")[Kind.CASE] == [case.id]


def test_pairs_of_signs_that_were_erased_leave_the_file_as_well(app, aoi):
    case = factories.make_case(by=aoi, summary="鸚鵡の餌やり", wanted="")
    end = "鸚鵡".encode().hex()[-8:]  # terms that begin alike share their beginning

    def is_there():
        with db.engine.connect() as connection:
            blocks = connection.exec_driver_sql("select hex(block) from case_words_data").scalars()
            return any(end.encode().hex() in block.lower() for block in blocks)

    assert is_there()
    db.session.execute(sa.update(Case).where(Case.id == case.id).values(search_text="花"))
    db.session.commit()
    assert not is_there()


@pytest.mark.both
def test_a_thousand_and_more_are_counted_as_a_thousand_and_shown_newest_first(
    seek, counted, aoi, sato, mori
):
    case = factories.make_case(by=aoi, summary="ごみ出しを頼まれた。", wanted="")
    factories.make_many(case, 1005)
    newest = db.session.scalar(sa.select(sa.func.max(Case.id)))
    for person in (aoi, sato, mori):
        assert counted(person, "ごみ") == (1000, True)
        assert seek(person, "ゴミ", kind=Kind.CASE)[Kind.CASE][0] == newest
        assert counted(person, "粗大") == (0, False)


def test_area_and_fiscal_year_narrow_every_kind_that_has_them(town, seek, mori, sato):
    (east,) = sato.area_ids(Role.CENTRE)
    found = seek(mori, "移動販売車", area_id=east)
    assert found[Kind.CASE] == [town["east"].id]
    assert found[Kind.ISSUE] == [town["issue"].id]
    assert found[Kind.RESOURCE] == [town["resource"].id]
    this_year = seek(mori, "移動販売車", fiscal_year=2026)
    assert set(this_year[Kind.CASE]) == {town["east"].id, town["west"].id}
    assert Kind.RESOURCE not in this_year
    assert seek(mori, "移動販売車", fiscal_year=2025) == {}


def test_minutes_of_a_year_are_those_held_in_it(town, seek, mori):
    town["meeting"].held_on = date(2026, 3, 31)
    db.session.commit()
    assert Kind.MINUTES in seek(mori, "移動販売車", fiscal_year=2025)
    assert Kind.MINUTES not in seek(mori, "移動販売車", fiscal_year=2026)


@pytest.fixture
def by_reference(app):
    """Keys of cases a person finds by a reference."""

    def found(person, reference):
        with app.test_request_context("/search"):
            return [row.id for row in queries.find_client(person, reference).rows]

    return found


def test_an_office_finds_its_cases_by_its_own_reference_and_nobody_else_does(
    by_reference, aoi, kato, sato, mori
):
    case = factories.make_case(by=aoi, office_ref="A-017")
    factories.make_case(by=kato, office_ref="A-018")
    assert by_reference(aoi, "a-017") == by_reference(aoi, "Ａー０１７") == [case.id]
    assert by_reference(aoi, "A-018") == by_reference(aoi, "A-01") == by_reference(aoi, "") == []
    assert by_reference(kato, "A-017") == by_reference(sato, "A-017") == []
    assert by_reference(mori, "A-017") == []
