"""Numbers that stand for one person, and codes: which are refused, which only marked."""

import pytest

from tracker.core import personal


def marked(text: str) -> list[tuple[str, str, str]]:
    """Kind, level and marked words, in order."""
    return [
        (span.kind.value, span.level.value, text[span.start : span.end])
        for span in personal.find(text)
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("被保険者番号は0001234567です", "0001234567"),
        ("介護保険証の番号は0009876543", "0009876543"),
        ("被保番 000-123-4567", "000-123-4567"),
        ("0001234567（被保険者番号）", "0001234567"),
        ("保険証のＨ１２３４５６７８９", "Ｈ１２３４５６７８９"),
        ("被保険者番号 〇〇〇一二三四五六七", "〇〇〇一二三四五六七"),
        ("被保険者番号 0 0 0 1 2 3 4 5 6 7", "0 0 0 1 2 3 4 5 6 7"),
        ("被保険者番号\n0001234567", "0001234567"),
        ("被保険者番号0980123456", "0980123456"),
        ("後期高齢の被保険者番号12345678", "12345678"),
    ],
)
def test_the_number_of_an_insured_person_is_refused_where_insurance_is_spoken_of(
    text: str, number: str
) -> None:
    assert marked(text) == [("insured", "block", number)]


@pytest.mark.parametrize("text", ["0001234567", "H123456789", "更新は7654321098の方"])
def test_the_number_of_an_insured_person_alone_is_only_marked(text: str) -> None:
    assert [found[:2] for found in marked(text)] == [("insured", "warn")]


@pytest.mark.parametrize(
    "text",
    [
        "被保険者の長女の電話は0980123456",
        "介護保険証を確認。電話 0980-12-3456",
        "被保険者の家 0980123456に連絡",
    ],
)
def test_the_telephone_of_somebody_insured_is_a_telephone(text: str) -> None:
    assert [found[:2] for found in marked(text)] == [("phone", "warn")]


@pytest.mark.parametrize(
    "text",
    [
        "事業所番号1372100034",
        "事業所番号：9870100011",
        "指定番号 0000123456",
        "1372100034",
        "9870100011",
        "R8-13101-0042",
        "1,234,567,890円",
        "1234567890円",
        "https://example.jp/0001234567.html",
        "介護保険の限度額は27048単位、自己負担は2割",
    ],
)
def test_office_numbers_case_numbers_and_amounts_are_left_alone(text: str) -> None:
    assert marked(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234-567890", "1234-567890"),
        ("基礎年金番号１２３４ー５６７８９０", "１２３４ー５６７８９０"),
        ("年金番号は1234567890", "1234567890"),
        ("年金手帳 4321 098765", "4321 098765"),
    ],
)
def test_a_pension_number_is_marked(text: str, number: str) -> None:
    assert marked(text) == [("pension", "warn", number)]


@pytest.mark.parametrize("text", ["2026-123456", "1500-200000円", "3000-450000人"])
def test_a_year_or_an_amount_before_six_digits_is_no_pension(text: str) -> None:
    assert marked(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("運転免許証の番号は301234567890", "301234567890"),
        ("免許証番号 ３０１２ ３４５６ ７８９０", "３０１２ ３４５６ ７８９０"),
        ("301234567890（運転免許）", "301234567890"),
    ],
)
def test_the_number_of_a_licence_is_refused(text: str, number: str) -> None:
    assert marked(text) == [("licence", "block", number)]


def test_twelve_digits_without_a_licence_nor_a_check_digit_are_left_alone() -> None:
    assert marked("301234567890") == []


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111-1111-1111-1111",
        "４１１１　１１１１　１１１１　１１１１",
        "3782-822463-10005",
        "5 5 5 5 5 5 5 5 5 5 5 5 4 4 4 4",
        "3056 930902 5904",
        "四一一一一一一一一一一一一一一一",
    ],
)
def test_the_number_of_a_card_is_refused(number: str) -> None:
    assert marked(f"カードは{number}だった") == [("card", "block", number)]


@pytest.mark.parametrize(
    "text",
    ["4111111111111112", "2019 2020 2021 2022", "20261103093000", "9111111111111117"],
)
def test_long_numbers_that_are_no_card_are_left_alone(text: str) -> None:
    assert [found for found in marked(text) if found[0] == "card"] == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("口座番号は1234567です", ["1234567"]),
        ("みどり銀行見晴支店 普通 1234567", ["1234567"]),
        ("見晴信用金庫の口座 765-4321", ["765-4321"]),
        ("記号12340 番号12345671", ["12340", "12345671"]),
        ("ゆうちょ 12340-12345671", ["12340-12345671"]),
        ("（普）１２３４５６７", ["１２３４５６７"]),
        ("口座は一二三四五六七", ["一二三四五六七"]),
        ("通帳は1 2 3 4 5 6 7", ["1 2 3 4 5 6 7"]),
    ],
)
def test_the_number_of_an_account_is_refused(text: str, numbers: list[str]) -> None:
    assert marked(text) == [("bank", "block", number) for number in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "銀行で1000000円を下ろした",
        "口座の残高は1234567円",
        "口座振替は2026/11/3から",
        "口座の件、事例番号R8-13101-0042",
        "通帳を預かった。123456歩あるいた",
        "銀行の人が3人来た",
        "1234567",
    ],
)
def test_amounts_and_dates_beside_a_bank_are_left_alone(text: str) -> None:
    assert marked(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("〒231-0017", "231-0017"),
        ("〒2310017", "2310017"),
        ("郵便番号は２３１ー００１７", "２３１ー００１７"),
        ("〒二三一ー〇〇一七", "二三一ー〇〇一七"),
        ("231-0017あて", "231-0017"),
    ],
)
def test_a_postal_code_is_marked(text: str, code: str) -> None:
    assert marked(text) == [("postal", "warn", code)]


@pytest.mark.parametrize("text", ["900-1700", "営業 930-1715", "100-2000円", "150-1200人"])
def test_hours_and_counts_are_no_postal_code(text: str) -> None:
    assert marked(text) == []


def test_a_postal_code_and_a_telephone_number_are_told_apart() -> None:
    found = marked("〒231-0017 横浜市 045-671-2121")
    assert found == [("postal", "warn", "231-0017"), ("phone", "warn", "045-671-2121")]


def test_each_refused_kind_is_named_once_and_in_order() -> None:
    text = "口座番号1234567、4111111111111111、口座番号7654321"
    kinds = personal.refused(personal.find(text))
    assert kinds == [personal.Kind.BANK, personal.Kind.CARD]
    assert personal.blocks(text)
