"""Letters to the prefecture: what they say and never say, who makes them, what comes back."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from docx import Document
from pypdf import PdfReader

from tests import factories
from tests.house.test_pages import assert_sound
from tests.letters import make_letter
from tests.views import set_population
from tracker.accounts.models import Organisation
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.disclosure import Rule
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import queries, service
from tracker.issues.letters import service as letters
from tracker.issues.letters import traces
from tracker.issues.letters.models import IssueLetter
from tracker.issues.letters.service import AnswerDraft
from tracker.issues.models import IssueStatus
from tracker.issues.models import IssueStepKind as K
from tracker.issues.statement import IssueLevel

S = IssueStatus


def answer(letter, by, **changes):
    fields = {
        "answered_on": the_clock.today(),
        "paper_number": "高福第12号",
        "answer": "来年度の事業で考えます。",
    }
    letters.record_answer(
        letter,
        AnswerDraft(**{**fields, **changes}),
        by=by,
        at=the_clock.now(),
        today=the_clock.today(),
    )
    db.session.commit()


@pytest.fixture
def confirmed(issue, road):
    """Sato's issue, confirmed."""
    return road.lead(issue, S.CONFIRMED)


def test_a_letter_has_a_number_of_its_own_and_stands_in_the_history(confirmed, mori):
    first, second = make_letter(confirmed, mori), make_letter(confirmed, mori)
    assert (first.number, second.number) == ("R8-01", "R8-02")
    kinds = [entry.kind for entry in queries.issue_page(mori, confirmed.id).entries]
    assert kinds[-2:] == [K.LETTER_MADE, K.LETTER_MADE]
    assert letters.digest(first.sheet) == first.digest


@pytest.mark.parametrize("status", [S.CANDIDATE, S.PARKED, S.DECLINED, S.CLOSED])
def test_only_about_a_confirmed_issue_that_is_not_over(issue, road, mori, status):
    road.lead(issue, status)
    with pytest.raises(ConflictError):
        make_letter(issue, mori)


@pytest.mark.parametrize("login", ["sato", "yama", "tani", "aoi"])
def test_nobody_but_an_officer_of_the_town_writes(confirmed, login, request):
    with pytest.raises(NotAllowedError):
        make_letter(confirmed, request.getfixturevalue(login))


@pytest.mark.parametrize("field", ["statement", "need", "request", "title"])
@pytest.mark.parametrize(
    "words",
    [
        "事例 R8-98201-0042 のとおりです。",
        "Ｒ８－００４２の件",
        "あおばケアプラン室からの声です。",
        "アオバより3件の声",
        "三つの事業所ではなく二つの事業所です。",
        "連絡先は 090-1234-5678 です。",
    ],
)
def test_no_case_no_office_no_small_figure_and_nobody_in_any_field(confirmed, mori, field, words):
    own = field in {"request", "title"}
    parts = {"statement": "店が閉まりました。", **({} if own else {field: words})}
    changes = {field: words} if own else {}
    with pytest.raises(InvalidInputError) as refused:
        make_letter(confirmed, mori, parts=parts, **changes)
    assert refused.value.field == field
    assert db.session.scalar(sa.select(sa.func.count()).select_from(IssueLetter)) == 0


@pytest.mark.parametrize(
    ("text", "least", "found"),
    [
        ("30件の声", 20, []),
        ("19件の声", 20, ["19件"]),
        ("０件でした", 20, []),
        ("二十件の声", 20, []),
        ("十九人が", 20, ["十九人"]),
        ("三つの事業所", 20, []),
        ("2つの事業所", 20, ["2つの事業所"]),
        ("100人のうち", None, ["100人"]),
        ("週に3回、5キロ先まで", 20, []),
        ("令和8年度に2か所", 20, []),
        ("三つの事業者から", 2, []),
        ("二つの事業者から", 2, ["二つの事業者"]),
        ("3-4件、5 ケース", 20, ["4件", "5 ケース"]),
        ("一人暮らしの方、夫婦二人世帯、職員が2人で介助", 20, []),
        ("二人から声があった", 20, ["二人"]),
        ("事例71件、事業所2か所、合計21645分。", 20, ["事業所2"]),
        ("Cases: 19, offices: 7, minutes in all: 540.", 20, ["Cases: 19"]),
        ("About 3 cases were filed by two care offices.", 20, ["3 cases", "two care offices"]),
        ("Thirty people, 30 cases, three offices; nobody else.", 20, []),
    ],
)
def test_small_figures_are_seen_in_any_writing(text, least, found):
    assert traces.small_figures(text, Rule(least)) == found


@pytest.mark.parametrize(("people", "said"), [(1_900, False), (0, False), (60_000, True)])
def test_the_population_of_the_town_decides_what_a_letter_may_say(confirmed, mori, people, said):
    if people:
        set_population(confirmed.municipality_id, people, mori)
    parts = {"statement": "15件の声があります。"}
    if said:
        assert make_letter(confirmed, mori, parts=parts).id
    else:
        with pytest.raises(InvalidInputError):
            make_letter(confirmed, mori, parts=parts)


def words_of(sheet):
    return str(sheet)


def test_few_cases_are_hidden_and_no_office_is_named(confirmed, case, mori):
    sheet = make_letter(confirmed, mori).sheet
    names = db.session.scalars(sa.select(Organisation.name_ja).filter_by(kind="agency")).all()
    assert not [name for name in names if name in words_of(sheet)]
    assert case.number not in words_of(sheet)
    assert dict(sheet["figures"]) == {
        "事例": "非表示",
        "事業所": "非表示",
        "合計時間": "非表示",
    }


