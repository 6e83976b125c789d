"""Fictional towns for benchmarks: areas, centres, offices, people and a directory, by chance."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from tracker.accounts import passwords, regions
from tracker.accounts.models import (
    Area,
    ConductAcceptance,
    Membership,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    OrganisationTown,
    Person,
    RegionKind,
)
from tracker.accounts.roles import Role
from tracker.core import clock, text, wareki
from tracker.core.db import Model, db
from tracker.demo import PASSWORD, SINCE
from tracker.demo.files import rows as lines
from tracker.resources.models import (
    Resource,
    ResourceActType,
    ResourceArea,
    ResourceStatus,
)
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import Code, CodeList, ResourceCategoryType

# The country's codes begin with 01 to 47, the demo's with 98.
FIRST_PREFECTURE, LAST_PREFECTURE = 60, 97
TOWNS_A_PREFECTURE = 60
FIRST_TOWN = 201
AREAS, OFFICES, STAFF = (2, 5), (3, 6), (2, 3)  # fewest and most, of a town, an area, an office
RESOURCES = 24  # in the directory of a town
ACROSS_THE_BORDER = 0.05  # share of offices that serve the town beside their own as well


class Rows:
    """New rows of many tables, stored together without the session's bookkeeping.

    They pass by the gate of `core.gate`: what is written here was written by us.
    """

    def __init__(self) -> None:
        """Keys go on from the highest there is."""
        self._waiting: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        self._last: Counter[Any] = Counter()

    def add(self, model: type[Model], **values: Any) -> None:
        """One row of a table whose key is made of other rows' keys."""
        self._waiting[model.__table__].append(values)

    def make(self, model: type[Model], **values: Any) -> int:
        """One row with a key of its own, which comes back."""
        table: Any = model.__table__
        if table not in self._last:
            self._last[table] = db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0
        self._last[table] += 1
        self._waiting[table].append({"id": self._last[table], **values})
        return self._last[table]

    def store(self) -> None:
        """What was added is in the database, parents before children."""
        connection = db.session.connection()
        for table in Model.metadata.sorted_tables:
            if self._waiting[table]:
                connection.execute(sa.insert(table), self._waiting[table])
                self._waiting[table] = []

    def settle(self) -> None:
        """The database counts on from the keys given here; SQLite does so by itself."""
        connection = db.session.connection()
        if connection.dialect.name != "postgresql":
            return
        for table, last in self._last.items():
            sequence = connection.scalar(
                sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))
            )
            connection.execute(sa.select(sa.func.setval(sequence, last)))


@dataclass
class Office:
    """An organisation and the accounts of its people."""

    id: int
    people: list[int]


@dataclass
class Place:
    """An area with its centre and the offices that sit in it."""

    area_id: int
    centre: Office
    offices: list[Office] = field(default_factory=list)


@dataclass
class Town:
    """A town with its areas."""

    id: int
    places: list[Place] = field(default_factory=list)


