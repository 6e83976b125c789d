"""Tables from Excel, CSV and a copied block: what a person sees in the sheet is what is read."""

import csv
import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import workbooks as w
from tests.formats.workbooks import book, cell, texts
from tracker.formats import tables, tables_out
from tracker.formats.tables import UnreadableFileError
from tracker.formats.tables_out import SheetOut, write_csv, write_xlsx

HEAD = ["氏名", "数"]
ROWS = [["青井", "5"], ["加藤", ""]]
# What a spreadsheet program could take for a formula, or for something else than a text.
LIVE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", " =1", "\u3000=1", "＝1+1", "＋1", "－1", "＠a",
    "=cmd|'/c calc'!A0", "-2+3+cmd|'/c calc'!A0", "@SUM(1+1)*cmd|'/c calc'!A0", '=HYPERLINK("x")',
    "'=1", "''=1", "'", "''", "'a", '"=1"', '=1",=2', "a\n=1", "a,=1", ";=1", "%0A=1", "--1",
    "=", "+", "-", "@", "'-", "+81-3-1234-5678", "-", "――", "01101", "1E5", "TRUE", "2026/4/1",
    "http://example.jp", "mailto:a@example.jp", "_x0041_", "_x000D_", "<b>&amp;", "]]>",
    "㋿髙﨑𠮷👍",
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("words")


def _read(data, name="a.csv", **options):
    return tables.read_table(data, name, **options)


def _cells(table):
    return [row.cells for row in table.rows]