@pytest.mark.parametrize(
    ("people", "told"), [(0, ("約20", "3以上")), (1_900, ("非表示", "非表示"))]
)
def test_many_cases_of_three_offices_are_told_in_tens(confirmed, aoi, mori, people, told):
    if people:
        set_population(confirmed.municipality_id, people, mori)
    case = factories.make_case(by=aoi)
    factories.make_many(case, 20)
    for index in range(3):
        office = factories.make_organisation(f"第{index}事業所", confirmed.municipality_id)
        of_three = Case.id % 3 == index
        db.session.execute(sa.update(Case).where(of_three).values(organisation_id=office.id))
    db.session.commit()
    ids = db.session.scalars(sa.select(Case.id).order_by(Case.id)).all()
    service.attach(confirmed, ids, by=mori, at=the_clock.now())
    figures = dict(make_letter(confirmed, mori).sheet["figures"])
    assert (figures["事例"], figures["事業所"]) == told


def test_the_letter_stays_as_it_was_made(confirmed, aoi, mori, sign_in):
    letter = make_letter(confirmed, mori)
    sheet = dict(letter.sheet)
    service.attach(confirmed, [factories.make_case(by=aoi).id], by=mori, at=the_clock.now())
    new = factories.issue_draft(confirmed.area_id, title="別の題")
    service.rewrite(confirmed, new, by=mori, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    url = f"/issues/letters/{letter.id}"
    pdf = sign_in(mori).get(f"{url}/letter.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    assert "買い物の足がない" in text
    assert "別の題" not in text
    assert db.session.get_one(IssueLetter, letter.id).sheet == sheet


def test_the_word_file_says_the_same_in_the_language_it_was_made_in(confirmed, mori, sign_in):
    letter = make_letter(confirmed, mori)
    answer_ = sign_in(mori).get(f"/issues/letters/{letter.id}/letter.docx?lang=en")
    document = Document(io.BytesIO(answer_.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "高齢福祉課" in cells
    assert letter.number in cells
    assert document.paragraphs[0].text == "地域課題に関する文書"


# --- what came back ---


def test_the_answer_stands_beside_the_letter(confirmed, mori, hara, clock):
    letter = make_letter(confirmed, mori)
    clock.move(days=40)
    answer(letter, hara)
    assert (letter.paper_number, letter.recorded_by_id) == ("高福第12号", hara.person_id)
    assert confirmed.status is S.CONFIRMED
    answer(letter, mori, paper_number="高福第13号")
    assert letter.paper_number == "高福第13号"


def test_an_issue_that_waits_for_the_prefecture_has_its_answer_with_it(issue, road, mori):
    road.lead(issue, S.ON_AGENDA)
    who = {"by": mori, "at": the_clock.now(), "act": "x"}
    service.refer_up(issue, "県に尋ねる。", to=IssueLevel.PREFECTURE, **who)
    db.session.commit()
    letter = make_letter(issue, mori)
    answer(letter, mori)
    assert (issue.status, issue.held_at) == (S.CONFIRMED, IssueLevel.AREA)
    last = queries.last_step(issue.id)
    assert (last.kind, last.sentence) == (K.ANSWERED_ABOVE, "来年度の事業で考えます。")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answered_on", None),
        ("answered_on", -1),
        ("answered_on", 1),
        ("paper_number", ""),
        ("answer", ""),
    ],
)
def test_an_answer_needs_a_day_a_number_and_words(confirmed, mori, field, value):
    letter = make_letter(confirmed, mori)
    if isinstance(value, int):
        value = the_clock.today() + timedelta(days=value)
    with pytest.raises(InvalidInputError):
        answer(letter, mori, **{field: value})


def test_a_centre_reads_letters_but_records_nothing(confirmed, mori, sato, sign_in):
    letter = make_letter(confirmed, mori)
    browser, url = sign_in(sato), f"/issues/letters/{letter.id}"
    assert browser.get(url).status_code == 200
    assert f'action="{url}/answer"' not in browser.get(url).text
    assert browser.send(f"{url}/answer").status_code == 403
    assert browser.get(f"/issues/{confirmed.id}/letters/new").status_code == 403


@pytest.mark.parametrize("login", ["nishi", "tani"])
def test_a_stranger_cannot_learn_that_a_letter_exists(confirmed, mori, login, request, sign_in):
    letter = make_letter(confirmed, mori)
    browser, url = sign_in(request.getfixturevalue(login)), f"/issues/letters/{letter.id}"
    found = [browser.get(f"{url}{end}").status_code for end in ("", "/letter.pdf", "/letter.docx")]
    found.append(browser.get(f"/issues/{confirmed.id}/letters/new").status_code)
    # Tani may write letters, and Nishi may not: neither is told of this issue.
    assert set(found) == {404}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_letter_is_made_and_answered_by_hand_once(confirmed, mori, sign_in, lang):
    browser, url = sign_in(mori), f"/issues/{confirmed.id}/letters/new"
    page = browser.get(f"{url}?lang={lang}")
    assert_sound(page.text, url, lang)
    typed = {"addressee": "高齢福祉課", "request": "助言をいただきたい。"}
    refused = browser.post_form(url, {**typed, "request": "R8-0042 のこと"})
    assert refused.status_code == 422
    assert_sound(refused.text, url, lang)
    made = browser.post_form(url, typed)
    assert made.status_code == 303
    shown = browser.get(made.location)
    assert_sound(shown.text, made.location, lang)
    back = {"answered_on": "令和8年11月24日", "paper_number": "高福12", "letter_answer": "了解。"}
    assert browser.post_form(made.location, {**back, "answered_on": ""}).status_code == 422
    assert browser.post_form(made.location, back).status_code == 303
    assert "高福12" in browser.get(f"/issues/{confirmed.id}").text
