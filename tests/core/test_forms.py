"""What a form takes: no person in the data, nothing that cannot be shown, nothing too long."""

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from tests import factories
from tests.client import form_fields, parsed
from tracker.accounts.models import Organisation, Person
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core import personal
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.drafts import Draft
from tracker.core.errors import InvalidInputError
from tracker.core.gate import REFUSALS
from tracker.core.personal import Kind

MY_NUMBER = "123456789018"
PHONE, MAIL = "090-1234-5678", "hanako@client.example"
FILED = {
    "conduct": "y",
    "act_type": "HK03",
    "requester": "SELF",
    "outcome": "DONE_SELF",
    "gap": "G1",
    "urgency": "E2",
    "times_handled": "3",
    "minutes_each": "40",
    "summary": "近くの店が閉まり、米と飲み物の買い物を頼まれた。",
    "wanted": "販売車",
}


def cases():
    return db.session.scalars(sa.select(Case).order_by(Case.id)).all()


@pytest.fixture
def file(sign_in, aoi):
    """Aoi files a case, with something else in it than usual."""
    browser = sign_in(aoi)

    def send(**changes):
        page = parsed(browser.get("/cases/new").text)
        form = next(form for form in page.iter("form") if "filing" in form.get("class", ""))
        return browser.post("/cases/new", data={**form_fields(form), **FILED, **changes})

    return send


def test_the_number_of_these_tests_is_a_real_one():
    assert personal.is_my_number(MY_NUMBER)


def test_a_case_without_a_persons_details_is_filed(file):
    assert file().status_code == 303
    assert [case.summary for case in cases()] == [FILED["summary"]]


# An individual number is never stored, wherever it is typed.

TEXTS = {  # form → its text fields
    "/cases/new": ("summary", "wanted"),
    "/cases/{case}/edit": ("summary", "wanted"),
    "/account/": ("name",),
    "/organisations/{office}/edit": ("name_ja", "name_en", "kana"),
    "/triage/{case}/return": ("reason",),
    "/triage/{case}/sort": ("redirect_body", "redirect_contact", "answer"),
    "/triage/{sorted}/answer": ("answer",),
    "/cases/{closed}/contest": ("reason",),
}
WORKS_THERE = {"/triage": "sato", "/organisations": "mori"}


@pytest.fixture
def town(app, aoi, sato):
    """Cases in every state a form is about, and the office of Aoi."""
    waiting = factories.make_case(by=aoi)
    done = factories.sort(
        factories.accept(factories.make_case(by=aoi), by=sato), by=sato, answer=factories.ANSWER
    )
    half = factories.sort(factories.accept(factories.make_case(by=aoi), by=sato), by=sato)
    return {
        "case": waiting.id,
        "closed": done.id,
        "sorted": half.id,
        "office": min(aoi.organisation_ids(Role.AGENCY)),
    }


@pytest.mark.parametrize(
    ("url", "field"),
    [(url, field) for url, fields in TEXTS.items() for field in fields],
)
def test_an_individual_number_is_refused_in_every_text(request, town, sign_in, url, field):
    login = next((who for start, who in WORKS_THERE.items() if url.startswith(start)), "aoi")
    browser = sign_in(request.getfixturevalue(login))
    sent = {**FILED, "version": "1", "disposition": "redirected", "name": "青井"}
    sent |= dict.fromkeys(("answer", "reason", "redirect_body", "redirect_contact"), "もの")
    sent |= {"request_key": "6f5902ac-237f-4c19-8f25-a3f1e3bb0d3a", field: f"番号は{MY_NUMBER}です"}
    answer = browser.send(url.format(**town), sent)
    assert (answer.status_code, MY_NUMBER in answer.text) == (422, False)
    assert "個人番号（マイナンバー）と思われます" in answer.text


@pytest.mark.parametrize(
    "typed", [MY_NUMBER, "1234-5678-9018", "１２３４ ５６７８ ９０１８", "一二三四五六七八九〇一八"]
)
def test_an_individual_number_is_hidden_however_it_is_written(file, typed):
    answer = file(summary=f"番号は {typed} とのこと。")
    assert (answer.status_code, typed in answer.text) == (422, False)
    dots = "".join("●" if sign.isnumeric() else sign for sign in typed)
    assert f"番号は {dots} とのこと。" in answer.text


