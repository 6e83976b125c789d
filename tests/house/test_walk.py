"""A hostile walk: everybody opens every address with rows of the own office, of neighbours and of
the other town, and no planted word is read by anybody who may not read it."""

from tests.house import crawl, walking
from tests.house.walking import ACROSS, Place, Planted
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer

# One of each role, with a neighbour where there is one, and people of the other town.
WALKERS = ("aoi", "kato", "sato", "nishi", "mori", "yama", "iin", "ono", "tani")
WALKERS += ("ken", "kanri", "kansa")
READS_NOTHING = ("ken", "kanri")  # sums and accounts, never what somebody wrote


def may_read(person: Viewer, planted: Planted) -> bool:
    """The walls between towns, and for what belongs to a case those between offices and centres."""
    place = planted.place
    if place.town not in person.municipality_ids(*Role):
        return planted.table in ACROSS and place.town in person.town_ids(Role.AGENCY)
    if place.case is None:
        return True
    return (
        place.office in person.organisation_ids(Role.AGENCY)
        or place.area in person.area_ids(Role.CENTRE)
        or place.town in person.municipality_ids(Role.OFFICER, Role.COORDINATOR, Role.PRIVACY)
    )


def is_foreign(person: Viewer, places: list[Place]) -> bool:
    """Does an address name rows, and only rows of towns the person has nothing to do with?"""
    if person.is_role(Role.ADMINISTRATOR):  # keeps the accounts and bodies of every town
        return False
    known = person.municipality_ids(*Role) | person.town_ids(Role.AGENCY)
    return bool(places) and all(place.town and place.town not in known for place in places)


def test_nobody_reads_a_word_or_opens_a_row_beyond_the_own_wall(
    request, app, chain, aoi, sato, mori, sign_in, clock
):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    ground = walking.plant()
    everywhere = walking.addresses(app, ground, examples)
    read, opened, tables = [], [], {}
    for login in WALKERS:
        person = request.getfixturevalue(login)
        foreign = {url for _name, url, places in everywhere if is_foreign(person, places)}
        # A PDF takes long to make and cannot be read here: only those nobody should get are asked.
        asked = [
            one
            for one in everywhere
            if one[1] in foreign or crawl.DOWNLOADS.get(one[0]) != crawl.PDF
        ]
        seen = walking.walk(sign_in(person), asked)
        shown = {word: ground.words[word] for word in seen.words}
        tables[login] = {planted.table for planted in shown.values()}
        read += [
            (login, planted.table, planted.column, seen.words[word])
            for word, planted in shown.items()
            if not may_read(person, planted)
        ]
        opened += [(login, url) for url in sorted(seen.opened & foreign)]
    assert not read, f"ask visible_to in what these pages read: {read}"
    assert not opened, f"these open to strangers: {opened}"
    assert [tables[login] for login in READS_NOTHING] == [set(), set()]
    # Otherwise the walk would prove nothing: these words are there to be read.
    assert all({"cases", "case_steps"} <= tables[login] for login in ("aoi", "sato", "mori", "ono"))
    assert {"issues", "agenda_items", "actions", "minutes_texts"} <= tables["mori"]
