"""Word files of others: what they may ask for, what is refused, and how they are filled."""

import time

import pytest

from tests.formats.word_files import (
    FIELDS,
    MAIN,
    TYPES,
    changed,
    in_body,
    packed,
    parts,
    related,
    with_part,
    word_file,
    words_of,
)
from tracker.formats.word_package import RefusedError
from tracker.formats.word_template import filled, leftovers, refuse_bad

PEOPLE = [["{%tr for one in people %}", ""], ["{{ one.name }}", "{{ one.office }}"]]
PEOPLE.append(["{%tr endfor %}", ""])
VALUES = {
    "place": "市役所",
    "title": "第2回 会議",
    "people": [{"name": "委員A", "office": "社協"}, {"name": "委員B", "office": "商工会"}],
    "items": [
        {"title": "買い物", "actions": [{"name": "移動販売", "days": []}]},
        {"title": "通院", "actions": []},
    ],
}
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
XML = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"


@pytest.fixture(autouse=True)
def _words(app):
    """Refusals are said in the language of a page."""


def test_an_honest_file_is_taken_and_filled():
    data = word_file(
        "{{ title }}　{% if place %}会場 {{ place }}{% endif %}",
        "{%p for one in items %}",
        "議題 {{ one.title }}{% for act in one.actions %}、{{ act.name }}{% endfor %}",
        "{%p endfor %}",
        rows=PEOPLE,
        header="{{ title }}",
    )
    refuse_bad(data, FIELDS)
    said = words_of(filled(data, VALUES))
    for words in (
        "第2回 会議　会場 市役所",
        "議題 買い物、移動販売",
        "議題 通院",
        "委員A",
        "商工会",
    ):
        assert words in said
    assert said.startswith("第2回 会議\n")
    assert "{" not in said


def test_a_field_that_word_has_cut_in_pieces_is_still_one():
    data = changed(MAIN, b"{{ title }}", b"{{ ti</w:t></w:r><w:r><w:t>tle }}")
    refuse_bad(data, FIELDS)
    assert "第2回 会議" in words_of(filled(data, VALUES))


def test_what_people_wrote_stays_text():
    data = word_file("[{{ title }}]", "[{{ place }}]")
    refuse_bad(data, FIELDS)
    title = "{{ 7*7 }} {% for x in y %} <w:p/> & ＜b＞ {_{ place }_}"
    said = words_of(filled(data, {**VALUES, "title": title, "place": "一行目\n二行目\x00\x07"}))
    assert "{{ 7*7 }} {% for x in y %} <w:p/> & ＜b＞" in said
    assert "49" not in said
    assert "[一行目\n二行目]" in said


def test_nobodys_name_stands_in_the_filled_file():
    data = word_file("{{ title }}")
    core = parts(filled(data, VALUES))["docProps/core.xml"].decode()
    assert "python-docx" not in core
    assert "<dc:creator></dc:creator>" in core or "<dc:creator/>" in core


def test_what_is_left_standing_is_found():
    assert leftovers(word_file("{{ title }}")) == ["{{ title }}"]
    assert leftovers(filled(word_file("{{ title }}"), VALUES)) == []


DEEP = "".join(f"{{% for {n} in {of} %}}" for n, of in (("a", "items"), ("b", "a.actions")))
TAGS = {
    "a field there is not": ("{{ secret }}", "secret"),
    "a field of a row there is not": ("{% for a in items %}{{ a.secret }}{% endfor %}", "a.secret"),
    "the class of a text": ("{{ ''.__class__ }}", "__class__"),
    "the class of a field": ("{{ title.__class__ }}", "__class__"),
    "an attribute of a text": ("{{ title.format }}", "title.format"),
    "an index": ("{{ title[0] }}", "title[0]"),
    "a call": ("{{ title.upper() }}", "upper()"),
    "a filter": ("{{ title|upper }}", "upper"),
    "a sum": ("{{ 7*7 }}", "7*7"),
    "a text in quotes": ("{{ 'x' * 1000000000 }}", "1000000000"),
    "Jinja's own objects": ("{{ cycler.__init__.__globals__ }}", "cycler"),
    "itself": ("{{ self }}", "self"),
    "a loop over numbers": ("{% for a in range(999999999) %}x{% endfor %}{{ title }}", "range"),
    "a loop over letters": ("{% for a in title %}{{ a }}{% endfor %}", "title"),
    "a list three deep": (
        DEEP + "{% for c in b.days %}{{ c.day }}{% endfor %}{% endfor %}{% endfor %}",
        "",
    ),
    "a list in another list": (
        "{% for a in items %}{% for b in people %}{{ b.name }}{% endfor %}{% endfor %}",
        "",
    ),
    "a recursive loop": ("{% for a in items recursive %}{{ a.title }}{% endfor %}", "recursive"),
    "a filtered loop": ("{% for a in items if a.title %}{{ a.title }}{% endfor %}", "if"),
    "a loop that takes a field's name": ("{% for title in items %}x{% endfor %}", "title"),
    "a list where a text is asked for": ("{{ people }}", "people"),
    "a variable set": ("{% set x = 1 %}{{ title }}", "set"),
    "a macro": ("{% macro m() %}x{% endmacro %}{{ title }}", "macro"),
    "another file included": ("{% include '/etc/passwd' %}{{ title }}", "include"),
    "another file imported": ("{% import 'os' as os %}{{ title }}", "import"),
    "an extension": ("{% do title %}{{ title }}", "do"),
    "a comparison": ("{% if title == 'x' %}x{% endif %}", "=="),
    "raw text": ("{% raw %}{{ title }}{% endraw %}", "raw"),
    "a comment": ("{# secret #}{{ title }}", "secret"),
    "a tag without an end": ("{{ title", "title"),
    "a loop without an end": ("{% for a in items %}{{ a.title }}", ""),
    "an end without a loop": ("{{ title }}{% endfor %}", ""),
    "raw XML": ("{{r title }}", "{{r"),
    "a picture of its own": ("{{ title }}{%r if title %}x{% endif %}", "{%r"),
    "a cell made wider": ("{% colspan title %}{{ title }}", "colspan"),
    "blanks taken away": ("{%- if title -%}{{ title }}{% endif %}", "{%-"),
}


