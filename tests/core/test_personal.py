"""The gate: individual numbers, telephones, mail, and what is left alone. All are made up."""

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import personal
from tracker.core.personal import Kind, Level, Span

VALID = "983205673214"


def marked(text: str) -> list[tuple[str, str]]:
    """Kind and marked words, in order."""
    return [(span.kind.value, text[span.start : span.end]) for span in personal.find(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("983205673214", "983205673214"),
        ("番号は123456789018です", "123456789018"),
        ("9832-0567-3214と書いてあった。", "9832-0567-3214"),
        ("9832 0567 3214", "9832 0567 3214"),
        ("９８３２０５６７３２１４", "９８３２０５６７３２１４"),
        ("９８３２\u3000０５６７\u3000３２１４", "９８３２\u3000０５６７\u3000３２１４"),
        ("９８３２ー０５６７ー３２１４", "９８３２ー０５６７ー３２１４"),
        ("9832－0567－3214", "9832－0567－3214"),
        ("9832−0567‐3214", "9832−0567‐3214"),
        ("9832―0567—3214", "9832―0567—3214"),
        ("9832・0567・3214", "9832・0567・3214"),
        ("9832.0567.3214", "9832.0567.3214"),
        ("九八三二〇五六七三二一四", "九八三二〇五六七三二一四"),
        ("九八三二-〇五六七-三二一四", "九八三二-〇五六七-三二一四"),
        ("⑨⑧③②⓪⑤⑥⑦③②①④", "⑨⑧③②⓪⑤⑥⑦③②①④"),
        ("9832\n0567\n3214", "9832\n0567\n3214"),
        ("98320567\r\n3214を確認", "98320567\r\n3214"),
        ("983205673\n  214", "983205673\n  214"),
        ("9 8 3 2 0 5 6 7 3 2 1 4", "9 8 3 2 0 5 6 7 3 2 1 4"),
        ("9-8-3-2-0-5-6-7-3-2-1-4", "9-8-3-2-0-5-6-7-3-2-1-4"),
        ("983 205 673 214", "983 205 673 214"),
        ("9832\u200b0567\u200b3214", "9832\u200b0567\u200b3214"),
        ("９8３2-05６７ 32１４", "９8３2-05６７ 32１４"),
        ("①983205673214", "983205673214"),
        ("2 983205673214", "983205673214"),
        ("ID983205673214X", "983205673214"),
        ("マイナンバー:9832-0567-3214", "9832-0567-3214"),
    ],
)
def test_a_valid_my_number_is_found_in_every_disguise(text: str, number: str) -> None:
    assert marked(text) == [("my_number", number)]
    assert personal.blocks(text)


@pytest.mark.parametrize(
    "text",
    [
        "マイナンバー123456789010",
        "ﾏｲﾅﾝﾊﾞｰは1234-5678-9010です",
        "まいなんばー 123456789010",
        "個人番号：１２３４５６７８９０１０",
        "個人番号\n1234 5678 9010",
        "My Number 123456789010",
        "ＭＹＮＵＭＢＥＲ＝123456789010",
        "123456789010（マイナンバー）",
        "マイナンバーカードの写しによれば番号は 123456789010",
    ],
)
def test_twelve_wrong_digits_are_blocked_where_my_number_is_spoken_of(text: str) -> None:
    assert [kind for kind, _ in marked(text)] == ["my_number"]
    assert personal.blocks(text)


