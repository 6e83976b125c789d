"""Filling words into a Word file of somebody else, and what such a file may ask for.

A file may hold text, names of fields, `if` on a field, and `for` over a list, two deep; nothing
else of Jinja is taken, whatever it would do. It is looked at twice: as it is written, tag by tag,
and as the tree that would run. Values are escaped text; they are never a template.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Union

from docxtpl import DocxTemplate
from flask_babel import gettext as _
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from tracker.core import clock
from tracker.formats.papers import carried
from tracker.formats.word_package import MAIN, RefusedError, W, looked_through

# A text is None; a list is what each of its rows has.
Fields = Mapping[str, Union["Fields", None]]
Value = Union["str", Sequence[Mapping[str, "Value"]]]

DEEPEST = 2  # lists in lists
MOST_TAGS = 1_000
MOST_BLOCKS_DEEP = 8  # `if` and `for` inside each other
# Letters of the file that stand in a loop, by how deep: each is written once for every row.
MOST_LOOPED = {1: 100_000, 2: 30_000}

_OPENERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENER = re.compile(r"\{[{%#]")
_PATH = r"[^\W\d_]\w*(?:\.[^\W\d_]\w*)?"
_FIELD = re.compile(rf"\s*{_PATH}\s*")
_BLOCK = re.compile(
    rf"(?:p|tr|tc)?\s+(?:(?P<opens>for\s+[^\W\d_]\w*\s+in\s+{_PATH}|if\s+(?:not\s+)?{_PATH})"
    rf"|(?P<between>elif\s+(?:not\s+)?{_PATH}|else)|(?P<closes>endfor|endif))\s*"
)
_RESERVED = {"loop", "self", "super", "caller", "varargs", "kwargs", "true", "false", "none"}
_RENDERED = {"document", "hdr", "ftr", "footnotes"}  # what a part that is filled begins with


def refuse_bad(data: bytes, fields: Fields) -> None:
    """The file may be filled: nothing in it but words, pictures and what `fields` names.

    :raises RefusedError: with everything that was found
    """
    parts = looked_through(data)
    reasons = [
        reason
        for root in parts.values()
        for reason in (_of_tags(root) if _name(root) in _RENDERED else _of_others(root))
    ]
    if not any("{" in (one.text or "") for one in parts[MAIN].iter(W + "t")):
        reasons.append(_("No field of ours stands in the file, so it would always say the same."))
    if reasons:
        raise RefusedError(reasons)
    walk = _Walk(fields)
    for source in _sources(data):
        try:
            walk.look(_environment().parse(source), {}, depth=0)
        except TemplateSyntaxError:
            walk.reasons.append(_unbalanced())
    if walk.reasons:
        raise RefusedError(walk.reasons)


def tears(data: bytes, values: Mapping[str, Value]) -> bool:
    """Would the file be torn by these values: a piece of a table without its other end?"""
    context = {name: _value(value) for name, value in values.items()}
    try:
        for source in _sources(data):
            etree.fromstring(_environment().from_string(source).render(context))
    except etree.XMLSyntaxError:
        return True
    return False


def filled(data: bytes, values: Mapping[str, Value]) -> bytes:
    """The file with the values in place of its fields; nobody's name stands in its properties."""
    template = DocxTemplate(BytesIO(data))
    context = {name: _value(value) for name, value in values.items()}
    template.render(context, _environment(), autoescape=True)
    properties = template.docx.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = clock.now()
    target = BytesIO()
    template.save(target)
    return target.getvalue()


def leftovers(data: bytes) -> list[str]:
    """Pieces of tags that filling has left standing; [] when all went well."""
    found = []
    for name, root in looked_through(data).items():
        if name.startswith("word/"):
            text = "".join(one.text or "" for one in root.iter(W + "t"))
            found += [text[at.start() : at.start() + 40] for at in _OPENER.finditer(text)]
    return found


def _value(value: Value) -> Any:
    if isinstance(value, str):
        return carried(value)
    return [SimpleNamespace(**{name: _value(one) for name, one in row.items()}) for row in value]