REFUSED = {
    "被保険者番号0001234567": Kind.INSURED,
    "免許証番号301234567890": Kind.LICENCE,
    "カード4111-1111-1111-1111": Kind.CARD,
    "口座番号1234567": Kind.BANK,
    f"番号は{MY_NUMBER}": Kind.MY_NUMBER,
}


def test_there_are_words_for_every_kind_that_is_refused():
    assert set(REFUSED.values()) == REFUSALS.keys()
    assert len(set(map(str, REFUSALS.values()))) == len(REFUSALS)


@pytest.mark.parametrize("typed", REFUSED)
def test_the_refusal_names_what_was_typed_and_leaves_the_rest(file, typed):
    answer = file(summary=f"山田商店の件。{typed}、山田さんより。")
    assert (answer.status_code, cases()) == (422, [])
    assert "山田商店の件。" in answer.text
    assert "、山田さんより。" in answer.text
    assert typed not in answer.text
    with force_locale("ja"):
        said = {kind for kind, words in REFUSALS.items() if str(words) in answer.text}
    assert said == {REFUSED[typed]}


@pytest.mark.parametrize("typed", REFUSED)
def test_a_service_says_what_it_refuses(app, aoi, typed):
    with pytest.raises(InvalidInputError) as refusal:
        factories.make_case(by=aoi, wanted=typed)
    db.session.rollback()
    assert refusal.value.message == str(REFUSALS[REFUSED[typed]])


def test_vouching_for_it_does_not_help_an_individual_number(file):
    assert file(summary=f"番号は{MY_NUMBER}です", details_confirmed="y").status_code == 422
    assert cases() == []


def test_the_button_hides_an_individual_number_as_well_but_asks_again(file):
    answer = file(summary=f"番号は{MY_NUMBER}です", mask_details="1")
    assert (answer.status_code, MY_NUMBER in answer.text) == (422, False)


@pytest.mark.both
def test_a_service_refuses_an_individual_number_that_came_past_the_forms(app, aoi):
    with pytest.raises(InvalidInputError, match="個人番号") as refusal:
        factories.make_case(by=aoi, wanted=f"番号は{MY_NUMBER}です")
    assert refusal.value.field == "wanted"
    db.session.rollback()
    assert cases() == []


@pytest.mark.parametrize("url", ["/cases/new/draft", "/cases/new"])
def test_a_draft_holds_no_persons_details(sign_in, aoi, url):
    typed = f"番号は{MY_NUMBER}、電話は{PHONE}、{MAIL}"
    sign_in(aoi).send(url, {"summary": typed, "check": "1"})
    (draft,) = db.session.scalars(sa.select(Draft))
    assert draft.fields["summary"] == "番号は●●●、電話は●●●、●●●"


def _bytes_of_database():
    path = Path(db.engine.url.database)
    db.session.remove()
    db.engine.dispose()  # the last connection writes the log into the file
    return path.read_bytes() + b"".join(
        extra.read_bytes() for extra in path.parent.glob(f"{path.name}-*")
    )


def test_an_individual_number_is_not_in_the_bytes_of_the_database(file, sign_in, aoi):
    file(summary=f"番号は{MY_NUMBER}です", wanted="小豆色の車")
    sign_in(aoi).send("/cases/new/draft", {"summary": MY_NUMBER, "wanted": "小豆色の車"})
    found = _bytes_of_database()
    assert MY_NUMBER.encode() not in found
    assert b"\\u5c0f\\u8c46" in found  # the draft itself is there, as JSON


def test_no_typed_word_stands_in_the_log(file, caplog):
    with caplog.at_level(logging.DEBUG):
        file(summary=f"桜餅と{MY_NUMBER}", wanted=PHONE)
        file(summary="桜餅のこと")
    written = " ".join(str(record.__dict__) for record in caplog.records)
    assert "intake.new" in written
    assert not [word for word in ("桜餅", MY_NUMBER, PHONE, "青井") if word in written]


# Telephone numbers and mail addresses are shown, and the filer decides.