@pytest.mark.parametrize("kind", TAGS)
def test_a_file_may_ask_for_nothing_but_fields_if_and_for(kind):
    text, said = TAGS[kind]
    with pytest.raises(RefusedError) as refused:
        refuse_bad(word_file(text), FIELDS)
    assert any(said in reason for reason in refused.value.reasons), refused.value.reasons


def test_every_reason_is_said_at_once():
    with pytest.raises(RefusedError) as refused:
        refuse_bad(word_file("{{ 7*7 }}", "{{ title|upper }}", "{% set x = 1 %}"), FIELDS)
    assert len(refused.value.reasons) == 3


def test_a_tag_in_a_header_is_looked_at_too():
    with pytest.raises(RefusedError, match=r"secret"):
        refuse_bad(word_file("{{ title }}", header="{{ secret }}"), FIELDS)


FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
FIELD += '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
LINKED = '<w:p><w:bookmarkStart w:id="1" w:name="{{ title }}"/><w:bookmarkEnd w:id="1"/></w:p>'
MACRO = (TYPES, b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml")
DISGUISED = b'<Override PartName="/word/h.png" ContentType="a/header+xml"/>'
BROKEN = {
    "an empty file": lambda: b"",
    "a text": lambda: "会議次第".encode(),
    "the old format or a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a package that is no Word file": lambda: packed({"a.xml": b"<a/>"}),
    "a file that was cut off": lambda: word_file("{{ title }}")[:-200],
    "a file that is too large": lambda: word_file("{{ title }}") + bytes(2_000_001),
    "macros": lambda: with_part("word/vbaProject.bin", b"x"),
    "macros in the type alone": lambda: changed(MACRO[0], MACRO[1], MACRO[2]),
    "an object of another program": lambda: with_part("word/embeddings/oleObject1.bin", b"x"),
    "a control": lambda: related("control", "activeX/activeX1.xml", external=False),
    "an embedded file": lambda: related("package", "embeddings/a.xml", external=False),
    "a template from elsewhere": lambda: related(
        "attachedTemplate", "http://198.51.100.7/evil.dotm", external=True
    ),
    "a picture from elsewhere": lambda: related(
        "image", "http://198.51.100.7/a.png", external=True
    ),
    "a link into the network": lambda: related("hyperlink", "file://server/share", external=True),
    "a part of another file": lambda: in_body('<w:altChunk w:id="a"/>'),
    "a field that fetches a file": lambda: in_body(FIELD.format('INCLUDETEXT "c:/secret.docx"')),
    "a field that starts a program": lambda: in_body(FIELD.format("DDEAUTO c:/cmd.exe")),
    "a field made of a field": lambda: in_body(FIELD.format("{{ title }}")),
    "a tag in an attribute": lambda: in_body(LINKED),
    "tracked changes": lambda: in_body(
        '<w:p><w:ins w:id="1"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'
    ),
    "a DTD": lambda: changed(MAIN, b"<w:document", BOMB + b"<w:document"),
    "a DTD in another writing": lambda: with_part(
        "word/settings.xml", (XML.replace(b"UTF-8", b"UTF-7") + b"<a/>")
    ),
    "another encoding": lambda: with_part("word/settings.xml", "<a/>".encode("utf-16")),
    "XML that does not fit together": lambda: with_part("word/settings.xml", b"<a><b></a>"),
    "a part outside of the folder": lambda: with_part("../../evil.xml", b"<a/>"),
    "a bomb of one part": lambda: with_part("word/media/a.png", bytes(30_000_000)),
    "a bomb of many parts": lambda: packed({f"word/{n}.xml": b"<a/>" for n in range(400)}),
    "a part disguised as a picture": lambda: changed(
        TYPES,
        b"<Override ",
        b'<Override PartName="/word/h.png" ContentType="a/header+xml"/><Override ',
    ),
    "no field at all": lambda: word_file("いつも同じ"),
    "a tag in the properties": lambda: changed(
        "docProps/core.xml", b"<dc:title/>", b"<dc:title>{{ secret }}</dc:title>"
    ),
    "too many tags": lambda: word_file("{{ title }}" * 1001),
    "tags too deep": lambda: word_file("{% if title %}" * 9 + "x" + "{% endif %}" * 9),
    "too much in a loop": lambda: word_file(
        "{%p for a in items %}", "あ" * 100_001, "{%p endfor %}", "{{ title }}"
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_holds_nothing_but_words_and_pictures(kind):
    began = time.perf_counter()
    with pytest.raises(RefusedError) as refused:
        refuse_bad(BROKEN[kind](), FIELDS)
    assert all(refused.value.reasons)
    assert time.perf_counter() - began < 3, "a refusal must not take long"


def test_an_ordinary_link_and_page_numbers_are_fine():
    refuse_bad(related("hyperlink", "https://www.example.jp/", external=True), FIELDS)
    refuse_bad(in_body(FIELD.format(" PAGE ")), FIELDS)
