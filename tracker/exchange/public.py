"""Pure: the folder as people outside may read it, and a look at every word somebody typed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from tracker.core import personal
from tracker.core.disclosure import Rule
from tracker.core.personal import MASK
from tracker.exchange.content import Content, Earlier, Item
from tracker.exchange.documents import item_heading
from tracker.formats import kept
from tracker.formats.papers import Paper
from tracker.issues.letters import traces

# What people typed into a sheet, by the name it stands under; the rest is counted or coded.
TYPED = frozenset({"title", "statement", "parts", "vignettes", "options"})


def for_public(content: Content) -> Content:
    """Nobody is named, no single case is told, nothing of the log; changes are left out.

    The figures of the sheets are the caller's: `meetings.public` has hidden what is small.
    """
    single = any(item.is_case for item in content.items)  # a text cannot be parted from them
    return replace(
        content,
        attendees=[replace(who, name="") for who in content.attendees],
        items=[_case_hidden(item) if item.is_case else item for item in content.items],
        changes=[],
        sections=[replace(section, reports=[]) for section in content.sections],
        text="" if single else content.text,
        addenda=[] if single else content.addenda,
        last_items=[_earlier_hidden(one) for one in content.last_items],
        progress=[replace(one, said="") for one in content.progress],
        names_hidden=True,
    )


def _earlier_hidden(one: Earlier) -> Earlier:
    """What came of it; of a single case not even what it was about."""
    return replace(one, said="", title=_hidden_title() if one.is_case else one.title)


def _hidden_title() -> str:
    return _("A single case (not public)")


def _case_hidden(item: Item) -> Item:
    """That there was such an item, and nothing of it."""
    return replace(
        item,
        title=_hidden_title(),
        question="",
        presenter="",
        sheet=(),
        discussion=_("Not public, for it is about one person.") if item.discussion else "",
        reason="",
        who="",
        recommended="",
        differs="",
        actions=[],
    )


@dataclass(frozen=True)
class Finding:
    """Words that may not leave the room, where they stand, and why."""

    where: str
    words: str
    why: str


def typed(content: Content, sheets: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every text somebody typed, with where it stands."""
    yield _("Name of the meeting"), content.title
    yield _("The meeting before this one"), content.last_title
    for one in content.last_items:
        yield _("Progress of the last decisions"), one.title
    for action in content.progress:
        yield _("Progress of the last decisions"), action.title
    for text in (content.text, *(said for _when, said in content.addenda)):
        yield _("Minutes of the meeting"), text
    for section in content.sections:
        yield _("Agenda items"), section.heading
    for item in content.items:
        said = (item.title, item.question, item.presenter, item.discussion, item.reason, item.who)
        more = (item.event, item.differs, *(act.title for act in item.actions))
        yield from ((item_heading(item), text) for text in (*said, *more) if text)
    for sheet in sheets:
        yield from ((_("Evidence sheets"), text) for text in _texts(sheet, inside=False))


def _texts(value: Any, *, inside: bool) -> Iterator[str]:
    if isinstance(value, str):
        if inside and value:
            yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, inside=inside or name in TYPED)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one, inside=inside)


def findings(texts: Iterable[tuple[str, str]], offices: Sequence[str], rule: Rule) -> list[Finding]:
    """What may tell who somebody is, case numbers, offices of filers, small figures; each once.

    :param offices: names of the offices that file
    :param rule: which counts of the town may be told
    """
    found: dict[Finding, None] = {}
    for where, text in texts:
        for span in personal.find(text):
            found[Finding(where, text[span.start : span.end], str(span.reason))] = None
        for words in traces.case_numbers(text):
            found[Finding(where, words, _("the number of a case"))] = None
        for words in traces.named_offices(text, offices):
            found[Finding(where, words, _("an office that files cases"))] = None
        for words in traces.small_figures(text, rule):
            found[Finding(where, words, _("a small figure"))] = None
    return list(found)


def hidden(paper: Paper, found: Iterable[Finding]) -> Paper:
    """The paper with ●●● wherever the words of a finding stand."""
    words = sorted({one.words for one in found}, key=len, reverse=True)

    def change(text: str) -> str:
        for word in words:
            text = text.replace(word, MASK)
        return text

    changed = kept.with_words(paper, change)
    return replace(changed, title=change(paper.title), footer_left=change(paper.footer_left))
