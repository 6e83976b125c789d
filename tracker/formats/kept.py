"""A paper as plain values, to be kept and printed again word by word."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tracker.formats.bars import Bars
from tracker.formats.papers import (
    Beside,
    Block,
    Facts,
    Heading,
    OnePage,
    PageBreak,
    Paper,
    Paragraph,
    Table,
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (Heading, Paragraph, Facts, Table, PageBreak, Bars, Beside, OnePage, Paper)
}
_IS = "is"  # the kind a value was of


def as_kept(paper: Paper) -> dict[str, Any]:
    """The paper as values that JSON knows; `as_paper` gives the same paper back.

    :raises TypeError: for a paper that is to be filled in by hand
    """
    kept: dict[str, Any] = json.loads(canonical(_plain(paper)))
    return kept


def as_paper(kept: Mapping[str, Any]) -> Paper:
    """The paper that was kept."""
    found = _rich(kept)
    if not isinstance(found, Paper):
        raise TypeError("a paper was to be kept here")
    return found


def canonical(kept: Mapping[str, Any]) -> str:
    """The one way to write it: keys sorted, no spaces, characters as they are."""
    return json.dumps(
        kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(kept: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(kept).encode()).hexdigest()


def with_words(paper: Paper, change: Callable[[str], str]) -> Paper:
    """The paper with every text in it changed; what it is made of stays."""
    blocks: Sequence[Block] = [_changed(block, change) for block in paper.blocks]
    return replace(paper, blocks=blocks)


def words(paper: Paper) -> list[str]:
    """Every text of the paper's blocks, in order."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    with_words(paper, note)
    return found


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_changed(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: _changed(getattr(value, one.name), change) for one in fields(value)}
        return replace(value, **changed)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value if not isinstance(value, str) else str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if type(value).__name__ not in _KINDS:
        raise TypeError(f"{type(value).__name__} is not kept")
    plain = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return {_IS: type(value).__name__, **plain}


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return [_rich(one) for one in value]
    if not isinstance(value, dict):
        return value
    said = {name: _rich(one) for name, one in value.items() if name != _IS}
    kind = _KINDS[value[_IS]]
    if kind is Table:
        said["numeric"] = frozenset(said["numeric"])
    if kind is Facts:
        said["rows"] = [tuple(row) for row in said["rows"]]
    return kind(**said)
