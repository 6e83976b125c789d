"""Ours as a Word file with fields in it, to begin from."""

from collections.abc import Sequence
from io import BytesIO

import docx
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.core.i18n import in_english
from tracker.exchange.word_templates.fields import FIELDS, Field, Rows
from tracker.exchange.word_templates.models import TemplateKind
from tracker.formats import papers
from tracker.formats.papers import Block, Facts, Heading, PageBreak, Paper, Paragraph, Table


def starting_file(kind: TemplateKind) -> bytes:
    """Our own layout of this kind with every field in its place, in the page's language."""
    blocks = {
        TemplateKind.FOLDER: [*_agenda(), PageBreak(), *_before(), PageBreak(), *_minutes()],
        TemplateKind.AGENDA: _agenda(),
        TemplateKind.MINUTES: _minutes(),
    }[kind]
    paper = Paper(
        title=_text("title"),
        subtitle=str(kind.label),
        footer_left=_text("title"),
        confidential=True,
        blocks=blocks,
        language=str(get_locale()),
    )
    document = docx.Document(BytesIO(papers.to_docx(paper)))
    document.core_properties.title = ""  # the properties of a file are not filled
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _agenda() -> list[Block]:
    return [
        *_particulars("when", "place", "kind", "host"),
        *_where_said("sections", _headings()),
        Heading(1, _label("items")),
        _table("items", "number", "title", "presenter", "begins", "minutes"),
        Paragraph(_text("timing")),
        Heading(1, _label("attendees")),
        _table("attendees", "organisation", "profession", "name"),
        *_in_loop("items", _sheet()),
    ]


def _headings() -> list[Block]:
    columns = ("begins", "heading", "minutes", "numbers")
    return [Heading(1, _label("sections")), _table("sections", *columns)]


def _sheet() -> list[Block]:
    item = _rows("items")
    return [
        Heading(1, _row_text(item, "number") + " " + _row_text(item, "title")),
        Facts([(_label("question", item), _row_text(item, "question"))]),
        _inner_table(item, "sheet", "term", "text"),
    ]


def _before() -> list[Block]:
    return [
        Heading(1, _label("progress")),
        Paragraph(_text("last_title")),
        _table("last_items", "title", "outcome", "said"),
        _table("progress", "number", "title", "owner", "due", "stage", "said"),
        Heading(1, _label("papers")),
        _table("papers", "number", "name"),
    ]


def _minutes() -> list[Block]:
    item = _rows("items")
    terms = (
        *("question", "discussion", "outcome", "reason", "declined", "who", "on", "event"),
        *("recommended", "differs"),
    )
    told: list[Block] = [
        Heading(2, _row_text(item, "number") + " " + _row_text(item, "title")),
        Facts([(_label(name, item), _row_text(item, name)) for name in terms]),
        _inner_table(item, "actions", "number", "title", "owner", "due"),
    ]
    return [
        Heading(1, _("Minutes of the meeting")),
        *_particulars("when", "place", "present", "minutes_mark"),
        _table("attendees", "organisation", "profession", "name", "presence"),
        *_in_loop("minutes_text", _paragraph(_rows("minutes_text"))),
        *_in_loop("items", told),
        *_where_said("addenda", [Heading(1, _label("addenda")), _table("addenda", "when", "text")]),
    ]


def _paragraph(rows: Rows) -> list[Block]:
    """A heading or a paragraph of the text, whichever it is."""
    names = {
        name: f"{_row(rows)}.{_name(_found(name, rows.fields))}" for name in ("heading", "text")
    }
    return [
        *_if(names["heading"], [Heading(2, _row_text(rows, "heading"))]),
        *_if(names["text"], [Paragraph(_row_text(rows, "text"))]),
    ]


def _where_said(name: str, blocks: Sequence[Block]) -> list[Block]:
    """Only where the list holds something."""
    return _if(_name(_rows(name)), blocks)


def _if(path: str, blocks: Sequence[Block]) -> list[Block]:
    return [Paragraph(f"{{%p if {path} %}}"), *blocks, Paragraph("{%p endif %}")]


def _particulars(*names: str) -> list[Block]:
    return [Facts([(_label(name), _text(name)) for name in names])]


def _in_loop(name: str, blocks: Sequence[Block]) -> list[Block]:
    rows = _rows(name)
    start, end = f"{{%p for {_row(rows)} in {_name(rows)} %}}", "{%p endfor %}"
    return [Paragraph(start), *blocks, Paragraph(end)]


def _table(name: str, *columns: str) -> Table:
    rows = _rows(name)
    return _loop_table(rows, _name(rows), columns)


def _inner_table(outer: Rows, name: str, *columns: str) -> Table:
    rows = next(one for one in outer.fields if isinstance(one, Rows) and one.en == name)
    return _loop_table(rows, f"{_row(outer)}.{_name(rows)}", columns)


def _loop_table(rows: Rows, path: str, columns: Sequence[str]) -> Table:
    rest = [""] * (len(columns) - 1)
    return Table(
        head=[_label(name, rows) for name in columns],
        rows=[
            [f"{{%tr for {_row(rows)} in {path} %}}", *rest],
            [_row_text(rows, name) for name in columns],
            ["{%tr endfor %}", *rest],
        ],
    )


def _found(name: str, fields: Sequence[Field | Rows]) -> Field | Rows:
    return next(one for one in fields if one.en == name)


def _rows(name: str) -> Rows:
    found = _found(name, FIELDS)
    if not isinstance(found, Rows):
        raise TypeError(name)
    return found


def _name(one: Field | Rows) -> str:
    return one.en if in_english() else one.ja


def _row(rows: Rows) -> str:
    return rows.row_en if in_english() else rows.row_ja


def _text(name: str) -> str:
    return f"{{{{ {_name(_found(name, FIELDS))} }}}}"


def _row_text(rows: Rows, name: str) -> str:
    return f"{{{{ {_row(rows)}.{_name(_found(name, rows.fields))} }}}}"


def _label(name: str, rows: Rows | None = None) -> str:
    return str(_found(name, rows.fields if rows else FIELDS).label)
