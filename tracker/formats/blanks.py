"""What is filled in by hand: questions with boxes to tick, lines to write on, a table of codes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ticks:
    """Choices, each with a box to tick, behind a word that leads to them."""

    choices: Sequence[str]
    before: str = ""


@dataclass(frozen=True)
class Lines:
    """So many empty lines to write on."""

    count: int = 1


@dataclass(frozen=True)
class Fill:
    """Words with room to write wherever three or more underscores stand, the more the wider."""

    words: str


@dataclass(frozen=True)
class Cells:
    """One box for each character of a code, and what to write there."""

    count: int
    words: str = ""


@dataclass(frozen=True)
class Said:
    """Words that stand there already."""

    text: str


Part = Ticks | Lines | Fill | Cells | Said


@dataclass(frozen=True)
class Question:
    """A question and where its answer goes.

    :param must: has a star, as it must be answered
    :param wide: the answer stands below the question, over the whole width
    """

    label: str
    parts: Sequence[Part]
    hint: str = ""
    must: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Questions:
    """Questions in their order, one or two to a row."""

    rows: Sequence[Sequence[Question]]


@dataclass(frozen=True)
class CodeTable:
    """Codes and what they mean, under a heading for each group, in columns from top to bottom."""

    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]


Blank = Questions | CodeTable


def as_data(block: Blank, carried: Callable[[str], str]) -> dict[str, Any]:
    """What the layout reads; each word has gone through `carried`."""
    match block:
        case Questions(rows):
            return {
                "kind": "questions",
                "rows": [[question(one, carried) for one in row] for row in rows],
            }
        case CodeTable(groups):
            return {
                "kind": "codes",
                "groups": [
                    {
                        "name": carried(name),
                        "codes": [[carried(code), carried(word)] for code, word in codes],
                    }
                    for name, codes in groups
                ],
            }


def question(asked: Question, carried: Callable[[str], str]) -> dict[str, Any]:
    """One question for the layout."""
    return {
        "label": carried(asked.label),
        "hint": carried(asked.hint),
        "must": asked.must,
        "wide": asked.wide,
        "parts": [_part(part, carried) for part in asked.parts],
    }


def _part(part: Part, carried: Callable[[str], str]) -> dict[str, Any]:
    match part:
        case Ticks(choices, before):
            words = [carried(choice) for choice in choices]
            return {"kind": "ticks", "choices": words, "before": carried(before)}
        case Lines(count):
            return {"kind": "lines", "count": count}
        case Fill(words):
            return {"kind": "fill", "words": carried(words)}
        case Cells(count, words):
            return {"kind": "cells", "count": count, "words": carried(words)}
        case Said(text):
            return {"kind": "said", "text": carried(text)}
