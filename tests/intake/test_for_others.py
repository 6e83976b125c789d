"""The filing page of a centre that files what an office told it, and who may change it there."""

import uuid

import pytest

from tests import factories, filings
from tests.client import parsed
from tests.intake.pages import NEW, cases, form_of, press
from tracker.accounts.roles import Role
from tracker.cases.models import ON_BEHALF, Channel


@pytest.fixture
def satos(sign_in, sato):
    """Sato at her browser."""
    return sign_in(sato)


@pytest.fixture
def office(aoi):
    """Aoi's office."""
    return min(aoi.organisation_ids(Role.AGENCY))


@pytest.fixture
def told(sato, office):
    """What Aoi's office told Sato by telephone; words named are typed otherwise."""
    area = min(sato.area_ids(Role.CENTRE))
    return lambda **changes: {
        **factories.typed_case(area, office),
        "channel": "phone",
        **changes,
    }


def options(html, name):
    """Values one can choose from."""
    (box,) = [e for e in parsed(html).iter("select") if e.get("name") == name]
    return [option.get("value") for option in box.iter("option")]


def test_sato_files_what_the_office_told_her(satos, told, office, sato):
    assert press(satos, told()).status_code == 303
    (case,) = cases()
    assert (case.organisation_id, case.filed_by_id, case.channel) == (
        office,
        sato.person_id,
        Channel.PHONE,
    )


def test_no_office_is_chosen_by_itself(satos, told):
    assert form_of(satos.get(NEW).text)["organisation_id"] == ""
    answer = press(satos, told(organisation_id=""))
    assert (answer.status_code, cases()) == (422, [])
    assert '<a href="#organisation_id">' in answer.text


def test_sato_may_choose_agencies_of_her_town_and_those_that_serve_it(satos, ono, office):
    away = str(min(ono.organisation_ids(Role.AGENCY)))
    before = options(satos.get(NEW).text, "organisation_id")
    assert str(office) in before
    assert away not in before
    factories.serve(int(away), 98201)
    assert away in options(satos.get(NEW).text, "organisation_id")


def test_sato_may_choose_areas_of_hers_alone(satos, sato):
    assert options(satos.get(NEW).text, "area_id") == [
        str(key) for key in sorted(sato.area_ids(Role.CENTRE))
    ]


@pytest.mark.parametrize("channel", [None, "", "own", "import", "x"])
def test_how_it_came_must_be_said(satos, told, channel):
    answer = press(satos, told(channel=channel))
    assert (answer.status_code, cases()) == (422, [])
    assert '<a href="#channel">' in answer.text


@pytest.mark.parametrize("channel", ON_BEHALF)
def test_each_way_can_be_chosen(satos, told, channel):
    assert press(satos, told(channel=channel.value)).status_code == 303
    assert cases()[0].channel is channel


def test_aoi_is_not_asked_how_it_came(sign_in, aoi, told):
    aois = sign_in(aoi)
    assert 'name="channel"' not in aois.get(NEW).text
    press(aois, told(channel="fax"))
    assert cases()[0].channel is Channel.OWN


def test_an_office_that_does_not_serve_the_town_is_refused(satos, told, ono):
    away = str(min(ono.organisation_ids(Role.AGENCY)))
    answer = press(satos, told(organisation_id=away))
    assert (answer.status_code, cases()) == (422, [])


def test_a_draft_of_sato_keeps_office_and_channel(satos, told, office):
    satos.send(f"{NEW}/draft", {**told(channel="fax"), "request_key": str(uuid.uuid4())})
    fields = form_of(satos.get(NEW).text)
    assert (fields["organisation_id"], fields["channel"]) == (str(office), "fax")


def test_sato_changes_what_she_filed_on_its_page(satos, sato, office):
    case = filings.file_for(office, sato)
    page = f"/cases/{case.id}/edit"
    assert page in satos.get(f"/cases/{case.id}").text
    fields = {**form_of(satos.get(page).text), "summary": "電話で聞き直した。"}
    assert satos.post(page, data=fields).status_code == 303
    assert cases()[0].summary == "電話で聞き直した。"


def test_sato_does_not_open_what_the_office_filed_itself(satos, aoi):
    case = factories.make_case(by=aoi)
    assert satos.get(f"/cases/{case.id}/edit").status_code == 403
    assert f"/cases/{case.id}/edit" not in satos.get(f"/cases/{case.id}").text
    assert satos.send(f"/cases/{case.id}/edit", {"version": "1"}).status_code == 403


def test_another_of_the_centre_does_not_open_it(sign_in, sato, office):
    case = filings.file_for(office, sato)
    centre = min(sato.organisation_ids(Role.CENTRE))
    browser = sign_in(factories.make_person("shimizu", centre, Role.CENTRE))
    assert browser.get(f"/cases/{case.id}/edit").status_code == 403


def test_too_late_sato_is_told_so(satos, sato, office):
    case = factories.accept(filings.file_for(office, sato), by=sato)
    assert satos.get(f"/cases/{case.id}/edit").status_code == 409


def test_an_empty_list_of_the_centre_does_not_speak_of_its_office(satos, sign_in, aoi):
    assert "提出された事例は、まだありません。" in satos.get("/cases/").text
    assert "事業所から提出した事例は、まだありません。" in sign_in(aoi).get("/cases/").text


def test_in_the_history_the_office_reads_who_filed_for_it(sign_in, aoi, sato, office):
    case = filings.file_for(office, sato)
    html = sign_in(aoi).get(f"/cases/{case.id}").text
    assert "見晴市東地域包括支援センター" in html
    assert "電話" in html
