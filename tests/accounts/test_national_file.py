"""The national file of offices: read as it is, compared, taken over once, and once more."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.national import HEAD, KAWASE, national_file, office_line
from tests.client import form_fields, parsed
from tracker.accounts.models import Organisation, OrganisationArea, OrganisationKind
from tracker.accounts.offices import national, queries, service
from tracker.accounts.offices.models import OfficeFile
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import InvalidInputError

TOWN = 98201
UPLOAD = f"/settings/setup/{TOWN}/offices"
SOUND, OTHER, ODD = "9870100204", "9870100212", "2372100034"


def read(*rows, head=HEAD):
    return national.read(national_file(rows, head), "jigyosho_430.csv")


def offices():
    found = db.session.scalars(
        sa.select(Organisation).where(
            Organisation.municipality_id == TOWN, Organisation.kind == OrganisationKind.AGENCY
        )
    )
    return {office.office_no: office for office in found}


def known_rows():
    """The file as it would be if it said what we know already."""
    rows = []
    for office in sorted(offices().values(), key=lambda one: one.id):
        more = {"事業所名カナ": office.kana, "電話番号": office.phone, "住所": office.address}
        rows.append(office_line(office.office_no, office.name_ja, **more))
    return rows


def move_to(office_id, case):
    """The case is of this office, as one that was filed there."""
    case.organisation_id = office_id
    db.session.commit()


def take(rows, *, close=False, also=()):
    found, today = service.rows_for(TOWN, read(*rows), also), the_clock.today()
    gone = queries.compare(TOWN, found, today=today).once_listed if close else ()
    done = service.apply(TOWN, found, close=gone, by=None, at=the_clock.now(), today=today)
    db.session.commit()
    return done


@pytest.mark.parametrize(
    ("number", "sound"),
    [
        ("0170101950", True),
        ("2794900205", True),
        ("9870100204", True),
        (ODD, False),
        ("017010195", False),
        ("01A0101950", False),
        ("", False),
    ],
)
def test_the_last_digit_of_a_number_fits_or_not(number, sound):
    assert national.is_sound(number) is sound


def test_a_row_is_read_with_its_brackets_kana_and_wide_numbers(app):
    name = "ケアプラン港（本店）"
    row = office_line("９８７０１００２０４", name, **{"方書（ビル名等）": "港ビル（2階）"})
    (office,) = read(row)
    assert (office.number, office.name) == (SOUND, name)
    assert (office.kana, office.address) == ("みはらしけあぷらん", "見晴市港1-2-3 港ビル（2階）")
    assert office.town == TOWN


@pytest.mark.parametrize("code", ["982016", "98201", "９８２０１６"])
def test_the_code_of_the_town_is_known_with_and_without_its_check_digit(app, code):
    (office,) = read(office_line(SOUND, "港", town=code))
    assert office.town == TOWN


def test_a_code_that_lost_its_zero_in_excel_is_known(app):
    (office,) = read(office_line(SOUND, "札幌", town="11011"))
    assert office.town == 1101


def test_each_number_is_read_once_and_other_services_are_left_out(app):
    rows = [office_line(SOUND, "港"), office_line(SOUND, "港 二つ目")]
    rows.append(office_line(OTHER, "訪問介護", サービスの種類="訪問介護"))
    assert [office.name for office in read(*rows)] == ["港"]


def test_changed_headings_are_refused_and_named(app):
    head = [name.replace("事業所番号", "指定番号") for name in HEAD]
    with pytest.raises(InvalidInputError) as refusal:
        read(office_line(SOUND, "港"), head=head)
    assert "事業所番号" in refusal.value.message
    assert "No" in refusal.value.message
    assert refusal.value.field == "file"


def test_columns_we_do_not_read_may_change(app):
    head = [name for name in HEAD if name not in {"緯度", "備考"}]
    assert len(read(office_line(SOUND, "港"), head=head)) == 1


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"%PDF-1.7", b"a,b\r\n1,2\r\n"])
def test_what_is_no_such_file_is_refused_with_a_sentence(app, data):
    with pytest.raises(InvalidInputError):
        national.read(data, "jigyosho_430.csv")


@pytest.mark.both
def test_taking_over_makes_new_offices_and_nothing_twice(app):
    rows = [*known_rows(), office_line(SOUND, "港")]
    first, again = take(rows), take(rows)
    assert ([row.name for row in first.new], again.new, again.changes) == (["港"], [], 0)
    assert offices()[SOUND].listed_on == the_clock.today()


@pytest.mark.both
def test_the_next_file_changes_what_differs_and_keeps_the_row(app):
    take([*known_rows(), office_line(SOUND, "港")])
    before = offices()[SOUND].id
    done = take([*known_rows()[:-1], office_line(SOUND, "港ケアプラン", 電話番号="0980-00-9999")])
    office = offices()[SOUND]
    assert (office.id, office.name_ja, office.phone) == (before, "港ケアプラン", "0980-00-9999")
    assert [change.fields for change in done.changed] == [("name_ja", "phone")]


@pytest.mark.both
def test_what_is_gone_is_closed_only_when_asked_and_only_without_people(app):
    take([*known_rows(), office_line(SOUND, "港"), office_line(OTHER, "浜")])
    rows = [row for row in known_rows() if row["事業所番号"] not in {SOUND, "9870100011"}]
    kept = take(rows)
    assert [office.office_no for office in kept.gone] == [SOUND]
    assert [office.office_no for office in kept.gone_with_people] == ["9870100011"]
    assert offices()[SOUND].closed_on is None
    take(rows, close=True)
    closed = {number: office.closed_on for number, office in offices().items()}
    assert (closed[SOUND], closed["9870100011"]) == (the_clock.today(), None)


def test_an_office_that_is_back_in_the_file_is_open_again(app):
    rows = known_rows()
    take([*rows, office_line(SOUND, "港")])
    take(rows, close=True)
    assert take([*rows, office_line(SOUND, "港")]).changed[0].reopens
    assert offices()[SOUND].closed_on is None


@pytest.mark.both
def test_an_office_of_another_town_that_serves_this_one_stays_there(app, ono):
    (far,) = ono.organisation_ids(Role.AGENCY)
    number = db.session.get_one(Organisation, far).office_no
    rows = [*known_rows(), office_line(number, "川瀬の里", KAWASE)]
    rows.append(office_line(OTHER, "川瀬の岸", KAWASE))
    done = take(rows, also=[number, OTHER])
    assert len(done.elsewhere) == 2
    office = db.session.scalars(sa.select(Organisation).filter_by(office_no=OTHER)).one()
    assert office.municipality_id == 98321
    assert db.session.get_one(Organisation, far).name_ja != "川瀬の里"
    assert take(rows, also=[number, OTHER]).changes == 0


def test_a_number_that_is_not_in_the_file_is_named(app):
    with pytest.raises(InvalidInputError) as refusal:
        take(known_rows(), also=["1234567890"])
    assert (refusal.value.field, "1234567890" in refusal.value.message) == ("also", True)


def test_with_a_single_area_new_offices_lie_in_it(app, tani):
    before = set(db.session.scalars(sa.select(Organisation.id)))
    found = service.rows_for(98321, read(office_line(SOUND, "岸", KAWASE)), [])
    at, today = the_clock.now(), the_clock.today()
    service.apply(98321, found, close=(), by=None, at=at, today=today)
    placed = sa.select(OrganisationArea.organisation_id)
    assert set(db.session.scalars(placed)) - before


# On the page.


def send_file(browser, data, name="jigyosho_430.csv", also=""):
    page = parsed(browser.get(UPLOAD).text)
    form = next(f for f in page.iter("form") if f.get("enctype"))
    fields = {**form_fields(form), "also": also, "file": (BytesIO(data), name)}
    return browser.post(UPLOAD, data=fields, content_type="multipart/form-data")


def test_mori_reads_a_file_sees_what_would_change_and_takes_it_over(sign_in, mori):
    browser = sign_in(mori)
    rows = [*known_rows(), office_line(SOUND, "港"), office_line(ODD, "浜")]
    sent = send_file(browser, national_file(rows))
    assert sent.status_code == 303
    preview = browser.get(sent.location)
    assert "港" in preview.text
    assert ODD in preview.text.partition("notice-warning")[2].partition("</div>")[0]
    assert SOUND not in offices()
    assert browser.post_form(sent.location, to=None).status_code == 303
    assert {SOUND, ODD} <= offices().keys()
    verbs = db.session.scalars(sa.select(AuditEntry.verb)).all()
    assert (verbs.count("offices.file_read"), verbs.count("organisation.added")) >= (1, 2)
    assert "すでに" in browser.get(sent.location).text


def test_each_office_that_is_gone_is_a_choice_and_one_entered_by_hand_is_not_ticked(
    sign_in, mori, aoi
):
    take([*known_rows(), office_line(SOUND, "港"), office_line(OTHER, "浜")])
    hand = factories.make_organisation("手で入れた事業所", TOWN, office_no="9870100220")
    move_to(hand.id, factories.make_case(by=aoi))
    browser = sign_in(mori)
    gone = {SOUND, OTHER, "9870100220", "9870100011"}
    rows = [row for row in known_rows() if row["事業所番号"] not in gone]
    url = send_file(browser, national_file(rows)).location
    page = browser.get(url).text
    by_hand = page.partition("手で入れた事業所")[2].partition("</li>")[0]
    assert "手入力" in by_hand
    assert "未完了の事例1件" in by_hand
    form = next(f for f in parsed(page).iter("form") if "close" in form_fields(f))
    boxes = [box for box in form.iter("input") if box.get("name") == "close"]
    ticked = {int(box.get("value")) for box in boxes if box.get("checked") is not None}
    known = {number: office.id for number, office in offices().items()}
    db.session.rollback()
    assert ticked == {known[SOUND], known[OTHER]}
    fields = {**form_fields(form), "close": [str(key) for key in ticked - {known[OTHER]}]}
    for _time in range(2):
        assert browser.post(url, data=fields).status_code == 303
    closed = {number for number, office in offices().items() if office.closed_on}
    assert closed == {SOUND}


def test_a_file_with_other_headings_is_refused_on_the_page(sign_in, mori):
    head = [name.replace("事業所名カナ", "カナ") for name in HEAD]
    answer = send_file(sign_in(mori), national_file([office_line(SOUND, "港")], head))
    assert (answer.status_code, "事業所名カナ" in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count(OfficeFile.id))) == 0


@pytest.mark.parametrize(("login", "status"), [("tani", 404), ("aoi", 403), ("sato", 403)])
def test_only_the_towns_own_officers_come_to_its_set_up(request, sign_in, mori, login, status):
    town = queries_town(mori)
    file = service.keep(town, read(*known_rows()), by=mori, at=the_clock.now())
    db.session.commit()
    browser = sign_in(request.getfixturevalue(login))
    for path in (UPLOAD, f"{UPLOAD}/{file.id}", f"/settings/setup/{TOWN}"):
        assert browser.get(path).status_code == status, path


def queries_town(viewer):
    from tracker.accounts.towns.queries import town_to_set_up

    return town_to_set_up(viewer, TOWN)


def test_a_file_belongs_to_its_town(sign_in, kanri, mori):
    file = service.keep(queries_town(mori), read(*known_rows()), by=mori, at=the_clock.now())
    db.session.commit()
    assert sign_in(kanri).get(f"/settings/setup/98321/offices/{file.id}").status_code == 404


def test_the_command_takes_over_the_same_way(app, tmp_path):
    path = tmp_path / "jigyosho_430.csv"
    path.write_bytes(national_file([*known_rows(), office_line(SOUND, "港")]))
    run = app.test_cli_runner().invoke
    trial = run(args=["import", "offices", str(path), "--municipality", str(TOWN), "--dry-run"])
    assert (trial.exit_code, SOUND in offices()) == (0, False), trial.output
    done = run(args=["import", "offices", str(path)])
    assert (done.exit_code, "98201: new 1" in done.output) == (0, True), done.output
    assert SOUND in offices()
    path.write_bytes(b"a,b\r\n1,2\r\n")
    assert run(args=["import", "offices", str(path)]).exit_code == 1


def test_comparing_costs_the_same_for_many_offices(app, statements):
    few = service.rows_for(TOWN, read(*known_rows()), [])
    with statements() as for_few:
        queries.compare(TOWN, few, today=the_clock.today())
    more = [office_line(f"98{number:08}", f"{number}") for number in range(200)]
    many = service.rows_for(TOWN, read(*known_rows(), *more), [])
    with statements() as for_many:
        queries.compare(TOWN, many, today=the_clock.today())
    assert len(for_many) == len(for_few)
