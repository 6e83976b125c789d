"""The filing sheet, empty and filled: what stands in it, in which order, and for whom."""

import re
from io import BytesIO
from urllib.parse import unquote

import pypdf
import pytest
import segno
import sqlalchemy as sa
from flask_babel import force_locale, gettext

from tests import factories
from tests.client import parsed
from tracker.accounts.models import Area, Organisation
from tracker.accounts.roles import Role
from tracker.cases import queries as cases
from tracker.cases.models import Disposition
from tracker.cases.policy import Group
from tracker.cases.ticks import Ticks
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.core.traces import AccessTrace
from tracker.exchange.case_sheet import case_paper
from tracker.exchange.filing_sheet import NOT_ON_PAPER
from tracker.formats.papers import Facts
from tracker.intake.forms import CaseFields, CaseForm
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

HOST = "https://kakehashi.town.example"
BLANK = "/cases/new/sheet.pdf"
FEE = {"ability_to_pay": "PARTLY", "charge": "PAID", "charge_band": "B1", "paid_by": "FAMILY"}
HAND_SIZE = 10.5  # points; smaller kanji run together by fax


@pytest.fixture(autouse=True)
def _address(app):
    app.config["BASE_URL"] = f"{HOST}/"


@pytest.fixture
def case(aoi):
    ticks = Ticks(household=frozenset({"ALONE"}), kinds={"RS_SHOP": "FULL"})
    return factories.make_case(by=aoi, ticks=ticks, **FEE)


def _sheet(browser, address, lang="en"):
    answer = browser.get(address, query_string={"lang": lang})
    assert answer.status_code == 200, answer.text
    return pypdf.PdfReader(BytesIO(answer.data))


def _packed(text):
    """Without blanks and line ends: a line may break anywhere on paper."""
    return re.sub(r"\s", "", text)


def _said(reader):
    return _packed("".join(page.extract_text() for page in reader.pages))


def _office_of(person):
    (office,) = person.organisation_ids(Role.AGENCY)
    return db.session.get(Organisation, office)


def _code_in(reader):
    """The dark and light squares of the code on the first page, as they were embedded."""
    (picture,) = reader.pages[0]["/Resources"]["/XObject"].values()
    picture = picture.get_object()
    wide, data = picture["/Width"], picture.get_data()
    assert (picture["/BitsPerComponent"], picture["/Height"]) == (8, wide)
    scale = next(n for n in range(1, wide) if data[4 * n * (wide + 1)] == 0)  # the first corner
    middle = range(scale // 2, wide, scale)
    return [[int(data[y * wide + x] == 0) for x in middle] for y in middle]


def _code_for(address):
    quiet = segno.make_qr(address, error="q").matrix_iter(border=4)
    return [list(row) for row in quiet]


def _questions(app):
    """Name → label of every question of the filing page that needs no type, in its order."""
    with app.test_request_context(), force_locale("en"):
        form = CaseForm(formdata=None, meta={"csrf": False})
        asked = [f for f in form if hasattr(CaseFields, f.name) and f.name not in NOT_ON_PAPER]
        return {f.name: str(f.label.text) for f in asked}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["aoi", "sato"])
