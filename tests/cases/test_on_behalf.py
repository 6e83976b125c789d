"""A centre files for an office that telephoned; an office files across the border of its town."""

import pytest
import sqlalchemy as sa

from tests import factories, filings
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.cases import filing, policy, queries, reading
from tracker.cases.filing import Whence
from tracker.cases.models import ON_BEHALF, Case, CaseStatus, Channel, StepKind
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.core.outbox import OutboxMail
from tracker.notifications import queries as notices
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both

CITY, TOWN = 98201, 98321


@pytest.fixture
def office(aoi):
    """Aoi's office."""
    return min(aoi.organisation_ids(Role.AGENCY))


@pytest.fixture
def kawase(ono):
    """The area of the town across the border."""
    return min(ono.area_ids(Role.AGENCY))


def reread(case):
    """The row as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Case, case.id, populate_existing=True)


def heard(person):
    """Events in this person's inbox now, oldest first."""
    rows = db.session.execute(notices.notices(person, at=the_clock.now()).order_by(Notice.id))
    return [row.event for row in rows]


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Case))


def refused_field(office_id, by, channel=Channel.PHONE, **changes):
    """Which field the refusal of this filing names; nothing was filed."""
    with pytest.raises(InvalidInputError) as refused:
        filings.file_for(office_id, by, channel, **changes)
    db.session.rollback()
    assert count() == 0
    return refused.value.field


def assert_not_allowed(office_id, by, **changes):
    """This person does not file for that office at all."""
    with pytest.raises(NotAllowedError):
        filings.file_for(office_id, by, **changes)
    db.session.rollback()
    assert count() == 0


# --- on behalf ---


@pytest.mark.parametrize("channel", ON_BEHALF)
def test_sato_files_for_aois_office_what_it_told_her(aoi, sato, office, channel):
    case = filings.file_for(office, sato, channel)
    assert (case.organisation_id, case.filed_by_id, case.channel) == (
        office,
        sato.person_id,
        channel,
    )
    assert queries.get_case(aoi, case.id) is case
    page = queries.case_page(aoi, case.id)
    assert str(channel.label) in [value for _term, value in reading.facts(page)]


@pytest.mark.parametrize("channel", [Channel.OWN, Channel.IMPORT])
def test_sato_may_not_file_as_if_she_were_the_office(sato, office, channel):
    assert refused_field(office, sato, channel) == "channel"


@pytest.mark.parametrize("channel", ON_BEHALF)
def test_aoi_does_not_file_for_her_own_office_by_telephone(aoi, office, channel):
    area = min(aoi.area_ids(Role.AGENCY))
    assert refused_field(office, aoi, channel, area_id=area) == "channel"


def test_sato_files_only_for_an_area_of_hers(sato, nishi, office):
    west = min(nishi.area_ids(Role.CENTRE))
    assert refused_field(office, sato, area_id=west) == "area_id"


def test_nishi_files_for_an_office_of_her_town_for_her_own_area(aoi, nishi, sato, office):
    case = filings.file_for(office, nishi)
    assert case.area_id in nishi.area_ids(Role.CENTRE)
    assert queries.get_case(aoi, case.id) is case
    with pytest.raises(NotFoundError):
        queries.get_case(sato, case.id)


def test_sato_does_not_file_for_an_office_that_does_not_serve_her_town(sato, ono):
    assert_not_allowed(min(ono.organisation_ids(Role.AGENCY)), sato)


def test_sato_files_for_an_office_across_the_border_that_serves_her_town(sato, ono):
    away = min(ono.organisation_ids(Role.AGENCY))
    factories.serve(away, CITY)
    assert filings.file_for(away, sato).number == "R8-98201-0001"


def test_nobody_files_for_an_office_that_is_closed(sato, office):
    db.session.execute(
        sa.text("update organisations set closed_on = :day where id = :id"),
        {"day": the_clock.today().isoformat(), "id": office},
    )
    db.session.commit()
    assert_not_allowed(office, sato)


