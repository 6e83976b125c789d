"""Who is asking: a plain value built once a request, so that policies stay pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_login import UserMixin

from tracker.accounts.roles import EVERYONE, GRANTS, Permission, Role


@dataclass(frozen=True)
class Standing:
    """One membership in force today, with what it reaches."""

    role: Role
    organisation_id: int
    municipality_id: int
    may_invite: bool = False
    area_ids: frozenset[int] = field(default_factory=frozenset)
    served_ids: frozenset[int] = field(default_factory=frozenset)  # towns beyond the border
    former_ids: frozenset[int] = field(default_factory=frozenset)  # bodies that were joined to it
    name_ja: str = ""  # of the organisation
    name_en: str = ""

    @property
    def body_ids(self) -> frozenset[int]:
        """The organisation, and those that were joined to it: what they did is its own now."""
        return self.former_ids | {self.organisation_id}

    @property
    def town_ids(self) -> frozenset[int]:
        """The own town, and those across the border that are served as well."""
        return self.served_ids | {self.municipality_id}


@dataclass(frozen=True)
class Viewer(UserMixin):  # type: ignore[misc]
    """A signed-in person and the sum of their standings; rights are the union."""

    person_id: int
    name: str
    language: str
    standings: tuple[Standing, ...]
    session_id: int = 0
    is_demo: bool = False

    def get_id(self) -> str:
        """Flask-Login keeps the session's token instead (`access.sign_in_user`)."""
        raise NotImplementedError("sessions are made by accounts.service.sign_in")

    def may(self, permission: Permission) -> bool:
        """Does any of the standings grant this, or may everybody? Rows still ask their policy."""
        return permission in EVERYONE or any(
            permission in GRANTS.get(standing.role, ()) for standing in self.standings
        )

    def as_role(self, *roles: Role) -> tuple[Standing, ...]:
        """The standings in one of these roles."""
        return tuple(standing for standing in self.standings if standing.role in roles)

    def is_role(self, *roles: Role) -> bool:
        """Has the person any of these roles?"""
        return bool(self.as_role(*roles))

    def organisation_ids(self, *roles: Role) -> frozenset[int]:
        """Organisations in which the person has one of these roles (any role when none given).

        Bodies that were joined to them count as well: their cases and actions went on here.
        """
        chosen = self.as_role(*roles) if roles else self.standings
        return frozenset().union(*(standing.body_ids for standing in chosen))

    def area_ids(self, *roles: Role) -> frozenset[int]:
        """Areas of the organisations in which the person has one of these roles."""
        areas: Iterable[frozenset[int]] = (s.area_ids for s in self.as_role(*roles))
        return frozenset().union(*areas)

    def town_ids(self, *roles: Role) -> frozenset[int]:
        """Towns served in one of these roles: the own ones, and those across a border."""
        towns: Iterable[frozenset[int]] = (s.town_ids for s in self.as_role(*roles))
        return frozenset().union(*towns)

    def municipality_ids(self, *roles: Role) -> frozenset[int]:
        """Municipalities in which the person has one of these roles."""
        return frozenset(standing.municipality_id for standing in self.as_role(*roles))