def test_the_empty_sheet_is_two_numbered_tagged_pages_of_a4(request, sign_in, login, lang):
    reader = _sheet(sign_in(request.getfixturevalue(login)), BLANK, lang)
    assert len(reader.pages) == 2
    for number, page in enumerate(reader.pages, start=1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert f"{number} / 2" in page.extract_text()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == {"ja": "ja-JP", "en": "en-GB"}[lang]


@pytest.mark.parametrize("address", [BLANK, "/cases/{}/sheet.pdf"])
def test_a_sheet_can_be_faxed(sign_in, aoi, case, address):
    reader = _sheet(sign_in(aoi), address.format(case.id), "ja")
    sizes = set()

    def note(text, around, at, font, size):
        if text.strip():
            sizes.add(round(abs(size * at[3] * around[3]), 2))

    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (font,) = font.get_object()["/DescendantFonts"]
            assert "/FontFile3" in font.get_object()["/FontDescriptor"].get_object()
        page.extract_text(visitor_text=note)
        drawn = page.get_contents().get_data().decode("latin-1")
        paints = re.findall(r"([\d. ]+?) (?:scn?|SCN?|g|G|rg|RG|k|K)\s", drawn)
        assert {float(n) for paint in paints for n in paint.split()} == {0.0}, "only black"
    assert min(sizes) >= HAND_SIZE


def test_the_questions_stand_in_the_order_of_the_page(app, sign_in, aoi):
    browser = sign_in(aoi)
    said = _said(_sheet(browser, BLANK))
    chosen = {"same_as": "Same person as case no.", "wished_issue": "Regional issue no."}
    labels = (_questions(app) | chosen).values()
    numbered = [_packed(f"{number} {label}") for number, label in enumerate(labels, start=1)]
    places = [said.find(question) for question in numbered]
    assert -1 not in places, numbered[places.index(-1)]
    assert places == sorted(places)
    page = browser.get("/cases/new").text
    named = dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)', page))
    on_page = [name for name in named if name in _questions(app)]
    assert on_page == [name for name in _questions(app) if name in on_page]
    assert len(on_page) > 20


def test_every_answer_has_its_box_and_every_type_its_code(app, sign_in, aoi):
    said = _said(_sheet(sign_in(aoi), BLANK))
    asked = [name for name in CodeList if name.value in _questions(app)]
    asked += [CodeList.STEP_RESULT, CodeList.CALL_TARGET, CodeList.CALL_ANSWER]
    choices = [code.name_en for codes in taxonomy.codes(*asked).values() for code in codes.values()]
    choices += ["No", "As the table says", "East area", "West area", "Whole town"]
    choices += [f"{found.code} {found.name_en}" for found in taxonomy.work_classes()]
    missing = [name for name in choices if "□" + _packed(name) not in said]
    assert not missing
    for act in taxonomy.act_types(the_clock.today()):
        assert _packed(act.code + act.name_en) in said
        assert _packed(act.family.name_en) in said
    assert "Notsaid" not in said


def test_what_must_be_answered_stands_on_the_first_page(app, sign_in, aoi):
    first = _packed(_sheet(sign_in(aoi), BLANK).pages[0].extract_text())
    with app.test_request_context(), force_locale("en"):
        form = CaseForm(formdata=None, meta={"csrf": False})
        must = [f for f in form if f.flags.required and hasattr(CaseFields, f.name)]
        assert len(must) > 5
        assert all(_packed(str(f.label.text)) + "＊" in first for f in must)


def test_the_empty_sheet_says_what_must_not_be_written(sign_in, aoi):
    first = _packed(_sheet(sign_in(aoi), BLANK).pages[0].extract_text())
    warning = _packed("No name, address, telephone or date of birth of the person, please.")
    assert first.index(warning) < first.index("1Isanybodyindanger")


def test_it_goes_from_the_viewers_office_to_the_centre_of_its_area(sign_in, aoi):
    said = _said(_sheet(sign_in(aoi), BLANK))
    assert _packed(_office_of(aoi).name_en) in said
    assert "MiharashiEastCommunitySupportCentre" in said
    assert "0980-00-2001" in said
    assert "0980-00-2002" not in said


def test_a_centre_prints_it_for_any_office(sign_in, sato):
    said = _said(_sheet(sign_in(sato), BLANK))
    assert "0980-00-2001" in said
    assert "CarePlanOffice" not in said


def test_no_office_is_named_for_whoever_files_for_two(sign_in, aoi, kato):
    person = factories.person_called("aoi")
    other = _office_of(kato)
    factories.join(factories.queries.find_person("aoi"), other.id, Role.AGENCY)
    said = _said(_sheet(sign_in(person), BLANK))
    assert _packed(_office_of(aoi).name_en) not in said
    assert _packed(other.name_en) not in said
    assert {"0980-00-2001", "0980-00-2002"} <= set(re.findall(r"0980-\d\d-200\d", said))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("more", "ticked"), [(9, True), (10, False)])