def test_the_word_counts_up_to_twenty_characters_away() -> None:
    assert personal.blocks("個人番号" + "あ" * 20 + "123456789010")
    assert not personal.blocks("個人番号" + "あ" * 21 + "123456789010")
    assert personal.blocks("123456789010" + "あ" * 20 + "個人番号")
    assert not personal.blocks("123456789010" + "あ" * 21 + "個人番号")


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("983205673214", True),
        ("123456789018", True),
        ("123456789010", False),
        ("983205673215", False),
        ("98320567321", False),
        ("9832056732140", False),
        ("９８３２０５６７３２１４", False),
        ("", False),
    ],
)
def test_the_check_digit_decides(number: str, valid: bool) -> None:
    assert personal.is_my_number(number) is valid


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("電話は045-123-4567です", "045-123-4567"),
        ("長女（03-1234-5678）に連絡", "03-1234-5678"),
        ("０４５ー１２３ー４５６７", "０４５ー１２３ー４５６７"),
        ("０４５－１２３－４５６７", "０４５－１２３－４５６７"),
        ("045−123‐4567", "045−123‐4567"),
        ("TEL 0451234567", "0451234567"),
        ("tel0312345678まで", "0312345678"),
        ("(045)123-4567", "(045)123-4567"),
        ("（０４５）１２３ー４５６７", "（０４５）１２３ー４５６７"),
        ("045(123)4567", "045(123)4567"),
        ("045 (123) 4567", "045 (123) 4567"),
        ("045.123.4567", "045.123.4567"),
        ("045・123・4567", "045・123・4567"),
        ("045/123/4567", "045/123/4567"),
        ("045 123 4567", "045 123 4567"),
        ("0467-22-1234", "0467-22-1234"),
        ("01267-2-1234", "01267-2-1234"),
        ("045-1234567", "045-1234567"),
        ("045123-4567", "045123-4567"),
        ("0120-123-456に相談", "0120-123-456"),
        ("0800-123-4567", "0800-123-4567"),
        ("0570-012-345", "0570-012-345"),
        ("050-1234-5678", "050-1234-5678"),
        ("携帯090-1234-5678", "090-1234-5678"),
        ("携帯は０８０１２３４５６７８", "０８０１２３４５６７８"),
        ("070 1234 5678", "070 1234 5678"),
        ("060-1234-5678", "060-1234-5678"),
        ("〇九〇ー一二三四ー五六七八", "〇九〇ー一二三四ー五六七八"),
        ("〇四五一二三四五六七", "〇四五一二三四五六七"),
        ("零九零 一二三四 五六七八", "零九零 一二三四 五六七八"),
        ("０９０一１２３４一５６７８", "０９０一１２３４一５６７８"),
        ("090\n1234\n5678", "090\n1234\n5678"),
        ("090-12\n34-5678に", "090-12\n34-5678"),
        ("045-123\r\n4567", "045-123\r\n4567"),
        ("0 9 0 1 2 3 4 5 6 7 8", "0 9 0 1 2 3 4 5 6 7 8"),
        ("0-4-5-1-2-3-4-5-6-7", "0-4-5-1-2-3-4-5-6-7"),
        ("090 12 34 56 78", "090 12 34 56 78"),
        ("090 - 1234 - 5678", "090 - 1234 - 5678"),
        ("０9０-1２34-5六七8", "０9０-1２34-5六七8"),
        ("0️⃣9️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "0️⃣9️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣"),
        ("090\u200b1234\u200b5678", "090\u200b1234\u200b5678"),
        ("①045-123-4567", "045-123-4567"),
        ("+81-90-1234-5678", "+81-90-1234-5678"),
        ("＋８１ ４５ １２３ ４５６７", "＋８１ ４５ １２３ ４５６７"),
        ("+81 (0)90-1234-5678", "+81 (0)90-1234-5678"),
        ("国際+819012345678へ", "+819012345678"),
        ("(+81)3-1234-5678", "(+81)3-1234-5678"),
        ("電話 22-1234", "22-1234"),
        ("O90-1234-5678", "O90-1234-5678"),
        ("090、1234、5678", "090、1234、5678"),
        ("090の1234の5678", "090の1234の5678"),
        ("令和6年6月24日 045-123-4567 に架電", "045-123-4567"),
        ("2024-06-24 045-123-4567", "045-123-4567"),
    ],
)
def test_a_telephone_number_is_found_in_every_disguise(text: str, number: str) -> None:
    assert marked(text) == [("phone", number)]
    assert not personal.blocks(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tanaka@example.jp", "tanaka@example.jp"),
        ("連絡先はtanaka.hanako@mail.example.co.jpです", "tanaka.hanako@mail.example.co.jp"),
        ("ｔａｎａｋａ＠ｅｘａｍｐｌｅ．ｊｐまで", "ｔａｎａｋａ＠ｅｘａｍｐｌｅ．ｊｐ"),
        ("tanaka＠example.jp", "tanaka＠example.jp"),
        ("Taro_Yamada+care@EXAMPLE.COM、", "Taro_Yamada+care@EXAMPLE.COM"),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
        ("09012345678@docomo.ne.jp", "09012345678@docomo.ne.jp"),
        ("tanaka @ example.jp", "tanaka @ example.jp"),
        ("tanaka(at)example.jp", "tanaka(at)example.jp"),
        ("tanaka［アット］example.jp", "tanaka［アット］example.jp"),
        ("<tanaka-t@ex-ample.jp>", "tanaka-t@ex-ample.jp"),
        ("tanaka\u200b@example.jp", "tanaka\u200b@example.jp"),
        ("tanakaアットマークexample.jp", "tanakaアットマークexample.jp"),
        ("tanaka＠exampleドットjp", "tanaka＠exampleドットjp"),
        ("t a n a k a @ e x a m p l e . j p", "t a n a k a @ e x a m p l e . j p"),
    ],
)
def test_a_mail_address_is_found_in_every_disguise(text: str, address: str) -> None:
    assert marked(text) == [("mail", address)]
    assert not personal.blocks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-06-24",
        "2024-06-24 09:30",
        "2024-06-24 0930",
        "2024/6/24〜2025/3/31",
        "２０２４ー０６ー２４から２０２５ー０３ー３１",
        "20240624",
        "20240624 0930",
        "20240401〜20250331",
        "令和6年6月24日",
        "令和六年六月二十四日",
        "二〇二四年六月二四日",
        "R6.6.24",
        "2019 2020 2021",
        "1000 2000 3000 円",
        "2024 2025 2026年度の推移",
        "午前10時30分から11時45分",
        "R8-13101-0042",
        "R8-01101-0042 3件、R8-01101-0043",
        "Ｒ８ー１３１０１ー００４２",
        "R8-13101-0042 R8-13101-0043",
        "R8-0042",
        "課題 R8-07、取組 R8-03",
        "事業所番号 1372100034",
        "1372100034",
        "2794900205と1370101950",
        "事業所番号0170101950",
        "事業所番号：0170101950",
        "法人番号7000012050002",
        "1234567890123",
        "123456789010",
        "1234-5678-9010",
        "総額1,234,567,890円",
        "123,456,789,018円",
        "0.25と0.125、0.5と0.75",
        "119番と110番に通報",
        "119/110",
        "#7119に電話",
        "2310017",
        "要介護3、85歳、週2回30分",
        "0〜3歳が10人、4〜5歳が20人",
        "0 1 2 3 4 5 6 7 8 9 10のどれか",
        "01 02 03 04 05",
        "血圧 120/80、130/85、脈 72",
        "体温36.5 36.8 37.1",
        "Aさん（80代、独居）が通院に困っている",
        "A氏の長女が月1回来訪",
        "一人暮らしで二、三日に一度しか出ない",
        "サービス担当者会議を三回",
        "コーヒーを1日3杯、ビール500ml",
        "单価@100円で5個",
        "5個@1.5kg",
        "https://example.jp/@user",
        "@example.jp",
        "担当者@ケアマネ",
        "a@b",
        "a@@example",
        "全国地方公共団体コード141305と131016",
        "0000-0000",
        "00-0000-0000",
        "●●●と●●●",
    ],
)
def test_ordinary_words_and_numbers_are_left_alone(text: str) -> None:
    assert marked(text) == []


