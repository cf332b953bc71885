"""三员分立: pairwise, by every way in which a role can be given."""

import itertools

import pytest
from django.core.exceptions import ValidationError

from accounts.enums import Role
from accounts.models import Membership
from accounts.separation import why_not_together
from campaigns.models import TaskForceMember
from tests import factories

BUSINESS = {Role.LEAD, Role.DEPARTMENT, Role.OPERATOR, Role.LEADER}
PAIRS = list(itertools.combinations(Role, 2))


def grant(world, user, role):
    unit = {"department": world.xincheng} if role in (Role.LEAD, Role.DEPARTMENT, Role.LEADER) else {}
    if role == Role.OPERATOR:
        unit = {"park": world.park_a}
    return Membership(user=user, role=role, **unit)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_pairs(world, first, second):
    allowed = {first, second} <= BUSINESS
    assert (why_not_together({first, second}) == "") is allowed
    for one, other in ((first, second), (second, first)):
        user = factories.UserFactory()
        grant(world, user, one).save()
        late = grant(world, user, other)
        if allowed:
            late.full_clean()
            late.save()
        else:
            with pytest.raises(ValidationError, match="三员分立"):
                late.full_clean()
            with pytest.raises(ValidationError, match="三员分立"):
                late.save()
            assert user.memberships.count() == 1


@pytest.mark.parametrize("who", ["system_admin", "auditor"])
def test_task_force_work_is_a_business_role(world, who):
    user = getattr(world, who)
    row = TaskForceMember(task_force=world.task_force_a, user=user)
    with pytest.raises(ValidationError, match="三员分立"):
        row.full_clean()
    with pytest.raises(ValidationError, match="三员分立"):
        row.save()


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_task_force_staff_get_neither_of_the_two(world, role):
    with pytest.raises(ValidationError, match="三员分立"):
        grant(world, world.tf_a, role).save()


def test_a_superuser_counts_as_system_admin(world):
    user = factories.UserFactory(is_superuser=True)
    grant(world, user, Role.SYSTEM_ADMIN).save()
    for role in (Role.AUDITOR, Role.LEAD):
        with pytest.raises(ValidationError, match="三员分立"):
            grant(world, user, role).save()