def test_up_to_twelve_areas_are_ticked_and_more_are_written(sign_in, aoi, lang, more, ticked):
    (town,) = aoi.municipality_ids(Role.AGENCY)
    (centre,) = db.session.scalars(
        sa.select(Organisation.id).where(Organisation.phone == "0980-00-2001")
    )
    for number in range(3, 3 + more):
        code = f"{town:05}-{number:02}"
        names = {"name_ja": f"第{number}中学校圏域", "name_en": f"Junior high school {number}"}
        area = Area(code=code, municipality_id=town, **names)
        db.session.add(area)
        db.session.flush()
        db.session.add(factories.OrganisationArea(organisation_id=centre, area_id=area.id))
    db.session.commit()
    reader = _sheet(sign_in(aoi), BLANK, lang)
    name = {"ja": "□第3中学校圏域", "en": "□Juniorhighschool3"}[lang]
    assert (name in _said(reader)) is ticked
    assert len(reader.pages) == 2


def test_the_empty_sheet_leads_to_the_filing_page(sign_in, aoi):
    reader = _sheet(sign_in(aoi), BLANK)
    assert _code_in(reader) == _code_for(f"{HOST}/cases/new")
    assert f"{HOST}/cases/new" in _said(reader)


def test_the_filing_page_leads_to_the_empty_sheet(sign_in, aoi):
    page = parsed(sign_in(aoi).get("/cases/new").text)
    assert BLANK in {link.get("href") for link in page.iter("a")}


@pytest.mark.parametrize("login", ["mori", "yama", "iin", "ken", "kanri"])
def test_who_does_not_file_gets_no_empty_sheet(request, sign_in, login):
    assert sign_in(request.getfixturevalue(login)).get(BLANK).status_code == 403


def test_a_filled_sheet_says_its_number_where_it_stands_and_what_was_filed(sign_in, aoi, case):
    reader = _sheet(sign_in(aoi), f"/cases/{case.id}/sheet.pdf")
    said = _said(reader)
    for words in (
        case.number,
        "Filed",
        "The support centre accepts it, or asks back.",
        "1 December 2026",
        "Shopping",
        _office_of(aoi).name_en,
        "A fee was charged",
        case.summary,
        case.wanted,
        "Lives alone",
        "Shopping, mobile shops, delivery: Full",
    ):
        assert _packed(words) in said, words
    assert "Confidential" in reader.pages[0].extract_text()


def test_a_filled_sheet_has_every_answer_the_newest_first(sign_in, aoi, sato, case):
    factories.accept(case, by=sato)
    redirected = Disposition.REDIRECTED
    factories.sort(case, sato, redirected, answer="はじめの答え", body="市民課", contact="内線12")
    factories.contest(case, by=aoi)
    factories.sort(case, sato, redirected, answer="次の答え", body="水道課", contact="内線34")
    said = _said(_sheet(sign_in(aoi), f"/cases/{case.id}/sheet.pdf"))
    assert said.index("次の答え") < said.index("はじめの答え")
    assert "水道課(内線34)" in said


def test_a_case_that_was_withdrawn_has_nothing_next(sign_in, aoi, case):
    factories.withdraw(case, by=aoi)
    said = _said(_sheet(sign_in(aoi), f"/cases/{case.id}/sheet.pdf"))
    assert "Withdrawn" in said
    assert "Whatcomesnext" not in said


def test_a_filled_sheet_leads_to_its_case(sign_in, aoi, case):
    reader = _sheet(sign_in(aoi), f"/cases/{case.id}/sheet.pdf")
    assert _code_in(reader) == _code_for(f"{HOST}/cases/{case.id}")
    assert _code_in(reader) != _code_for(f"{HOST}/cases/{case.id + 1}")
    assert f"{HOST}/cases/{case.id}" in _said(reader)