def test_several_details_are_found_in_order() -> None:
    text = f"母 090-1234-5678、兄 03-1234-5678\n(ani@example.jp) 番号 {VALID}"
    assert marked(text) == [
        ("phone", "090-1234-5678"),
        ("phone", "03-1234-5678"),
        ("mail", "ani@example.jp"),
        ("my_number", VALID),
    ]


@pytest.mark.parametrize("between", [" ", "\n", "\u3000", "、", " / "])
def test_numbers_side_by_side_are_told_apart(between: str) -> None:
    numbers = ["045-123-4567", "09012345678", "9832-0567-3214", "03 1234 5678", "123456789018"]
    assert [number for _, number in marked(between.join(numbers))] == numbers


def test_a_telephone_number_and_a_count_on_the_next_line_do_not_block() -> None:
    texts = [f"0901234567{last}\n{count}回" for last in range(10) for count in range(10)]
    assert not any(personal.blocks(text) for text in texts)


def test_an_individual_number_after_a_number_from_abroad_still_blocks() -> None:
    assert marked(f"+81 90 1234 5678 {VALID}") == [
        ("phone", "+81 90 1234 5678"),
        ("my_number", VALID),
    ]


def test_an_individual_number_used_as_a_mail_name_still_blocks() -> None:
    assert personal.blocks(f"{VALID}@example.jp")


