"""Every rule on one text, and what is left when two rules mark the same words."""

from collections.abc import Iterable, Iterator

from tracker.core.personal import addresses, births, identifiers, phones
from tracker.core.personal.addressed import addressed
from tracker.core.personal.kinds import Kind, Level, Span
from tracker.core.personal.named import named
from tracker.core.personal.romaji import romaji
from tracker.core.personal.view import View

# In this order: a stretch that could be two things is taken as the first.
RULES = (
    identifiers.cards,
    identifiers.twelve_digits,
    identifiers.insured,
    identifiers.accounts,
    phones.mails,
    births.births,
    phones.phones,
    identifiers.pensions,
    identifiers.unnamed_insured,
    phones.postal_codes,
    addresses.addresses,
    addressed,
    named,
    romaji,
)


def find(text: str) -> list[Span]:
    """Stretches that look like personal details, in order, none over another; [] when none."""
    if not text:
        return []
    view = View.of(text)
    return _without_overlaps(_placed(view), len(text))


def _placed(view: View) -> Iterator[Span]:
    for rule in RULES:
        for found in rule(view):
            yield Span(*view.place(found.start, found.end), found.kind, found.level)


def _without_overlaps(found: Iterable[Span], length: int) -> list[Span]:
    """The spans in order of place; of two over each other, the one given first."""
    taken = bytearray(length)
    kept = []
    for span in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def refused(spans: Iterable[Span]) -> list[Kind]:
    """The kinds among them that must never be stored, each once, in order."""
    return list(dict.fromkeys(span.kind for span in spans if span.level is Level.BLOCK))


def blocks(text: str) -> bool:
    """True when the text holds something that must never be stored."""
    return bool(refused(find(text)))
