"""The town corrects what it has on record of a body, closes it, and opens it again."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import account
from tracker.accounts import queries
from tracker.accounts.changing import bodies
from tracker.accounts.models import Area, Membership, Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError

AOBA, EAST = "あおばケアプラン室", "見晴市東地域包括支援センター"


@pytest.fixture
def east(office):
    """The page of the centre of the east."""
    return f"/organisations/{office(EAST).id}"


@pytest.fixture
def empty(app):
    """An office of the town in which nobody works."""
    made = factories.make_organisation("港ケアプラン", 98201)
    db.session.commit()
    return made


def areas(body):
    return {area.id for area in queries.areas_of(body.id)}


def close(body, by, on=None):
    bodies.close(body, on or the_clock.today(), by=by, at=the_clock.now())
    db.session.commit()


def test_mori_corrects_areas_number_and_who_runs_it(sign_in, mori, sato, office, east):
    town = db.session.scalars(sa.select(Area.id).where(Area.municipality_id == 98201)).all()
    wish = {"area_ids": [str(key) for key in town], "run": "outsourced",
            "office_no": "９８００１０００１９"}  # fmt: skip
    answer = sign_in(mori).post_form(f"{east}/correct", wish)
    assert answer.location == east
    body = office(EAST)
    assert areas(body) == set(town)
    assert (body.is_outsourced, body.office_no) == (True, "9800100019")
    assert viewer_of(sato.person_id, today=the_clock.today()).area_ids(Role.CENTRE) == set(town)
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="organisation.corrected")).one()
    assert entry.facts["now"]["area_ids"] == sorted(town)
    assert "最後の数字" in sign_in(mori).get(east).text or body.office_no


def test_a_wrong_check_digit_is_a_warning_only(sign_in, mori, office, east):
    browser = sign_in(mori)
    browser.post_form(f"{east}/correct", {"office_no": "9800100019"})
    assert "9800100019" in browser.get(east).text
    assert office(EAST).office_no == "9800100019"


REFUSED = {
    "a centre without areas": {"area_ids": []},
    "a number that is another's": {"office_no": "9870100011"},
    "a number that is too short": {"office_no": "98001"},
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_changes(sign_in, mori, office, east, what):
    before = (areas(office(EAST)), office(EAST).office_no)
    assert sign_in(mori).post_form(f"{east}/correct", REFUSED[what]).status_code == 422
    assert (areas(office(EAST)), office(EAST).office_no) == before


@pytest.mark.parametrize(
    ("who", "status"), [("hara", 403), ("sato", 403), ("aoi", 403), ("tani", 404), ("kanri", 200)]
)
def test_only_who_sets_up_the_town_corrects_and_closes(request, sign_in, east, who, status):
    browser = sign_in(request.getfixturevalue(who))
    assert {browser.get(f"{east}/{end}").status_code for end in ("correct", "close")} == (
        {status} if who != "aoi" else {403}
    )


def test_the_head_of_a_centre_does_not_widen_its_areas(app, sato, office):
    record = bodies.Record(frozenset(areas(office(EAST))), None, "")
    with pytest.raises(NotAllowedError):
        bodies.correct(office(EAST), record, by=sato, at=the_clock.now())


@pytest.mark.both
def test_while_people_work_there_or_cases_are_open_it_is_not_closed(app, mori, aoi, office):
    aoba = office(AOBA)
    factories.make_case(by=aoi)
    assert bodies.against_closing(aoba, the_clock.today()) == [
        "1人がここで働いています",
        "未完了の事例1件",
    ]
    with pytest.raises(InvalidInputError, match="未完了の事例1件"):
        close(aoba, mori)
    assert aoba.closed_on is None


def test_a_centre_that_alone_serves_an_area_is_not_closed(app, office, sato):
    left = sa.delete(Membership).where(Membership.organisation_id == office(EAST).id)
    db.session.execute(left)
    (why, *_rest) = bodies.against_closing(office(EAST), the_clock.today())
    assert "圏域" in why


def test_an_empty_office_is_closed_on_a_day_and_opened_again(sign_in, mori, client, empty):
    page, browser = f"/organisations/{empty.id}", sign_in(mori)
    token = factories.invite(mori, empty.id, Role.AGENCY)
    answer = browser.post_form(f"{page}/close", {"on": "2026-11-20"})
    assert answer.location == page
    db.session.refresh(empty)
    assert empty.closed_on.isoformat() == "2026-11-20"
    assert client.get(f"/invitations/{token}").status_code in {404, 410}
    assert browser.post_form(f"{page}/close").location == page
    db.session.refresh(empty)
    assert empty.closed_on is None
    verbs = db.session.scalars(
        sa.select(AuditEntry.verb).where(
            AuditEntry.subject_id == empty.id, AuditEntry.chain == 98201
        )
    ).all()
    assert {"organisation.closed", "organisation.reopened"} <= set(verbs)


def test_the_page_says_beforehand_what_stands_against_it(sign_in, mori, aoi, office):
    page = sign_in(mori).get(f"/organisations/{office(AOBA).id}/close").text
    assert "1人がここで働いています" in page


def test_an_english_name_may_be_left_out(sign_in, mori, office):
    aoba = f"/organisations/{office(AOBA).id}/edit"
    assert sign_in(mori).post_form(aoba, {"name_en": ""}).status_code == 303
    assert office(AOBA).name_en == AOBA


def test_full_width_numbers_and_addresses_are_stored_plain(sign_in, mori, office):
    aoba = f"/organisations/{office(AOBA).id}/edit"
    typed = {"phone": "０９８０ー００−１００２", "mail": "ａｏｂａ＠miharashi.example"}
    assert sign_in(mori).post_form(aoba, typed).status_code == 303
    body = office(AOBA)
    assert (body.phone, body.mail) == ("0980-00-1002", "aoba@miharashi.example")


def test_ones_own_address_as_well(sign_in, aoi):
    page = "/account/"
    sign_in(aoi).post_form(page, {"email": "ａｏｉ＠ｍｉｈａｒａｓｈｉ．ｅｘａｍｐｌｅ"}, to=None)
    assert account(aoi).email == "aoi@miharashi.example"


@pytest.mark.both
def test_an_area_nothing_has_named_goes_and_another_stays(sign_in, mori, app):
    made = Area(code="98201-77", municipality_id=98201, name_ja="島", name_en="島")
    db.session.add(made)
    db.session.commit()
    key, browser = made.id, sign_in(mori)
    page = f"/settings/setup/98201/areas/{key}"
    assert browser.post_form(page, to=f"{page}/remove").status_code == 303
    assert db.session.scalar(sa.select(Area.id).where(Area.id == key)) is None
    served = db.session.scalars(
        sa.select(Area.id).where(Area.municipality_id == 98201).order_by(Area.id)
    ).first()
    page = f"/settings/setup/98201/areas/{served}"
    assert browser.post_form(page, to=f"{page}/remove").status_code == 409
    assert db.session.get(Area, served) is not None


def test_bodies_of_every_kind_can_be_corrected(sign_in, mori):
    rows = sa.select(Organisation.kind, sa.func.min(Organisation.id)).where(
        Organisation.municipality_id == 98201
    )
    browser = sign_in(mori)
    for kind, key in db.session.execute(rows.group_by(Organisation.kind)).all():
        page = browser.get(f"/organisations/{key}/correct").text
        assert ('name="run"' in page) is (kind is OrganisationKind.CENTRE)