class Founder:
    """Makes towns; everything it makes is marked as demo."""

    def __init__(self, rows: Rows, rng: Random, now: datetime) -> None:
        """Prepare what all towns share.

        The password of every account is the published one, so they are shut outside a demo.
        """
        self._rows, self._rng, self._now = rows, rng, now
        self._password = passwords.hashed(PASSWORD)
        self._stamps = {"created_at": now, "updated_at": now, "version": 1}
        today = clock.local(now).date()
        self._years = {wareki.fiscal_year(today - timedelta(days=d)) for d in (0, 365, 600)}
        self._since = today - SINCE
        self._directory = _Directory(rows, rng, now)

    def found(self, count: int) -> list[Town]:
        """So many new towns, each beside the one before it."""
        codes = _free_codes(count)
        for number in sorted({code // 1000 * 1000 for code in codes}):
            if db.session.get(Municipality, number) is None:
                self._region(number, RegionKind.PREFECTURE, None)
        towns = [self._town(code) for code in codes]
        for town, beside in zip(towns[1:], towns, strict=False):
            for office in (office for place in town.places for office in place.offices):
                if self._rng.random() < ACROSS_THE_BORDER:
                    self._rows.add(
                        OrganisationTown, organisation_id=office.id, municipality_id=beside.id
                    )
        return towns

    def _region(self, number: int, kind: RegionKind, prefecture_id: int | None) -> None:
        prefecture = kind is RegionKind.PREFECTURE
        code5 = f"{number:05}"
        self._rows.add(
            Municipality,
            id=number,
            code=f"{code5}{regions.check_digit(code5)}",
            kind=kind,
            name_ja=f"合成{code5[:2]}県" if prefecture else f"合成{code5}市",
            name_en=f"Synthetic prefecture {code5[:2]}" if prefecture else f"Synthetic {code5}",
            kana=f"ごうせい{code5[:2]}けん" if prefecture else f"ごうせい{code5}し",
            prefecture_id=prefecture_id,
            parent_id=None,
            is_demo=True,
        )

    def _town(self, number: int) -> Town:
        self._region(number, RegionKind.MUNICIPALITY, number // 1000 * 1000)
        town = Town(number)
        self._organisation(town, OrganisationKind.OFFICE, "高齢福祉課", (Role.OFFICER,) * 2)
        self._organisation(town, OrganisationKind.COUNCIL, "社会福祉協議会", (Role.COORDINATOR,))
        for position in range(1, self._rng.randint(*AREAS) + 1):
            self._place(town, position)
        self._directory.fill(town)
        return town

    def _place(self, town: Town, position: int) -> None:
        area_id = self._rows.make(
            Area,
            code=f"{town.id:05}-{position:02}",
            municipality_id=town.id,
            name_ja=f"第{position}圏域",
            name_en=f"Area {position}",
        )
        name = f"第{position}地域包括支援センター"
        staff = (Role.CENTRE,) * 3
        centre = self._organisation(town, OrganisationKind.CENTRE, name, staff, area_id)
        place = Place(area_id, centre)
        for number in range(1, self._rng.randint(*OFFICES) + 1):
            name = f"第{position}圏域 {number}番 居宅介護支援事業所"
            people = (Role.AGENCY,) * self._rng.randint(*STAFF)
            office = self._organisation(town, OrganisationKind.AGENCY, name, people, area_id)
            place.offices.append(office)
        town.places.append(place)

    def _organisation(
        self,
        town: Town,
        kind: OrganisationKind,
        name: str,
        roles: Sequence[Role],
        area_id: int | None = None,
    ) -> Office:
        organisation_id = self._rows.make(
            Organisation,
            kind=kind,
            municipality_id=town.id,
            name_ja=f"合成{town.id:05} {name}",
            name_en=f"Synthetic {town.id:05} {kind.value}",
            kana="",
            office_no=None,
            phone="",
            closed_on=None,
            **self._stamps,
        )
        if area_id is not None:
            self._rows.add(OrganisationArea, organisation_id=organisation_id, area_id=area_id)
        return Office(
            organisation_id,
            [self._person(organisation_id, role, n) for n, role in enumerate(roles, 1)],
        )

    def _person(self, organisation_id: int, role: Role, position: int) -> int:
        login = f"{role.value}-{organisation_id}-{position}"
        person_id = self._rows.make(
            Person,
            login=login,
            name=f"職員 {organisation_id}-{position}",
            email=f"{login}@synthetic.example",
            language="ja",
            wants_mail=False,
            password_hash=self._password,
            epoch=1,
            disabled_at=None,
            is_demo=True,
            **self._stamps,
        )
        self._rows.make(
            Membership,
            person_id=person_id,
            organisation_id=organisation_id,
            role=role,
            from_on=self._since,
            until_on=None,
            may_invite=position == 1,
        )
        if role is Role.AGENCY:
            for year in self._years:
                self._rows.add(
                    ConductAcceptance, person_id=person_id, fiscal_year=year, at=self._now
                )
        return person_id


class _Directory:
    """The resources of towns."""

    def __init__(self, rows: Rows, rng: Random, now: datetime) -> None:
        self._rows, self._rng, self._now = rows, rng, now
        self._types: dict[str, list[str]] = defaultdict(list)
        pairs = sa.select(ResourceCategoryType.category, ResourceCategoryType.act_type_code)
        for category, code in db.session.execute(pairs.order_by(*pairs.selected_columns)):
            self._types[category].append(code)
        lists = taxonomy.codes(
            CodeList.RESOURCE_CATEGORY, CodeList.PROVIDER_TYPE, CodeList.FORMALITY, CodeList.FEE
        )
        self._codes: dict[CodeList, list[Code]] = {k: list(v.values()) for k, v in lists.items()}
        self._names = [line["text"] for line in lines("phrases") if line["kind"] == "resource"]

    def fill(self, town: Town) -> None:
        """The town's directory has its entries."""
        for number in range(1, RESOURCES + 1):
            self._enter(town, number)

    def _enter(self, town: Town, number: int) -> None:
        rng, today = self._rng, clock.local(self._now).date()
        category = rng.choice(self._codes[CodeList.RESOURCE_CATEGORY])
        provider = rng.choice(self._codes[CodeList.PROVIDER_TYPE])
        name = f"{rng.choice(self._names)} 第{number}"
        content = f"{category.name_ja}の手伝いをします。{category.meaning_ja}"[:400]
        resource_id = self._rows.make(
            Resource,
            municipality_id=town.id,
            category=category.code,
            provider_type=provider.code,
            provider_name=f"{provider.name_ja} {number}",
            formality=rng.choice(self._codes[CodeList.FORMALITY]).code,
            fee=rng.choice(self._codes[CodeList.FEE]).code,
            content=content,
            hours="平日の日中",
            cost="窓口でおたずねください",
            how_to_apply="地域包括支援センターを通して申し込みます。",
            contact=f"合成{town.id:05} 第{number}窓口",
            search_text=text.fold(f"{name} {content} {provider.name_ja}"),
            status=ResourceStatus.LIVE,
            assured_on=today - timedelta(days=rng.randint(0, 300)),
            assured_by_id=None,
            started_on=date(2024, 4, 1),
            ended_on=None,
            name_ja=name,
            name_en=name,
            version=1,
            created_at=self._now,
            updated_at=self._now,
        )
        for place in rng.sample(town.places, rng.randint(1, len(town.places))):
            self._rows.add(ResourceArea, resource_id=resource_id, area_id=place.area_id)
        for code in self._types[category.code]:
            self._rows.add(ResourceActType, resource_id=resource_id, act_type_code=code)


def is_synthetic(number: int) -> bool:
    """Is this the code of a town that was made here?"""
    return FIRST_PREFECTURE <= number // 1000 <= LAST_PREFECTURE


def _free_codes(count: int) -> list[int]:
    """The next codes nobody has.

    :raises ValueError: when there are not so many left
    """
    taken = set(db.session.scalars(sa.select(Municipality.id)))
    all_codes = (
        prefecture * 1000 + FIRST_TOWN + number
        for prefecture in range(FIRST_PREFECTURE, LAST_PREFECTURE + 1)
        for number in range(TOWNS_A_PREFECTURE)
    )
    free = [code for code in all_codes if code not in taken][:count]
    if len(free) < count:
        raise ValueError(f"codes for {len(free)} more towns are left")
    return free