@pytest.mark.parametrize("detail", [PHONE, MAIL, "０９０ー１２３４ー５６７８"])
def test_a_detail_is_marked_before_anything_is_saved(file, detail):
    answer = file(summary=f"連絡先は {detail} です。")
    assert (answer.status_code, cases()) == (422, [])
    assert f">{detail}</mark>" in answer.text


def test_the_reason_stands_at_each_mark_and_once_below(file):
    answer = file(summary="山田さんの件で山田さんに電話。")
    (reason,) = {mark.get("title") for mark in parsed(answer.text).iter("mark")}
    below = ["".join(item.itertext()) for item in parsed(answer.text).iter("li")]
    assert [line for line in below if "山田" in line] == [f"▲ {reason}：山田"]


def test_the_button_hides_what_was_marked_and_files_the_case(file):
    answer = file(summary=f"連絡先は{PHONE}、{MAIL}です。", mask_details="1")
    assert answer.status_code == 303
    assert [case.summary for case in cases()] == ["連絡先は●●●、●●●です。"]


def test_the_button_tells_persons_by_letters(file):
    typed = "山田さん（昭和12年3月4日生）と佐藤様、山田さんの隣。"
    assert file(summary=typed, mask_details="1").status_code == 303
    assert [case.summary for case in cases()] == ["Aさん（昭和12年生）とB様、Aさんの隣。"]


def test_who_vouches_for_the_marked_words_files_them(file):
    assert file(summary=f"店の電話は{PHONE}です。", details_confirmed="y").status_code == 303
    assert [case.summary for case in cases()] == [f"店の電話は{PHONE}です。"]


def _last_facts():
    last = sa.select(AuditEntry).where(AuditEntry.verb == "case.filed")
    return db.session.scalars(last.order_by(AuditEntry.id.desc()).limit(1)).one().facts


def test_vouching_is_in_the_audit_log_with_the_field_and_without_the_words(file):
    file(summary=f"店の電話は{PHONE}です。", details_confirmed="y")
    facts = _last_facts()
    assert facts["now"]["details_confirmed"] == ["summary"]
    assert PHONE not in str(facts)


def test_vouching_when_nothing_was_marked_leaves_no_trace(file):
    file(details_confirmed="y")
    assert "details_confirmed" not in _last_facts()["now"]


def test_the_telephone_of_an_office_is_no_persons_detail(sign_in, mori, aoi):
    office = min(aoi.organisation_ids(Role.AGENCY))
    sign_in(mori).post_form(f"/organisations/{office}/edit", {"phone": "0980-00-1234"})
    assert db.session.get_one(Organisation, office).phone == "0980-00-1234"


# Signs.


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ufffe"])
@pytest.mark.parametrize("field", ["summary", "wanted"])
def test_signs_that_cannot_be_shown_are_refused_and_the_rest_is_kept(file, field, sign):
    answer = file(**{field: f"買い物{sign}のこと"})
    assert answer.status_code == 422
    assert "表示できない文字が含まれています" in answer.text


def test_line_ends_of_any_kind_are_kept_as_line_ends(file):
    file(summary="一行目\r\n二行目\r三行目\u2028四行目")
    assert cases()[0].summary == "一行目\n二行目\n三行目\n四行目"


@pytest.mark.parametrize(
    "text", ["髙﨑の𠮷野家", "葛󠄀城", "👨‍👩‍👧と㍻㈱", "ｶﾅ ＡＢＣ①", "العربية \u202eabc"]
)
def test_what_people_type_is_kept_as_typed(file, text):
    file(summary=text)
    assert [case.summary for case in cases()] == [text]


def test_full_width_digits_are_numbers(file):
    file(times_handled="１２", minutes_each="　４５ ")
    assert [(case.times_handled, case.minutes_each) for case in cases()] == [(12, 45)]


@pytest.mark.parametrize("typed", ["三回", "1e3", "NaN", "-1", "0", "1000", "9" * 5000, "1.5"])
def test_what_is_no_number_in_range_is_refused_beside_its_box(file, typed):
    answer = file(times_handled=typed)
    assert (answer.status_code, cases()) == (422, [])
    assert 'id="times_handled-error"' in answer.text


@pytest.mark.parametrize("typed", ["令和8年11月", "R8.11", "2026/11", "Ｒ８．１１", "2026-11"])
def test_a_month_is_read_in_any_usual_writing(file, typed):
    file(occurred_month=typed)
    assert [case.occurred_month.isoformat() for case in cases()] == ["2026-11-01"]