def _written(fill, **options):
    """A workbook of XlsxWriter, filled by a function of the workbook and its first sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options) as workbook:
        fill(workbook, workbook.add_worksheet("名簿"))
    return target.getvalue()


def _of(rows):
    """A workbook of openpyxl with rows of anything."""
    workbook, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(target)
    return target.getvalue()


def test_a_workbook_is_read_as_text():
    days = [date(2026, 11, 3), datetime(2026, 11, 3, 9, 30)]  # noqa: DTZ001 - Excel has no zones
    times = [time(9, 30), time(0, 0, 5), timedelta(hours=36, minutes=5)]
    table = _read(
        _of([["a"] * 8, [5, 0.1 + 0.2, -2.5, 1e20, 1e-7, True, False, None], [*days, *times]]),
        "a.xlsx",
    )
    assert table.rows[0].cells == [
        "5", "0.3", "-2.5", "100000000000000000000", "0.0000001", "TRUE", "FALSE", "",
    ]  # fmt: skip
    assert table.rows[1].cells == [
        "2026-11-03",
        "2026-11-03",
        "9:30",
        "0:00:05",
        "36:05",
        *[""] * 3,
    ]


def test_a_percentage_a_currency_and_an_era_date_are_plain():
    def fill(workbook, page):
        page.write_row(0, 0, ["率", "円", "日"])
        page.write_number(1, 0, 0.25, workbook.add_format({"num_format": "0%"}))
        page.write_number(1, 1, 1200, workbook.add_format({"num_format": "¥#,##0"}))
        era = workbook.add_format({"num_format": '[$-ja-JP-x-gannen]ggge"年"m"月"d"日";@'})
        page.write_datetime(1, 2, datetime(2026, 4, 1), era)  # noqa: DTZ001 - Excel has no zones

    assert _cells(_read(_written(fill), "a.xlsx")) == [["0.25", "1200", "2026-04-01"]]


def test_dates_counted_from_1904_are_the_same_days():
    def fill(workbook, page):
        page.write_row(0, 0, ["a", "日"])
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        page.write_datetime(1, 1, datetime(2026, 4, 1), day)  # noqa: DTZ001 - Excel has no zones

    assert _cells(_read(_written(fill, date_1904=True), "a.xlsx")) == [["", "2026-04-01"]]


def test_readings_above_words_are_not_part_of_them():
    rich = "<si><r><t>青</t></r><r><t>井</t></r><rPh sb='0' eb='2'><t>アオイ</t></rPh></si><si/>"
    rows = w.below(cell("A3", "s", 0) + cell("B3", "s", 1) + cell("C3", "s", 0))
    table = _read(book(rows, {"xl/sharedStrings.xml": texts(rich)}), "a.xlsx")
    assert table.rows[-1].cells == ["青井", "", "青井"]
    assert table.head == ["氏名", "数", "C"]


def test_cells_without_places_stand_where_excel_puts_them():
    rows = "<row><c/><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row>"
    rows += (
        "<row r='4'><c><v>1</v></c><c r='C4'><v>3</v></c></row><row><c r='B5'><v>2</v></c></row>"
    )
    table = _read(book(rows), "a.xlsx")
    assert table.head == ["A", "a", "b"]
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, ["1", "", "3"]),
        (5, ["", "2", ""]),
    ]


def test_rows_keep_the_numbers_that_excel_shows():
    def fill(_workbook, page):
        page.write(1, 0, "名簿（令和8年度）")
        page.write_row(3, 1, HEAD)
        page.write_row(6, 1, ["青井", 5])
        page.write_row(8, 1, ["加藤", "  "])

    table = _read(_written(fill), "a.xlsx")
    assert (table.head_number, table.head) == (4, ["A", "氏名", "数"])
    assert [(row.number, row.cells) for row in table.rows] == [
        (7, ["", "青井", "5"]),
        (9, ["", "加藤", "  "]),
    ]


def test_a_row_in_csv_counts_once_though_a_cell_has_line_ends():
    table = _read('題\n\n氏名,備考\n青井,"一\r\n二\r三"\n,\n加藤,\n'.encode())
    assert table.head_number == 3
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, ["青井", "一\n二\n三"]),
        (6, ["加藤", ""]),
    ]


def test_headings_are_one_line_each_once_and_none_is_empty():
    table = _read(' 氏名 \t数\t\t数\t数 (2)\t"電話\n番号"\n1\t2\t3\t4\t5\t6\t7\n'.encode(), "a.txt")
    assert table.head == ["氏名", "数", "C", "数 (2)", "数 (2) (2)", "電話 番号", "G"]


def test_the_first_sheet_with_a_table_is_read_and_another_can_be_chosen():
    empty, list_, other = (
        SheetOut("表紙", ["題"], []),
        SheetOut("一", HEAD, ROWS),
        SheetOut("二", HEAD, ROWS),
    )
    data = write_xlsx([empty, list_, other])
    table = _read(data, "a.xlsx")
    assert (table.sheet, table.sheets) == ("一", ["表紙", "一", "二"])
    assert _read(data, "a.xlsx", sheet="二").sheet == "二"
    for sheet, sentence in (("三", "no sheet called “三”"), ("表紙", "No headings were found")):
        with pytest.raises(UnreadableFileError, match=sentence) as refused:
            _read(data, "a.xlsx", sheet=sheet)
        assert refused.value.sheets == ["表紙", "一", "二"]


def test_hidden_sheets_and_charts_are_not_offered():
    def fill(workbook, page):
        workbook.add_worksheet("隠し").hide()
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=名簿!$A$2:$A$2"})
        workbook.add_chartsheet("図").set_chart(chart)
        page.write_column(0, 0, ["a", 1])
        page.write_column(0, 1, ["b", 2])

    assert _read(_written(fill), "a.xlsx").sheets == ["名簿"]


def test_drop_down_lists_from_another_sheet_are_no_formulas():
    listed = '<ext><x14:f xmlns:x14="x">一覧!A1</x14:f></ext>'
    data = book(more={"xl/worksheets/sheet1.xml": w.sheet(after=f"<extLst>{listed}</extLst>")})
    assert _cells(_read(data, "a.xlsx")) == [["青井", "5"]]


def test_a_sheet_with_coloured_cells_to_its_end_is_read():
    rows = w.TABLE + "".join(
        f'<row r="{row}"><c r="XFD{row}" s="0"/></row>' for row in (9, 1048576)
    )
    assert _cells(_read(book(rows), "a.xlsx")) == [["青井", "5"]]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp932", "cp932"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found(encoding, found):
    table = _read("氏名,所\n髙﨑①㈱,〜\n".replace("〜", "～").encode(encoding))
    assert (table.encoding, table.head, _cells(table)) == (
        found,
        ["氏名", "所"],
        [["髙﨑①㈱", "～"]],
    )


def test_the_encoding_can_be_chosen():
    assert _read("a,b\nｱ,1\n".encode("cp932"), encoding="cp932").encoding == "cp932"


@pytest.mark.parametrize(
    ("text", "name"),
    [("a,b\n1,2", "x.CSV"), ("a\tb\n1\t2", "x.csv"), ("a;b\n1;2", "x.csv"),
     ("a\tb\n1\t2", "x.tsv"), ("a\tb\n1\t2", "x.txt"), ("a,b\n1,2", "x.txt"),
     ("a,b\r1,2\r", "x.csv"), ("a,b\r\n1,2", "x.csv")],
)  # fmt: skip
def test_the_delimiter_is_found(text, name):
    table = _read(text.encode(), name)
    assert (table.head, _cells(table)) == (["a", "b"], [["1", "2"]])


def test_as_many_rows_and_columns_as_allowed_are_read():
    line = ",".join(["1"] * 100) + "\n"
    assert len(_read((line * 5_001).encode()).rows) == 5_000
    assert len(_read(b"a,b\n1,2\n1,2\n", most_rows=2, most_columns=2).rows) == 2
    with pytest.raises(UnreadableFileError, match="has 3 rows; at most 2"):
        _read(b"a,b\n1,2\n1,2\n1,2\n", most_rows=2)


def test_what_was_copied_from_a_sheet_is_read():
    table = tables.read_pasted('氏名\t備考\r\n青井\t"一\n""二"""\r\n"はい"と\t5" 管\r\n"x"\t"\r\n')
    assert table.head == ["氏名", "備考"]
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ["青井", '一\n"二"']),
        (3, ['"はい"と', '5" 管']),
        (4, ['"x"', '"']),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(" \n", "Nothing was pasted."), ("a\n1", "No headings"), ("a\tb\n", "no row below them"),
     ("a\tb\n\0\t1", "Line 2 holds"), ("a\tb\n" * 5_002, "has 5,001 rows"),
     ("a\t" * 101 + "a", "has 102 columns"), ("a" + "\t" * 300_000, "more than 100 columns")],
)  # fmt: skip
def test_what_was_pasted_may_be_refused(text, sentence):
    with pytest.raises(UnreadableFileError, match=sentence):
        tables.read_pasted(text)


