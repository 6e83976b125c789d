"""People who may know nothing: nobody, a role yet to come, the same work in another town."""

from dataclasses import replace

from tracker.accounts.viewer import Viewer


def nobody() -> Viewer:
    """An account that belongs to no organisation."""
    return Viewer(0, "nobody", "ja", ())


def with_role_unknown(person: Viewer) -> Viewer:
    """Somebody in the same places, in a role nobody has written rules for."""
    standings = tuple(replace(s, role="caretaker") for s in person.standings)  # type: ignore[arg-type]
    return replace(person, person_id=0, standings=standings)


def working_elsewhere(person: Viewer, where: Viewer) -> Viewer:
    """Somebody who does the same work, in the town and the organisation of another person."""
    there = where.standings[0]
    standings = tuple(
        replace(
            s,
            organisation_id=there.organisation_id,
            municipality_id=there.municipality_id,
            area_ids=there.area_ids,
            served_ids=there.served_ids,
        )
        for s in person.standings
    )
    return replace(person, person_id=0, standings=standings)
