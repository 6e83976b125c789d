"""Whoever adds a column of typed words says what becomes of it, or it is found here."""

from tracker.core.db import FreeText, Model
from tracker.privacy.keeping.labels import FIELDS, KINDS
from tracker.privacy.keeping.places import HEADS, KEPT, OWNERS, PLACES


def typed():
    """Every column of typed words in the tables."""
    return {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, FreeText)
    }


def placed(*, stays=True):
    """Every column a place names."""
    return {
        f"{place.table}.{name}"
        for places in PLACES.values()
        for place in places
        for name in (*place.fields, *(place.stays if stays else ()))
    }


def test_every_typed_word_is_in_a_place_or_has_a_reason_to_stay():
    assert typed() - placed() - set(KEPT) == set(), "name it in keeping/places.py: how does it go?"


def test_no_place_and_no_reason_is_about_a_column_that_is_not_there():
    assert placed() - typed() == set()
    assert set(KEPT) - typed() == set()
    assert set(KEPT) & placed() == set()
    assert all(len(reason) > 10 for reason in KEPT.values())


def test_every_text_of_a_place_has_a_name_for_people():
    assert placed() - set(FIELDS) == set()
    assert set(OWNERS) == set(PLACES)
    assert set(HEADS) <= set(OWNERS)
    assert set(KINDS) >= {"cases", "issues", "meetings", "candidates"}