@pytest.mark.parametrize("text", LIVE)
def test_no_text_is_live_in_a_csv_and_each_comes_back(text):
    data = write_csv(["a", "b"], [["x", text]])
    ((_x, found),) = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    assert found.lstrip()[:1] not in set("=+-@＝＋－＠")
    assert found[:1] not in set("\t\r\n")
    assert _cells(_read(data)) == [["x", text]]


@pytest.mark.parametrize("text", LIVE)
def test_no_text_is_live_in_a_workbook_and_each_comes_back(text):
    data = write_xlsx([SheetOut("s", ["a", "b"], [["x", text]])])
    assert _cells(_read(data, "a.xlsx")) == [["x", text]]
    found = openpyxl.load_workbook(io.BytesIO(data))["s"]["B2"]
    assert (found.data_type, found.hyperlink) == ("s", None)


def test_numbers_and_days_stay_what_they_are():
    row = [-5, 2.5, True, date(2026, 11, 3), None, "x"]
    head = list("abcdef")
    assert b"-5,2.5,TRUE,2026-11-03,,x" in write_csv(head, [row])
    found = openpyxl.load_workbook(io.BytesIO(write_xlsx([SheetOut("s", head, [row])])))["s"]
    values = [found.cell(2, column).value for column in range(1, 7)]
    assert values == [-5, 2.5, True, datetime(2026, 11, 3), None, "x"]  # noqa: DTZ001 - no zones


def test_what_shift_jis_lacks_is_marked_and_counted():
    rows = [["𠮷野家〜−", "葛飾👍👍"]]
    data = write_csv(["a", "b"], rows, encoding="cp932")
    assert data.decode("cp932") == "a,b\r\n〓野家～－,葛飾〓〓\r\n"
    assert tables_out.lacking(["a", "b"], rows) == 3


