"""The columns of a file of past cases, once: for the template, for reading, for the screen."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.cases.models import (
    MOST_MINUTES,
    MOST_TIMES,
    REASON_LENGTH,
    SUMMARY_LENGTH,
    WANTED_LENGTH,
)
from tracker.core import text
from tracker.core.i18n import in_english
from tracker.taxonomy.models import CodeList

LONGEST_KEY = 100  # of an office's own numbers
DEPARTMENT_LENGTH = 80
# A row with one of these in it is the example of the template.
EXAMPLE_MARKS = ("【例】", "[Example]")
ERROR_HEADINGS = ("理由", "Reason")  # of the column we add to a file of rows with errors


class ColumnKind(enum.StrEnum):
    """How a cell is read."""

    NUMBER_OF_CASE = "number_of_case"
    OWN_KEY = "own_key"  # never kept, only hashed
    MONTH = "month"
    AREA = "area"
    ACT_TYPE = "act_type"
    CODE = "code"
    CODES = "codes"
    WORK_CLASS = "work_class"
    WHOLE_NUMBER = "whole_number"
    FREE_TEXT = "free_text"  # looked at for a person's details
    WORDS = "words"


@dataclass(frozen=True)
class Column:
    """One column: what it is called, how it is read, what may stand in it."""

    field: str
    kind: ColumnKind
    ja: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    codes: CodeList | None = None
    most: int = 0  # characters of a text, or the largest number
    example_ja: str = ""
    example_en: str = ""

    @property
    def heading(self) -> str:
        """What it is called in the reader's language."""
        return self.en if in_english() else self.ja

    @property
    def example(self) -> str:
        """What stands in the example row."""
        return self.example_en if in_english() and self.example_en else self.example_ja

    @property
    def may_be_filled(self) -> bool:
        """Can one answer be given for all rows?"""
        return self.required and self.kind in {
            ColumnKind.AREA,
            ColumnKind.ACT_TYPE,
            ColumnKind.CODE,
        }


def _code(
    codes: CodeList, ja: str, en: str, *aliases: str, required: bool = False, example: str = ""
) -> Column:
    return Column(codes.value, ColumnKind.CODE, ja, en, aliases, required, codes, 0, example)