def test_nobody_files_for_a_centre_or_a_town_hall(sato, mori):
    for body in (min(mori.organisation_ids()), min(sato.organisation_ids())):
        assert_not_allowed(body, sato)


@pytest.mark.parametrize("login", ["kato", "mori", "yama", "iin", "ken", "kanri", "kansa"])
def test_nobody_but_a_centre_files_for_another_office(request, office, aoi, login):
    assert_not_allowed(
        office, request.getfixturevalue(login), area_id=min(aoi.area_ids(Role.AGENCY))
    )


def test_the_office_has_a_receipt_after_15_minutes(aoi, sato, office, clock):
    colleague = factories.make_person("aoyama", office)
    filings.file_for(office, sato)
    clock.move(minutes=14, seconds=59)
    assert heard(aoi) == []
    clock.move(seconds=1)
    assert heard(aoi) == heard(colleague) == [Event.CASE_FILED_FOR]
    assert heard(sato) == []


def test_one_mail_goes_to_the_office_with_its_number_and_no_word(aoi, sato, office):
    case = filings.file_for(office, sato)
    (mail,) = db.session.scalars(sa.select(OutboxMail)).all()
    assert mail.person_id == aoi.person_id
    assert case.number in repr(mail.facts)
    assert case.summary not in repr(mail.facts)


def test_what_an_office_files_itself_brings_no_receipt(aoi, clock):
    factories.make_case(by=aoi)
    clock.move(minutes=16)
    assert heard(aoi) == []


def test_the_history_names_the_centre_that_filed(aoi, sato, office):
    case = filings.file_for(office, sato)
    (filed,) = queries.case_page(aoi, case.id).entries
    assert (filed.kind, filed.who) == (StepKind.FILED, "見晴市東地域包括支援センター")


def test_the_whole_office_is_told_what_becomes_of_it(aoi, sato, office, clock):
    colleague = factories.make_person("aoyama", office)
    case = factories.accept(filings.file_for(office, sato), by=sato)
    clock.move(minutes=16)
    for person in (aoi, colleague):
        assert heard(person) == [Event.CASE_FILED_FOR, Event.CASE_ACCEPTED], case.number


# --- changing what was filed on behalf ---


def test_sato_changes_what_she_filed_until_it_is_accepted(aoi, sato, office):
    case = filings.file_for(office, sato)
    filings.revise(case, sato, summary="電話で聞き直した。")
    assert reread(case).summary == "電話で聞き直した。"
    factories.accept(case, by=sato)
    with pytest.raises(ConflictError):
        filings.revise(case, sato, summary="遅すぎる。")


def test_the_office_changes_it_as_well(aoi, sato, office):
    case = filings.revise(filings.file_for(office, sato), aoi, summary="事業所が直した。")
    assert reread(case).summary == "事業所が直した。"


def test_sato_completes_what_was_sent_back(sato, office):
    case = factories.send_back(filings.file_for(office, sato), by=sato)
    filings.revise(case, sato, summary="電話で聞き直した。")
    assert reread(case).status is CaseStatus.SUBMITTED


def test_sato_does_not_move_it_out_of_her_areas(sato, nishi, office):
    case = filings.file_for(office, sato)
    with pytest.raises(InvalidInputError) as refused:
        filings.revise(case, sato, area_id=min(nishi.area_ids(Role.CENTRE)))
    assert refused.value.field == "area_id"


def test_another_of_the_centre_does_not_change_it(sato, office):
    case = filings.file_for(office, sato)
    centre = min(sato.organisation_ids(Role.CENTRE))
    colleague = factories.make_person("shimizu", centre, Role.CENTRE)
    with pytest.raises(NotAllowedError):
        filings.revise(case, colleague)
    assert not policy.can_edit(colleague, case)


def test_sato_withdraws_nothing_and_adds_nothing_for_the_office(sato, office, clock):
    case = filings.file_for(office, sato)
    with pytest.raises(NotAllowedError):
        filing.withdraw_case(case, by=sato, at=clock.now())
    with pytest.raises(NotAllowedError):
        filings.add_to(case, sato)


