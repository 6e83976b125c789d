"""The national list: 1,741 municipalities, 171 wards, 47 prefectures, every check digit right."""

import csv

import pytest
import sqlalchemy as sa

from tracker.accounts import regions
from tracker.accounts.models import Municipality, RegionKind
from tracker.core.db import db


def count(kind):
    of_kind = sa.select(sa.func.count()).select_from(Municipality)
    return db.session.scalar(
        of_kind.where(Municipality.kind == kind, Municipality.is_demo.is_(False))
    )


@pytest.mark.both
@pytest.mark.parametrize(
    ("kind", "many"),
    [(RegionKind.PREFECTURE, 47), (RegionKind.MUNICIPALITY, 1741), (RegionKind.WARD, 171)],
)
def test_all_of_the_country_is_there(app, kind, many):
    assert count(kind) == many


@pytest.mark.both
def test_loading_twice_adds_nothing(app):
    assert regions.load_national() == 0


def test_a_town_that_is_missing_is_added_and_nothing_else(app):
    db.session.execute(sa.delete(Municipality).where(Municipality.id == 1101))
    assert regions.load_national() == 1
    assert db.session.get_one(Municipality, 1101).name_ja == "中央区"


def test_every_code_of_the_file_has_the_right_check_digit():
    with regions.FILE.open(encoding="utf-8", newline="") as file:
        codes = [line["code6"] for line in csv.DictReader(file)]
    assert len(codes) == len(set(codes)) == 47 + 1741 + 171
    assert all(regions.verified(code) == int(code[:5]) for code in codes)


@pytest.mark.parametrize(
    ("code", "name"),
    [("011002", "札幌市"), ("131016", "千代田区"), ("472018", "那覇市"), ("141003", "横浜市")],
)
def test_a_code_is_that_of_its_town(app, code, name):
    found = sa.select(Municipality.name_ja).where(Municipality.code == code)
    assert db.session.scalar(found) == name


@pytest.mark.parametrize("code", ["011003", "131017", "01100", "0110022", "", "01100x"])
def test_a_wrong_code_is_refused(code):
    with pytest.raises(ValueError, match=r".+"):
        regions.verified(code)


@pytest.mark.parametrize("digit", range(10))
def test_of_ten_last_digits_one_is_right(digit):
    right = regions.check_digit("01100")
    if digit == right:
        assert regions.verified(f"01100{digit}") == 1100
    else:
        with pytest.raises(ValueError, match="check digit"):
            regions.verified(f"01100{digit}")


def test_a_file_with_a_wrong_code_adds_nothing(app, tmp_path, monkeypatch):
    broken = tmp_path / "municipalities.csv"
    broken.write_text(regions.FILE.read_text("utf-8").replace("472018", "472019"), "utf-8")
    monkeypatch.setattr(regions, "FILE", broken)
    db.session.execute(sa.delete(Municipality).where(Municipality.id == 1101))
    with pytest.raises(ValueError, match="472019"):
        regions.load_national()
    assert db.session.get(Municipality, 1101) is None


def test_every_ward_belongs_to_a_city_of_its_prefecture(app):
    parent = sa.orm.aliased(Municipality)
    wards = sa.select(Municipality.prefecture_id, parent.prefecture_id).outerjoin(
        parent, parent.id == Municipality.parent_id
    )
    rows = db.session.execute(wards.where(Municipality.kind == RegionKind.WARD)).all()
    assert all(own is not None and own == of_city for own, of_city in rows)


def test_every_town_belongs_to_a_prefecture(app):
    alone = sa.select(Municipality.name_ja).where(
        Municipality.kind != RegionKind.PREFECTURE, Municipality.prefecture_id.is_(None)
    )
    assert db.session.scalars(alone).all() == []


def test_no_fictional_town_has_the_number_of_a_real_one(app):
    demo = sa.select(Municipality.id).where(Municipality.is_demo).order_by(Municipality.id)
    assert db.session.scalars(demo).all() == [98000, 98201, 98321]