def test_a_span_says_why_it_is_marked(app: Flask) -> None:
    (span,) = personal.find("045-123-4567")
    with app.test_request_context(), force_locale("en"):
        assert (span.level, str(span.reason)) == (Level.WARN, "may be a telephone number")
    assert personal.KIND_LABELS.keys() == set(Kind)


def test_a_mask_hides_each_detail_and_nothing_else() -> None:
    text = "娘（０９０ー１２３４ー５６７８）と a@example.jp に連絡。9832 0567 3214"
    assert personal.mask(text) == "娘（●●●）と ●●● に連絡。●●●"


def test_only_the_given_spans_are_masked() -> None:
    text = "045-123-4567 a@example.jp"
    assert personal.mask(text, [Span(0, 12, Kind.PHONE, Level.WARN)]) == "●●● a@example.jp"
    assert personal.mask(text, []) == text


def test_a_number_that_masking_brings_near_the_word_is_masked_too() -> None:
    text = "個人番号 taro.yamada.long.name@example.co.jp 123456789010"
    assert [kind for kind, _ in marked(text)] == ["mail"]
    assert personal.mask(text) == "個人番号 ●●● ●●●"


def test_pieces_say_which_words_to_mark() -> None:
    text = "娘は045-123-4567です"
    (span,) = personal.find(text)
    assert personal.pieces(text, [span]) == [
        ("娘は", None),
        ("045-123-4567", span),
        ("です", None),
    ]
    assert personal.pieces("", []) == []
    assert personal.pieces("娘", []) == [("娘", None)]


# Three groups that are all years or round, 2019 2020 2021, are taken for a table.
BASES = st.from_regex(r"(?!19|20)[0-9]{3}[1-9][0-9]{7}", fullmatch=True)


def with_check_digit(base: str) -> str:
    return next(f"{base}{n}" for n in range(10) if personal.is_my_number(f"{base}{n}"))


@given(
    BASES.map(with_check_digit),
    st.sampled_from(["", " ", "-", "ー", "\u3000", "\n", "−"]),
    st.sampled_from(["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九"]),
)
def test_every_individual_number_blocks_however_it_is_written(
    number: str, gap: str, signs: str
) -> None:
    grouped = gap.join([number[:4], number[4:8], number[8:]])
    written = grouped.translate(str.maketrans("0123456789", signs))
    assert personal.blocks(f"本人の番号は{written}と聞いた")


@given(st.from_regex(r"0[5-9]0[0-9]{8}", fullmatch=True), st.sampled_from(["", "-", " ", "ー"]))
def test_every_mobile_number_is_marked_in_one_piece(number: str, gap: str) -> None:
    written = gap.join([number[:3], number[3:7], number[7:]])
    assert marked(f"携帯は{written}です") == [("phone", written)]


@pytest.mark.parametrize(
    "stretch",
    ["1", "1 ", "0", "090 ", "@", "a", "a@", "a@b.", "a@" + "b." * 50, "-", "①", "+81 ", "R8-",
     "9832 0567 3215 ", "個人番号1", "2024-06-", "(0", "0123 4567 8901 "],
)  # fmt: skip
def test_a_hundred_thousand_characters_are_read_to_the_end(stretch: str) -> None:
    filler = (stretch * 100_000)[:100_000]
    assert personal.find(f"{filler}終 a@example.jp")[-1].end == 100_000 + len("終 a@example.jp")