def test_who_has_moved_from_the_office_to_the_centre_does_not_change_the_offices_case(aoi, sato):
    case = factories.make_case(by=aoi)
    case.filed_by_id = sato.person_id  # she worked in Aoi's office then
    db.session.commit()
    assert not policy.can_edit(sato, case)


# --- across the border ---


def test_aois_case_across_the_border_is_numbered_there_and_stays_hers(aoi, kawase):
    case = factories.make_case(aoi, area_id=kawase)
    assert (case.number, case.municipality_id) == ("R8-98321-0001", TOWN)
    assert queries.get_case(aoi, case.id) is case
    numbers = [row.number for row in db.session.execute(queries.cases(aoi, queries.CaseFilter()))]
    assert numbers == [case.number]


@pytest.mark.parametrize(("login", "sees"), [("tani", True), ("mori", False), ("yama", False)])
def test_the_town_of_the_area_knows_of_it_and_the_offices_own_does_not(
    request, aoi, kawase, login, sees
):
    case = factories.make_case(aoi, area_id=kawase)
    person = request.getfixturevalue(login)
    found = db.session.execute(queries.cases(person, queries.CaseFilter())).all()
    assert [row.number for row in found] == ([case.number] if sees else [])


def test_the_centre_there_takes_it_on_and_knows_the_office(aoi, sato, kawase):
    kawai = factories.person_called("kawai")
    case = factories.accept(factories.make_case(aoi, area_id=kawase), by=kawai)
    assert queries.case_page(kawai, case.id).office == "あおばケアプラン室"
    with pytest.raises(NotFoundError):
        queries.get_case(sato, case.id)


def test_the_officer_there_reads_no_name_of_the_office(aoi, tani, kawase):
    page = queries.case_page(tani, factories.make_case(aoi, area_id=kawase).id)
    assert "あおば" not in page.office


def test_kawai_files_for_aois_office_which_serves_her_town(aoi, office, kawase):
    case = filings.file_for(office, factories.person_called("kawai"))
    assert (case.number, case.area_id) == ("R8-98321-0001", kawase)
    assert queries.get_case(aoi, case.id) is case


def test_an_office_that_does_not_serve_the_town_cannot_file_there(kato, kawase):
    with pytest.raises(InvalidInputError) as refused:
        factories.make_case(kato, area_id=kawase)
    assert refused.value.field == "area_id"


def test_what_ones_other_office_serves_does_not_count(aoi, kato, kawase, clock):
    """Aoi also works in Kato's office, which does not serve the town across the border."""
    person = db.session.get_one(Person, aoi.person_id)
    katos = min(kato.organisation_ids(Role.AGENCY))
    factories.join(person, katos, Role.AGENCY)
    aoi = factories.person_called("aoi")
    draft = factories.case_draft(kawase)
    with pytest.raises(InvalidInputError) as refused:
        filing.file_case(draft, Whence(katos), by=aoi, at=clock.now(), today=the_clock.today())
    assert refused.value.field == "area_id"


def test_areas_of_ones_centre_do_not_count_for_ones_office(kato, kawase, clock):
    """Kato also works in the centre across the border; her office does not serve that town."""
    person = db.session.get_one(Person, kato.person_id)
    centre = min(factories.person_called("kawai").organisation_ids(Role.CENTRE))
    factories.join(person, centre, Role.CENTRE)
    kato = factories.person_called("kato")
    with pytest.raises(InvalidInputError) as refused:
        factories.make_case(kato, area_id=kawase)
    assert refused.value.field == "area_id"


def test_an_office_that_begins_to_serve_the_town_can_file_there(kato, kawase):
    factories.serve(min(kato.organisation_ids(Role.AGENCY)), TOWN)
    case = factories.make_case(factories.person_called("kato"), area_id=kawase)
    assert case.number == "R8-98321-0001"
