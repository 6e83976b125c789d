"""Pure: what a town's own Word file may ask for, under Japanese and under English names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.core.i18n import in_english, listed
from tracker.exchange.content import Content
from tracker.exchange.folder import numbered
from tracker.exchange.minutes_text import text_blocks
from tracker.exchange.word_templates.lines import lines
from tracker.formats.word_template import Fields, Value


@dataclass(frozen=True)
class Field:
    """A text: its two names, what it says, how it is read from a row."""

    ja: str
    en: str
    label: LazyString
    read: Callable[[Any], str]


@dataclass(frozen=True)
class Rows:
    """A list: its two names, what it holds, what each of its rows has, how it is read."""

    ja: str
    en: str
    label: LazyString
    row_ja: str  # what a row may be called, for the examples
    row_en: str
    fields: Sequence["Field | Rows"]
    read: Callable[[Any], Sequence[Any]]


def _of(name: str) -> Callable[[Any], str]:
    return lambda row: str(getattr(row, name))


ACTS = Rows(
    "取組",
    "actions",
    _l("Actions decided with the item"),
    "取",
    "action",
    (
        Field("番号", "number", _l("Number"), _of("number")),
        Field("名称", "title", _l("Action"), _of("title")),
        Field("担当", "owner", _l("Owner"), _of("owner")),
        Field("期限", "due", _l("Due"), _of("due")),
    ),
    lambda item: item.actions,
)
SHEET = Rows(
    "課題票",
    "sheet",
    _l("The evidence of the item, line by line"),
    "行",
    "line",
    (
        Field("項目", "term", _l("What the line is about"), _of("term")),
        Field("内容", "text", _l("What it says"), _of("text")),
    ),
    lambda item: lines(item.sheet),
)
SECTIONS = Rows(
    "見出し一覧",
    "sections",
    _l("Headings of the agenda"),
    "節",
    "section",
    (
        Field("見出し", "heading", _l("Heading"), _of("heading")),
        Field("開始", "begins", _l("Begins"), _of("begins")),
        Field("分", "minutes", _l("Minutes"), _of("minutes")),
        Field("議題番号", "numbers", _l("Items under it"), lambda one: listed(one.numbers)),
        Rows(
            "報告一覧",
            "reports",
            _l("What is reported under it"),
            "報告",
            "report",
            (Field("文", "text", _l("What it says"), str),),
            lambda one: one.reports,
        ),
    ),
    lambda content: content.sections,
)
TEXT = Rows(
    "会議録本文",
    "minutes_text",
    _l("Text of the minutes, paragraph by paragraph"),
    "段落",
    "paragraph",
    (
        Field("見出し", "heading", _l("Heading"), _of("term")),
        Field("文", "text", _l("What it says"), _of("text")),
    ),
    lambda content: lines(text_blocks(content.text)),
)
ADDENDA = Rows(
    "追記一覧",
    "addenda",
    _l("What was added after approval"),
    "追記",
    "addendum",
    (
        Field("日時", "when", _l("When"), lambda one: one[0]),
        Field("文", "text", _l("What it says"), lambda one: one[1]),
    ),
    lambda content: content.addenda,
)
FIELDS: tuple[Field | Rows, ...] = (
    Field("会議名", "title", _l("Name of the meeting"), _of("title")),
    Field("市町村名", "town", _l("Municipality"), _of("town")),
    Field("年度", "fiscal_year", _l("Fiscal year"), _of("fiscal_year")),
    Field("会議の種別", "kind", _l("Kind of meeting"), _of("kind")),
    Field("主催", "host", _l("Held by"), _of("host")),
    Field("日時", "when", _l("Date and time"), _of("when")),
    Field("開催日", "day", _l("Day"), _of("day")),
    Field("開始", "starts", _l("Begins"), _of("starts")),
    Field("終了", "ends", _l("When it ends"), _of("ends")),
    Field("場所", "place", _l("Place"), _of("place")),
    Field(
        "案の表示", "agenda_mark", _l("“Draft” before publication, else empty"), _of("agenda_mark")
    ),
    Field(
        "会議録の案の表示",
        "minutes_mark",
        _l("“Draft” before approval, else empty"),
        _of("minutes_mark"),
    ),
    Field("出席者数", "present", _l("Number present"), _of("present")),
    Field("時間配分", "timing", _l("How the minutes of the items add up"), _of("timing")),
    Field("前回の会議名", "last_title", _l("The meeting before this one"), _of("last_title")),
    Rows(
        "出席者名簿",
        "attendees",
        _l("List of attendees"),
        "人",
        "person",
        (
            Field("所属", "organisation", _l("Organisation"), _of("organisation")),
            Field("職種", "profession", _l("Profession"), _of("profession")),
            Field("氏名", "name", _l("Name"), _of("name")),
            Field("出欠", "presence", _l("Present or absent"), _of("presence")),
        ),
        lambda content: content.attendees,
    ),
    Rows(
        "議題一覧",
        "items",
        _l("Agenda items"),
        "議題",
        "item",
        (
            Field("番号", "number", _l("No."), _of("number")),
            Field("件名", "title", _l("Agenda item"), _of("title")),
            Field("決めること", "question", _l("To be decided"), _of("question")),
            Field("説明者", "presenter", _l("Presented by"), _of("presenter")),
            Field("開始", "begins", _l("Begins"), _of("begins")),
            Field("分", "minutes", _l("Minutes"), _of("minutes")),
            Field("根拠番号", "evidence", _l("Evidence number"), _of("evidence")),
            Field("意見", "discussion", _l("What was said"), _of("discussion")),
            Field("結果", "outcome", _l("Outcome of the item"), _of("outcome")),
            Field("理由", "reason", _l("Reason"), _of("reason")),
            Field("担当", "who", _l("Who sees to it"), _of("who")),
            Field("期日", "on", _l("By when, or until when"), lambda item: item.on[1]),
            Field("保留の条件", "event", _l("Held until this happens"), _of("event")),
            Field("見送りの理由", "declined", _l("Why it is not taken up"), _of("declined")),
            Field("提案", "recommended", _l("Recommended"), _of("recommended")),
            Field("提案と異なる理由", "differs", _l("Why not as recommended"), _of("differs")),
            SHEET,
            ACTS,
        ),
        lambda content: content.items,
    ),
    Rows(
        "前回の結果",
        "last_items",
        _l("What was decided last time"),
        "件",
        "one",
        (
            Field("件名", "title", _l("Agenda item"), _of("title")),
            Field("結果", "outcome", _l("Outcome of the item"), _of("outcome")),
            Field("理由", "said", _l("Reason, and until when"), _of("said")),
        ),
        lambda content: content.last_items,
    ),
    Rows(
        "進捗一覧",
        "progress",
        _l("Progress of the last decisions"),
        "進捗",
        "step",
        (
            Field("番号", "number", _l("Number"), _of("number")),
            Field("名称", "title", _l("Action"), _of("title")),
            Field("担当", "owner", _l("Owner"), _of("owner")),
            Field("期限", "due", _l("Due"), _of("due")),
            Field("段階", "stage", _l("Stage"), _of("stage")),
            Field("経過", "said", _l("Last entry"), _of("said")),
        ),
        lambda content: content.progress,
    ),
    Rows(
        "資料一覧",
        "papers",
        _l("List of papers"),
        "資料",
        "paper",
        (
            Field("番号", "number", _l("Number"), _of("number")),
            Field("名称", "name", _l("Paper"), _of("name")),
        ),
        numbered,
    ),
    Rows(
        "公開後の変更",
        "changes",
        _l("Changes since publication"),
        "変更",
        "change",
        (
            Field("日時", "when", _l("When"), _of("when")),
            Field("内容", "what", _l("What changed"), _of("what")),
            Field("件名", "sentence", _l("Agenda item"), _of("sentence")),
        ),
        lambda content: content.changes,
    ),
    SECTIONS,
    TEXT,
    ADDENDA,
)


def known(fields: Sequence[Field | Rows] = FIELDS) -> Fields:
    """Every name a file may use; for a list what its rows have."""
    return {
        name: known(one.fields) if isinstance(one, Rows) else None
        for one in fields
        for name in (one.ja, one.en)
    }


def values(row: object, fields: Sequence[Field | Rows] = FIELDS) -> dict[str, Value]:
    """What the names stand for in this folder."""
    found: dict[str, Value] = {}
    for one in fields:
        read: Value
        if isinstance(one, Rows):
            read = [values(inner, one.fields) for inner in one.read(row)]
        else:
            read = one.read(row)
        found[one.ja] = found[one.en] = read
    return found


@dataclass(frozen=True)
class Explained:
    """A field as its page shows it: how it is written, what comes out; `depth` for lists."""

    written: str
    label: str
    example: str


def explained(example: Content) -> Iterator[Explained]:
    """Every field in order with what it would say in this folder; the first row of a list."""
    yield from _explained(FIELDS, "", example)


def _explained(fields: Sequence[Field | Rows], row: str, found: object) -> Iterator[Explained]:
    english = in_english()
    for one in fields:
        name = one.en if english else one.ja
        path = f"{row}.{name}" if row else name
        if isinstance(one, Field):
            said = one.read(found) if found is not None else ""
            yield Explained(f"{{{{ {path} }}}}", str(one.label), said)
            continue
        inner = one.row_en if english else one.row_ja
        rows = one.read(found) if found is not None else ()
        yield Explained(f"{{%tr for {inner} in {path} %}} … {{%tr endfor %}}", str(one.label), "")
        yield from _explained(one.fields, inner, rows[0] if rows else None)