def test_a_written_sheet_has_its_headings_choices_and_marks():
    long = [f"選択肢{number}" for number in range(100)]
    sheet = SheetOut(
        "事例/一覧", ["区分", "種別"], [["甲", "x"], ["", "選択肢3"]],
        title="事例の取込み", choices={0: ["甲", "乙"], 1: long}, marks={(1, 0): "空です"},
    )  # fmt: skip
    found = openpyxl.load_workbook(io.BytesIO(write_xlsx([sheet], notes=["一行目", "二行目"])))
    assert found.sheetnames == ["事例・一覧", "List of choices", "Explanations"]
    page = found["事例・一覧"]
    assert (page["A1"].value, page["A2"].value, page["A2"].font.bold) == (
        "事例の取込み",
        "区分",
        True,
    )
    assert (page.freeze_panes, page.auto_filter.ref) == ("A3", "A2:B4")
    assert page["A4"].comment.text == "空です"
    assert page["A4"].fill.fgColor.rgb == "FFFFD9D4"
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert rules == {"A3:A5002": '"甲,乙"', "B3:B5002": "'List of choices'!$A$2:$A$101"}
    assert [row[0].value for row in found["List of choices"].rows] == ["種別", *long]
    assert [row[0].value for row in found["Explanations"].rows] == [
        "Explanations",
        "一行目",
        "二行目",
    ]


def test_a_written_workbook_is_read_with_its_marks_and_choices():
    sheet = SheetOut("s", HEAD, ROWS, title="題", choices={0: ["a,b"]}, marks={(0, 1): "?"})
    table = _read(write_xlsx([sheet], notes=["x"]), "a.xlsx")
    assert (table.sheet, table.head_number, table.head, _cells(table)) == ("s", 2, HEAD, ROWS)


def test_sheet_names_are_such_as_excel_takes():
    names = ["", "a" * 40, "A" * 40, "'x'", "History", "[b]:*?/\\", "List of choices"]
    data = write_xlsx([SheetOut(name, HEAD, ROWS) for name in names])
    found = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert found == [
        *["Sheet", "a" * 31, "A" * 27 + " (2)", "x", "History (2)"],
        *["・b・・・・・・", "List of choices (2)"],
    ]


def test_a_text_longer_than_a_cell_is_named():
    for write in (write_csv, lambda head, rows: write_xlsx([SheetOut("s", head, rows)])):
        with pytest.raises(UnreadableFileError, match="Cell B2 is longer"):
            write(HEAD, [["a", "x" * 32_768]])


_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=9
)
_LINE = st.lists(_TEXT | st.sampled_from(LIVE), min_size=3, max_size=3)
_ROW = _LINE.filter(lambda cells: any(cell.strip() for cell in cells))


def _carried(rows):
    return [["".join(c for c in cell if c not in "\ufffe\uffff") for cell in row] for row in rows]


@settings(deadline=None, max_examples=60)
@given(st.lists(_ROW, min_size=1, max_size=4), st.sampled_from(["utf-8-sig", "utf-8", "utf-16"]))
def test_every_table_written_as_csv_is_read_as_it_was(rows, encoding):
    rows = [["-", *row] for row in _carried(rows)]
    assert _cells(_read(write_csv(list("abcd"), rows, encoding=encoding))) == rows


@settings(deadline=None, max_examples=60)
@given(st.lists(_ROW, min_size=1, max_size=4))
def test_every_table_written_as_a_workbook_is_read_as_it_was(rows):
    rows = [["-", *row] for row in _carried(rows)]
    assert _cells(_read(write_xlsx([SheetOut("s", list("abcd"), rows)]), "a.xlsx")) == rows


@settings(deadline=None, max_examples=60)
@given(st.lists(_ROW, min_size=1, max_size=4))
def test_every_block_copied_as_excel_copies_is_read_as_it_was(rows):
    def copied(text):
        quoted = text.replace('"', '""')
        return f'"{quoted}"' if any(sign in text for sign in "\t\n") else text

    rows = [["x", *[text.removeprefix('"') for text in row]] for row in rows]
    block = "a\tb\tc\td\r\n" + "\r\n".join("\t".join(map(copied, row)) for row in rows)
    unguarded = [[tables.unguarded(text) for text in row] for row in rows]
    assert _cells(tables.read_pasted(block)) == unguarded