COLUMNS = (
    Column("row_id", ColumnKind.OWN_KEY, "管理番号", "Own row number",
           ("行番号", "通番", "整理番号", "No", "No.", "ID", "row id"), most=LONGEST_KEY,
           example_ja="【例】この行は読み込まれません", example_en="[Example] not taken in"),
    Column("number", ColumnKind.NUMBER_OF_CASE, "事例番号", "Case number", ("受付番号", "番号")),
    Column("office_ref", ColumnKind.OWN_KEY, "控え番号", "Own reference",
           ("利用者番号", "利用者ID", "利用者コード", "reference"), most=LONGEST_KEY,
           example_ja="A-17"),
    Column("occurred_month", ColumnKind.MONTH, "発生月", "Month",
           ("年月", "月", "発生年月", "対応月", "対応年月", "対応日", "発生日",
            "日付", "年月日", "date"),
           required=True, example_ja="令和8年4月", example_en="2026-04"),
    Column("area_id", ColumnKind.AREA, "圏域", "Area",
           ("地域", "日常生活圏域", "利用者の住む圏域", "地区"), required=True),
    Column("act_type", ColumnKind.ACT_TYPE, "行為種別", "Type of act",
           ("種別", "業務内容", "行為", "行為の種別", "支援内容", "type"), required=True,
           example_ja="HK03"),
    Column("summary", ColumnKind.FREE_TEXT, "内容", "What happened",
           ("概要", "事例の内容", "事例概要", "対応内容", "状況", "summary"), required=True,
           most=SUMMARY_LENGTH, example_ja="近くの店が閉まり、米と飲み物の買い物を頼まれた。",
           example_en="The shop nearby closed; was asked to buy rice and drinks."),
    Column("wanted", ColumnKind.FREE_TEXT, "あればよかった支援", "What would have helped",
           ("必要な資源", "あるとよい支援", "望ましい支援", "wanted"), most=WANTED_LENGTH,
           example_ja="自宅近くまで来る販売車", example_en="A van that sells near the home"),
    Column("times_handled", ColumnKind.WHOLE_NUMBER, "回数", "Times", ("対応回数",),
           most=MOST_TIMES,
           example_ja="3"),
    Column("minutes_each", ColumnKind.WHOLE_NUMBER, "1回の分数", "Minutes each time",
           ("分", "時間（分）", "所要時間（分）", "所要時間", "所要分数", "対応時間", "minutes"),
           required=True, most=MOST_MINUTES, example_ja="40"),
    _code(CodeList.REQUESTER, "依頼者", "Who asked", "依頼元", required=True, example="SELF"),
    Column("department", ColumnKind.WORDS, "依頼した課", "Section of the municipality",
           ("市町村の部署", "部署"), most=DEPARTMENT_LENGTH),
    _code(CodeList.BODIES_AGREED, "職能団体との合意", "Agreed by the care managers' bodies"),
    _code(CodeList.OUTCOME, "対応結果", "What came of it", "結果", "対応",
          required=True, example="DONE_SELF"),
    _code(CodeList.GAP, "つなげなかった理由", "Why it could not be handed on", "課題の理由",
          required=True, example="G1"),
    _code(CodeList.URGENCY, "緊急度", "Urgency", "急ぎ", required=True, example="E2"),
    _code(CodeList.DANGER, "危険", "Danger"),
    _code(CodeList.ABILITY_TO_PAY, "費用の負担", "Could pay for help", "支払能力", "負担能力"),
    _code(CodeList.HOUR_BAND, "時間帯", "At what hours"),
    _code(CodeList.ACTED_BECAUSE, "引き受けた理由", "Why the office took it on", "対応した理由"),
    _code(CodeList.CHARGE, "料金", "Charged", "費用請求", "料金の有無"),
    _code(CodeList.CHARGE_BAND, "1回の料金", "How much each time", "金額"),
    _code(CodeList.PAID_BY, "払った人", "Who paid", "支払者"),
    _code(CodeList.AGE_BAND, "年代", "Age, about", "年齢", "年齢層"),
    _code(CodeList.CARE_LEVEL, "要介護度", "Care level", "介護度"),
    Column("household", ColumnKind.CODES, "世帯の状況", "Circumstances of the household",
           ("世帯", "世帯状況"), codes=CodeList.HOUSEHOLD, example_ja="ALONE"),
    Column("work_class", ColumnKind.WORK_CLASS, "業務の類型", "Class of the work", ("類型",)),
    Column("work_class_reason", ColumnKind.FREE_TEXT, "類型の理由", "Why another class",
           most=REASON_LENGTH),
)  # fmt: skip
BY_FIELD = {column.field: column for column in COLUMNS}
REQUIRED = tuple(column for column in COLUMNS if column.required)
# What tells a row from others when the office numbers its rows not itself.
IDENTIFYING = ("occurred_month", "act_type", "area_id", "summary")
# Columns that say which row or person it is, and nothing about the case itself.
KEYS = frozenset({"row_id", "number", "office_ref"})


def folded_heading(heading: str) -> str:
    """A heading as it is compared: without width, case, blanks, and marks of what is required."""
    key = text.fold(heading)
    for mark in ("必須", "任意", "required", "optional"):
        for left, right in (("(", ")"), ("[", "]"), ("【", "】"), ("<", ">")):
            key = key.replace(f"{left}{text.fold(mark)}{right}", "")
    return key.strip("*※:：")


_NAMES = {
    folded_heading(name): column.field
    for column in reversed(COLUMNS)
    for name in (column.field, *column.aliases, column.en, column.ja)
}


def matched(head: Sequence[str]) -> dict[str, int]:
    """Field → place of its column, by heading; of two columns for one field the first."""
    found: dict[str, int] = {}
    for place, heading in enumerate(head):
        field = _NAMES.get(folded_heading(heading))
        if field is not None and field not in found:
            found[field] = place
    return found


def is_example(cells: Sequence[str]) -> bool:
    """Is this the example row of the template?"""
    return any(cell.lstrip().startswith(EXAMPLE_MARKS) for cell in cells)
