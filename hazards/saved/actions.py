"""Writes: the lists that a person keeps under a name. Each is seen and changed by its owner only.

`SavedView.DoesNotExist` for anybody else's (a 404), `ValidationError` by field for bad input.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from campaigns.models import Campaign
from hazards.models import SavedView

MOST = 20
"""Views that one person keeps in one campaign: a longer row of names is no help."""
MAX_NAME, MAX_QUERY = 30, 1000


@transaction.atomic
def save_view(
    user: User, campaign: Campaign, *, name: str, query: str, is_default: bool = False
) -> SavedView:
    """Keep the query under a new name; as the person's default when asked."""
    _lock(user)
    kept = SavedView.objects.filter(user=user, campaign=campaign)
    if kept.count() >= MOST:
        raise ValidationError(f"每人最多保存 {MOST} 个视图，请先删除不用的")
    if len(query) > MAX_QUERY:
        raise ValidationError(f"筛选条件过长（最多 {MAX_QUERY} 字符），请减少条件后再保存")
    view = SavedView(user=user, campaign=campaign, name=_name(name), query=query)
    _check_name(view)
    if is_default:
        kept.filter(is_default=True).update(is_default=False)
        view.is_default = True
    view.save(force_insert=True)
    return view


@transaction.atomic
def rename_view(user: User, campaign: Campaign, view_id: int, *, name: str) -> SavedView:
    """Another name for the same query."""
    view = _own(user, campaign, view_id)
    view.name = _name(name)
    _check_name(view)
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def set_default(user: User, campaign: Campaign, view_id: int, *, on: bool) -> SavedView:
    """Whether the list opens with this view; one at most."""
    view = _own(user, campaign, view_id)
    SavedView.objects.filter(user=user, campaign=campaign, is_default=True).update(is_default=False)
    view.is_default = on
    view.save(update_fields=["is_default"])
    return view


@transaction.atomic
def delete_view(user: User, campaign: Campaign, view_id: int) -> SavedView:
    """Remove it; what is returned can be saved again."""
    view = _own(user, campaign, view_id)
    SavedView.objects.filter(pk=view.pk).delete()
    return view


def _lock(user: User) -> None:
    """One change of a person's views at a time: two tabs must not make the 21st, or two defaults."""
    User.objects.select_for_update().get(pk=user.pk)


def _own(user: User, campaign: Campaign, view_id: int) -> SavedView:
    _lock(user)
    return SavedView.objects.get(user=user, campaign=campaign, pk=view_id)


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name:
        raise ValidationError({"name": "请填写视图名称"})
    if "\x00" in name:
        raise ValidationError({"name": "名称中有不能保存的字符"})
    if len(name) > MAX_NAME:
        raise ValidationError({"name": f"名称最多 {MAX_NAME} 字，现有 {len(name)} 字"})
    return name


def _check_name(view: SavedView) -> None:
    others = SavedView.objects.filter(user=view.user, campaign=view.campaign, name=view.name)
    if others.exclude(pk=view.pk).exists():
        raise ValidationError({"name": f"已有名为“{view.name}”的视图，请换一个名称"})