def test_an_officer_reads_no_name_of_the_office(sign_in, mori, aoi, case):
    for lang in ("ja", "en"):
        said = _said(_sheet(sign_in(mori), f"/cases/{case.id}/sheet.pdf", lang))
        office = _office_of(aoi)
        assert _packed(office.name_ja) not in said
        assert _packed(office.name_en) not in said
        assert case.summary in said


def test_a_coordinator_reads_nothing_of_money(sign_in, yama, case):
    said = _said(_sheet(sign_in(yama), f"/cases/{case.id}/sheet.pdf"))
    assert case.summary in said
    for words in ("Ability to pay", "Can pay part", "A fee was charged", "Who paid"):
        assert _packed(words) not in said


def test_who_does_not_read_the_story_gets_none(app, aoi, case):
    page = cases.case_page(aoi, case.id, at=the_clock.now())
    only_codes = cases.CasePage(
        page.case, page.office, page.entries, page.stages, page.answers, frozenset({Group.CORE})
    )
    with force_locale("en"):
        for seen, count in ((page, 1), (only_codes, 0)):
            paper = case_paper(seen, [], [], None, address=HOST, today=the_clock.today())
            values = [v for b in paper.blocks if isinstance(b, Facts) for _term, v in b.rows]
            assert values.count(case.summary) == values.count(case.wanted) == count


@pytest.mark.parametrize("login", ["kato", "nishi", "ono", "tani"])
def test_a_stranger_cannot_learn_that_the_case_exists(request, sign_in, case, login):
    browser = sign_in(request.getfixturevalue(login))
    for key in (case.id, 999_999):
        assert browser.get(f"/cases/{key}/sheet.pdf").status_code == 404


@pytest.mark.parametrize("address", [BLANK, "/cases/1/sheet.pdf"])
def test_nobody_without_signing_in(client, case, address):
    assert client.get(address).status_code == 303


def test_printing_a_case_is_noted_and_an_empty_sheet_is_not(sign_in, mori, aoi, case):
    browser = sign_in(mori)
    browser.get(f"/cases/{case.id}/sheet.pdf")
    sign_in(aoi).get(BLANK)
    traces.writer.flush()
    seen = db.session.execute(
        sa.select(AccessTrace.person_id, AccessTrace.subject, AccessTrace.subject_id)
    ).all()
    assert seen == [(mori.person_id, "cases", case.id)]


def test_what_somebody_typed_is_printed_as_it_is(sign_in, aoi):
    payload = '{{7*7}} #set page(fill: red) ____ *bold* <b> %(day)s "quoted"'
    case = factories.make_case(by=aoi, summary=payload, wanted=payload)
    said = _said(_sheet(sign_in(aoi), f"/cases/{case.id}/sheet.pdf"))
    assert said.count(_packed(payload)) == 2


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("address", [BLANK, "/cases/{}/sheet.pdf"])
def test_no_placeholder_is_left(sign_in, aoi, case, address, lang):
    said = _said(_sheet(sign_in(aoi), address.format(case.id), lang))
    for left in ("%(", ")s", "{{", "__", "None", "lazy", "<"):
        assert left not in said, left


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_files_have_a_name_for_the_reader_and_a_plain_one(app, sign_in, aoi, case, lang):
    with force_locale(lang):
        spoken = {
            BLANK: ("filing-sheet.pdf", gettext("Filing sheet of a case")),
            f"/cases/{case.id}/sheet.pdf": (
                f"case-{case.number}.pdf",
                gettext("Case %(number)s", number=case.number),
            ),
        }
    for address, (plain, name) in spoken.items():
        answer = sign_in(aoi).get(address, query_string={"lang": lang})
        kept = answer.headers["Content-Disposition"]
        assert kept.startswith(f"attachment; filename={plain};")
        assert unquote(kept.partition("filename*=UTF-8''")[2]) == f"{name}.pdf"
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