def _environment() -> ImmutableSandboxedEnvironment:
    """Jinja without anything that could be called."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.filters.clear()
    made.tests.clear()
    return made


def _sources(data: bytes) -> Iterator[str]:
    """Everything that is run when the file is filled, as it is run."""
    template = DocxTemplate(BytesIO(data))
    template.init_docx()
    yield template.patch_xml(template.get_xml())
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(kind):
            yield template.patch_xml(template.get_part_xml(part))
    for part in template.docx.part.package.iter_parts():
        if part.content_type.endswith("wordprocessingml.footnotes+xml"):
            yield template.patch_xml(part.blob.decode("utf-8"))


def _unbalanced() -> str:
    return _("The tags do not fit together: each “for” and each “if” needs its end.")


def _of_tags(root: etree._Element) -> Iterator[str]:
    """What stands in the part as it is written."""
    depth = deepest = count = 0
    for one in root.iter(etree.Element):
        if one.tag == W + "p":
            for tag in _tags(_text(one)):
                count += 1
                depth += _step(tag)
                deepest = max(deepest, depth)
                if not _allowed(tag):
                    yield _("This is not allowed in a template: %(tag)s", tag=tag[:80])
        elif one.tag != W + "t" and _holds_tag(one):
            yield _(
                "A field may only stand in ordinary text, not in “%(where)s”.", where=_name(one)
            )
    if count > MOST_TAGS or deepest > MOST_BLOCKS_DEEP:
        yield _("There are too many tags in the file, or too many inside each other.")
    if depth:
        yield _unbalanced()


def _of_others(root: etree._Element) -> Iterator[str]:
    """A tag in a part that holds no text of the paper: properties, settings, comments."""
    if any(_holds_tag(one) for one in root.iter(etree.Element)):
        yield _("A field may only stand in ordinary text, not in “%(where)s”.", where=_name(root))


def _text(paragraph: etree._Element) -> str:
    """The words of the paragraph itself, without those of a box that stands in it."""
    return "".join(
        one.text or ""
        for one in paragraph.iter(W + "t")
        if next(one.iterancestors(W + "p")) is paragraph
    )


def _tags(text: str) -> Iterator[str]:
    """Each tag with its braces; one that is never closed reaches to the end of the text."""
    at = 0
    while found := _OPENER.search(text, at):
        closer = _OPENERS[found.group()]
        end = text.find(closer, found.end())
        at = len(text) if end < 0 else end + len(closer)
        yield text[found.start() : at]


def _allowed(tag: str) -> bool:
    inner, opener = tag[2:-2], tag[:2]
    if opener == "{#" or not tag.endswith(_OPENERS[opener]) or "__" in inner:
        return False
    found = (_FIELD if opener == "{{" else _BLOCK).fullmatch(inner)
    return found is not None


def _step(tag: str) -> int:
    """One deeper, one higher, or neither."""
    found = _BLOCK.fullmatch(tag[2:-2]) if tag.startswith("{%") else None
    if found is None:
        return 0
    return 1 if found["opens"] else -1 if found["closes"] else 0


def _holds_tag(one: etree._Element) -> bool:
    said = [one.text or "", *map(str, one.attrib.values())]
    in_field = one.tag == W + "instrText" and "{" in (one.text or "")
    return in_field or any(_OPENER.search(text) for text in said)


def _name(one: etree._Element) -> str:
    return etree.QName(one).localname


@dataclass
class _Walk:
    """Looks at the tree that would run; collects every reason against it."""

    fields: Fields
    reasons: list[str] = field(default_factory=list)
    looped: dict[int, int] = field(default_factory=dict)

    def look(self, node: nodes.Node, scope: Mapping[str, Fields], depth: int) -> None:
        """Look at what stands under the node."""
        for child in node.iter_child_nodes():
            self._look_at(child, scope, depth)

    def _look_at(self, node: nodes.Node, scope: Mapping[str, Fields], depth: int) -> None:
        match node:
            case nodes.Output():
                self.look(node, scope, depth)
            case nodes.TemplateData():
                self._count(node, depth)
            case nodes.Name() | nodes.Getattr():
                self._text(node, scope)
            case nodes.If():
                self._if(node, scope, depth)
            case nodes.For():
                self._for(node, scope, depth)
            case _:
                what = type(node).__name__
                self.reasons.append(_("This is not allowed in a template: %(tag)s", tag=what))

    def _count(self, node: nodes.TemplateData, depth: int) -> None:
        self.looped[depth] = self.looped.get(depth, 0) + len(node.data)
        if self.looped[depth] > MOST_LOOPED.get(depth, self.looped[depth]):
            self.reasons.append(_("Too much text stands inside a loop."))

    def _if(self, node: nodes.If, scope: Mapping[str, Fields], depth: int) -> None:
        test = node.test.node if isinstance(node.test, nodes.Not) else node.test
        if isinstance(test, (nodes.Name, nodes.Getattr)):
            self._found(test, scope)
        else:
            self._look_at(test, scope, depth)  # says what it is
        for one in (*node.body, *node.elif_, *node.else_):
            self._look_at(one, scope, depth)

    def _for(self, node: nodes.For, scope: Mapping[str, Fields], depth: int) -> None:
        if node.recursive or node.test or node.else_ or not isinstance(node.target, nodes.Name):
            self.reasons.append(_("A loop may only go through a list of ours, from end to end."))
            return
        rows, name = self._found(node.iter, scope), node.target.name
        if name in self.fields or name in _RESERVED or name in scope:
            self.reasons.append(_("“%(name)s” is taken: please name it otherwise.", name=name))
        elif rows is None:
            self.reasons.append(_("“%(name)s” is no list.", name=_path(node.iter)))
        elif depth and (depth >= DEEPEST or isinstance(node.iter, nodes.Name)):
            self.reasons.append(
                _("Inside a loop only lists of its own rows may be gone through, two deep.")
            )
        else:
            for one in node.body:
                self._look_at(one, {**scope, name: rows}, depth + 1)

    def _text(self, node: nodes.Node, scope: Mapping[str, Fields]) -> None:
        if self._found(node, scope) is not None:
            self.reasons.append(
                _("“%(name)s” is a list: please go through it with “for”.", name=_path(node))
            )

    def _found(self, node: nodes.Node, scope: Mapping[str, Fields]) -> Fields | None:
        """What the name stands for; a reason more when it stands for nothing."""
        match node:
            case nodes.Name(name=name) if name in self.fields:
                return self.fields[name]
            case nodes.Getattr(node=nodes.Name(name=name), attr=attr) if attr in scope.get(
                name, {}
            ):
                return scope[name][attr]
        self.reasons.append(_("There is no field “%(name)s”.", name=_path(node)))
        return {}


def _path(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=nodes.Name(name=name), attr=attr):
            return f"{name}.{attr}"
    return type(node).__name__