@pytest.mark.parametrize(
    "typed", ["令和99年1月", "0000-01", "9999-12", "昭和70年1月", "2026-13", "\x00", "2026-12"]
)
def test_a_month_that_cannot_be_is_refused_beside_its_box(file, typed):
    answer = file(occurred_month=typed)
    assert (answer.status_code, cases()) == (422, [])
    assert 'id="occurred_month-error"' in answer.text


@pytest.mark.parametrize(("length", "status"), [(400, 303), (401, 422)])
def test_a_text_is_as_long_as_it_says(file, length, status):
    assert file(summary="あ" * length).status_code == status


def test_what_was_typed_is_still_in_the_form_when_something_else_is_wrong(file):
    answer = file(times_handled="三回")
    assert FILED["summary"] in answer.text
    assert 'value="三回"' in answer.text


# What no person types.

HOSTILE = {
    "NUL": b"summary=a%00b",
    "raw bytes": b"summary=\xff\xfe\x80",
    "lone surrogate": b"summary=%ED%A0%80&wanted=%ED%BF%BF",
    "no UTF-8": b"summary=%FF%FE%80",
    "choices that are none": b"act_type=ZZZZ&area_id=99999999999999999999&organisation_id=x",
    "a list for one value": b"summary=a&summary=b&request_key=x&request_key=y",
    "an overlong key": b"request_key=" + b"9" * 5000,
    "brackets": b"summary[]=a&summary[$ne]=b",
}


@pytest.mark.both
@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("url", ["/cases/new", "/cases/new/draft", "/account/", "/sign-in"])
def test_hostile_bytes_are_refused_and_are_no_bug(app, sign_in, client, aoi, url, case):
    browser = client if url == "/sign-in" else sign_in(aoi)
    if browser is client:
        client.carry("no session")
    token = f"&csrf_token={browser.csrf_token}".encode()
    form = "application/x-www-form-urlencoded"
    answer = browser.post(url, data=HOSTILE[case] + token, content_type=form)
    assert answer.status_code < 500


def test_a_field_of_a_hundred_thousand_characters_is_refused(file):
    answer = file(summary="あ" * 100_000)
    assert (answer.status_code, cases()) == (422, [])


def test_ten_megabytes_are_refused_as_too_large(sign_in, aoi):
    answer = sign_in(aoi).send("/cases/new", {"summary": "a" * 11 * 1024 * 1024})
    assert answer.status_code == 413
    assert "一度に送れるのは10MBまで" in answer.text


TOO_MUCH = b"a" * (1024 * 1024 + 1)


def test_more_than_a_megabyte_in_one_part_is_refused_as_too_large(sign_in, aoi):
    head = b'--x\r\nContent-Disposition: form-data; name="summary"\r\n\r\n'
    kind = "multipart/form-data; boundary=x"
    browser = sign_in(aoi)
    answer = browser.post("/cases/new", data=head + TOO_MUCH + b"\r\n--x--", content_type=kind)
    assert answer.status_code == 413


def test_more_than_a_megabyte_in_a_plain_form_is_refused_as_too_large(sign_in, aoi):
    assert sign_in(aoi).send("/cases/new", {"summary": TOO_MUCH}).status_code == 413


def test_more_fields_than_a_form_can_have_are_refused(sign_in, aoi):
    many = {f"field{number}": "x" for number in range(400)}
    answer = sign_in(aoi).send("/cases/new", many, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_field_of_somebody_elses_row_is_not_taken(sign_in, aoi):
    sign_in(aoi).post_form("/account/", {"name": "青井 緑"})
    foreign = {"is_demo": "", "epoch": "9", "login": "mori", "disabled_at": "2026-01-01"}
    paces = {"mail_own": "at_once", "mail_news": "weekly"}
    page = {"name": "青井", "language": "ja", "version": "2", **paces, **foreign}
    sign_in(aoi).send("/account/", page)
    person = db.session.get_one(Person, aoi.person_id)
    assert (person.name, person.login, person.epoch) == ("青井", "aoi", 1)
    assert person.updated_at == the_clock.now()
