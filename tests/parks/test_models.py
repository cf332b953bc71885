"""Base data: names unique also without a region, micro by size, no ring in the tree of units."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from parks.models import Department, Park
from parks.names import name_key
from tests.factories import DepartmentFactory, EnterpriseFactory, ParkFactory, RegionFactory


def test_a_name_is_compared_without_blanks_and_widths_and_never_by_likeness():
    assert name_key("新雅（一期）") == name_key(" 新雅(一期)　")
    assert name_key("世纪科技创业园") != name_key("世纪小微园")


@pytest.mark.parametrize(("factory", "model"), [(ParkFactory, Park), (DepartmentFactory, Department)])
def test_the_same_name_twice_is_refused_with_and_without_a_region(db, factory, model):
    region = RegionFactory()
    for place in (None, region):
        factory(name="新雅（一期）", region=place)
        with pytest.raises(IntegrityError), transaction.atomic():
            factory(name="新雅(一期)", region=place)
        twin = model(name="新雅(一期)", name_key=name_key("新雅(一期)"), region=place)
        with pytest.raises(ValidationError, match="已有同名"):
            twin.full_clean()
    factory(name="新雅（二期）", region=region)


@pytest.mark.parametrize(
    ("employees", "revenue", "micro"),
    [(300, None, True), (301, None, False), (301, Decimal("2000"), True), (301, Decimal("2000.01"), False)],
)
def test_staff_or_revenue_make_a_micro_enterprise(db, employees, revenue, micro):
    assert EnterpriseFactory(employees=employees, revenue_wan=revenue).is_micro is micro


def test_without_size_the_entered_word_stands(db):
    assert EnterpriseFactory(is_micro=False).is_micro is False


def test_a_unit_is_not_above_itself(db):
    top = DepartmentFactory()
    middle = DepartmentFactory(parent=top)
    below = DepartmentFactory(parent=middle)
    top.parent = below
    with pytest.raises(ValidationError, match="上级单位不能是"):
        top.clean()
