"""Writes of a campaign's plan, row by row. Each keeps what falls due in step and leaves one audit row.

The campaign is locked first: two people who edit one plan take turns, places in its lists stay whole.
"""

from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import PROTECT, SET_NULL, Model, ProtectedError, Q
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.edits import StaleEdit, made_before, mark_of
from campaigns.models import Campaign, CampaignUnit, Occurrence, Responsibility, TaskForce, TaskForceMember
from campaigns.setup.forms import PartForm
from campaigns.setup.order import next_place, place, step
from campaigns.setup.parts import SETTINGS, Part
from campaigns.work.sync import sync_occurrences

Hanging = dict[str, int]
"""What hangs on a row: kind → how many."""
CHANGED = "（已更改，内容不记入日志）"


class StillUsed(Exception):
    """The row cannot be deleted: records hang on it."""

    def __init__(self, hanging: Hanging) -> None:
        super().__init__("used")
        self.hanging = hanging


@dataclass(frozen=True)
class Actor:
    """Who acts, by which request: for the audit row."""

    user: User
    request: HttpRequest | None = None


def _locked(campaign: Campaign) -> Campaign:
    return (
        Campaign.objects.select_for_update(of=("self",)).select_related("lead_department").get(pk=campaign.pk)
    )


def row_of(part: Part, campaign: Campaign, pk: int) -> Any:
    """The row of this campaign. Raises DoesNotExist for any other."""
    if part.slug == SETTINGS:
        if pk != campaign.pk:
            raise Campaign.DoesNotExist
        return campaign
    return part.rows(campaign).get(pk=pk)


@transaction.atomic
def save_row(
    part: Part, campaign: Campaign, pk: int | None, data: Any, opened: str, actor: Actor
) -> tuple[PartForm, Any]:
    """Check and save one row from a sent form; returns the form and the row, None when it has errors.

    opened: what PartForm.mark gave when the form was opened. A row that this very sending made before is
    returned as it is. Raises StaleEdit.
    """
    campaign = _locked(campaign)
    row = row_of(part, campaign, pk) if pk else None
    before: dict[str, str] = {}
    if pk:
        now = part.form(campaign, row_of(part, campaign, pk))
        before = now.words()
        if opened != now.mark():
            raise StaleEdit(now.instance)
    form = part.form(campaign, row, data)
    sent = "" if pk or not opened else mark_of([part.slug, campaign.pk, opened, form.typed()])
    if sent and (made := part.rows(campaign).filter(pk=made_before(sent, actor.user)).first()):
        form.is_valid()
        return form, made
    if not form.is_valid():
        return form, None
    try:
        with transaction.atomic():
            saved = form.store()
            _in_step(part, campaign, saved)
    except IntegrityError as error:
        raise ValidationError("刚刚有人保存了同样的内容，请刷新后再试") from error
    after = part.form(campaign, row_of(part, Campaign.objects.get(pk=campaign.pk), saved.pk)).words()
    changed = {
        label: (before.get(label, ""), words) for label, words in after.items() if before.get(label) != words
    }
    act = "方案修改" if pk else "方案新增"
    told = _told(part, changed, new=not pk) | ({"sent": sent} if sent else {})
    _record(part, act, campaign, row=saved, actor=actor, **told)
    return form, saved


def _in_step(part: Part, campaign: Campaign, row: Any) -> None:
    """What falls due, after a change; the campaign's own dates may be what changed."""
    sync_occurrences(row if part.slug == SETTINGS else campaign)


def _told(part: Part, changed: dict[str, tuple[str, str]], new: bool) -> dict[str, Any]:
    """Before and after by label; of people only that something changed."""
    after = {label: CHANGED if label in part.private else words for label, (_, words) in changed.items()}
    if new:
        return {"after": after}
    before = {label: CHANGED if label in part.private else words for label, (words, _) in changed.items()}
    return {"before": before, "after": after}


def _record(part: Part, act: str, campaign: Campaign, *, row: Any, actor: Actor, **detail: Any) -> None:
    title = part.one if part.slug == "contacts" else str(row)
    record(
        act,
        user=actor.user,
        target=f"{campaign.label} {part.label}：{title}",
        request=actor.request,
        id=row.pk,
        **detail,
    )


# --- deleting and putting back -----------------------------------------------------------------------


def hanging_on(part: Part, row: Any) -> Hanging:
    """Records that a deletion would take along or leave without a home. Due work nobody did is none."""
    found: Hanging = {}
    for relation in row._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not hasattr(relation, "related_model"):
            continue
        if relation.many_to_many or getattr(relation, "on_delete", None) in (PROTECT, SET_NULL):
            _count(found, relation.related_model, _points_at(relation, row.pk))
    if isinstance(row, CampaignUnit):
        _count_of_unit(found, row)
    return found


def _points_at(relation: Any, pk: int) -> Q:
    return Q(**{relation.remote_field.name: pk})


def _count(found: Hanging, model: type[Model], which: Q) -> None:
    rows = model._base_manager.filter(which)
    if model is Occurrence:
        rows = rows.filter(completions__isnull=False).distinct()
    if count := rows.count():
        name = "已填报的到期工作" if model is Occurrence else str(model._meta.verbose_name)
        found[name] = found.get(name, 0) + count


def _count_of_unit(found: Hanging, row: CampaignUnit) -> None:
    """What the unit has and does in this campaign; in another it is of no account."""
    if row.campaign.unit_rows.filter(department=row.department_id).count() > 1:
        return
    for relation in row.department._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not relation.auto_created or relation.concrete or model in (CampaignUnit, Responsibility):
            continue
        if isinstance(model, type) and any(one.name == "campaign" for one in model._meta.get_fields()):
            _count(found, model, _points_at(relation, row.department_id) & Q(campaign=row.campaign_id))
    for owner in ("measure", "item", "report"):
        which = Q(department=row.department_id) & Q(**{f"{owner}__campaign": row.campaign_id})
        _count(found, Responsibility, which)


@transaction.atomic
def delete_row(part: Part, campaign: Campaign, pk: int, actor: Actor) -> tuple[str, str]:
    """Delete one row with its due work; returns what it was called, and what puts it back.

    Raises StillUsed with what hangs on it.
    """
    campaign = _locked(campaign)
    row = row_of(part, campaign, pk)
    if hanging := hanging_on(part, row):
        raise StillUsed(hanging)
    name, kept = str(row), _kept(row)
    words = part.form(campaign, row_of(part, campaign, pk)).words()
    told = {label: CHANGED if label in part.private else value for label, value in words.items()}
    open_work = [relation for relation in row._meta.related_objects if relation.related_model is Occurrence]
    _record(part, "方案删除", campaign, row=row, actor=actor, before=told)
    try:
        with transaction.atomic():
            for relation in open_work:
                Occurrence.objects.filter(**{relation.field.name: row.pk}, completions__isnull=True).delete()
            row.delete()
    except ProtectedError as error:
        kinds: Hanging = {}
        for one in error.protected_objects:
            kinds[str(one._meta.verbose_name)] = kinds.get(str(one._meta.verbose_name), 0) + 1
        raise StillUsed(kinds) from error
    sync_occurrences(campaign)
    return name, kept


def _kept(row: Any) -> str:
    """The row and what goes with it, as text."""
    children: list[Any] = []
    if hasattr(row, "responsibilities"):
        children += row.responsibilities.all()
    if isinstance(row, TaskForce):
        children += row.members.all()
    return serializers.serialize("json", [row, *children])


@transaction.atomic
def put_back(part: Part, campaign: Campaign, kept: str, actor: Actor) -> Any:
    """Bring a deleted row back as it was. Raises ValidationError when its place was taken meanwhile."""
    campaign = _locked(campaign)
    found: list[Any] = [one.object for one in serializers.deserialize("json", kept)]
    row, *children = found
    if type(row) is not part.model or getattr(row, "campaign_id", None) != campaign.pk:
        raise ValidationError("没有可以撤销的删除")
    if part.rows(campaign).filter(pk=row.pk).exists():
        raise ValidationError("这一项已经恢复了")
    try:
        with transaction.atomic():
            _insert(part, campaign, row)
            for child in children:
                child.full_clean()
                child.save(force_insert=True)
    except (IntegrityError, ObjectDoesNotExist, ValidationError) as error:
        raise ValidationError("它所属的内容已被删除或另有同样的一项，不能恢复，请重新新增") from error
    sync_occurrences(campaign)
    _record(part, "方案撤销删除", campaign, row=row, actor=actor)
    return row


def _insert(part: Part, campaign: Campaign, row: Any) -> None:
    wanted = row.order
    siblings = part.form(campaign, row).siblings()
    if siblings.filter(order=wanted).exists():
        row.order = next_place(siblings)
    row.full_clean()
    row.save(force_insert=True)
    place(row, siblings, wanted)


# --- order, questions, members -------------------------------------------------------------------------


@transaction.atomic
def move_row(part: Part, campaign: Campaign, pk: int, *, down: bool, actor: Actor) -> bool:
    """Change places with the neighbour; False at the end of the list."""
    campaign = _locked(campaign)
    row = row_of(part, campaign, pk)
    moved = step(row, part.form(campaign, row).siblings(), down)
    if moved:
        _record(part, "方案排序", campaign, row=row, actor=actor, down=down)
    return moved


@transaction.atomic
def confirm_question(campaign: Campaign, text: str, actor: Actor) -> bool:
    """A person has settled a question about the plan as a whole; False when it was settled before."""
    campaign = _locked(campaign)
    if text not in campaign.questions:
        return False
    campaign.questions.remove(text)
    campaign.save(update_fields=["questions"])
    record("方案确认", user=actor.user, target=str(campaign), request=actor.request, question=text)
    return True


@transaction.atomic
def confirm_row(part: Part, campaign: Campaign, pk: int, actor: Actor) -> Any:
    """A person has checked what the plan left open: it stands as it is."""
    row = row_of(part, _locked(campaign), pk)
    if row.needs_confirmation:
        row.needs_confirmation = False
        row.save(update_fields=["needs_confirmation"])
        _record(part, "方案确认", campaign, row=row, actor=actor)
    return row


@transaction.atomic
def add_member(
    part: Part, campaign: Campaign, pk: int, *, person: User, duty: str, actor: Actor
) -> TaskForceMember:
    """Put a person into a task force. Raises ValidationError: not active, an office apart, in it already."""
    task_force = row_of(part, _locked(campaign), pk)
    member = TaskForceMember(task_force=task_force, user=person, duty=duty)
    member.full_clean()
    member.save()
    _record(part, "专班成员加入", campaign, row=task_force, actor=actor, username=person.username, duty=duty)
    return member


@transaction.atomic
def remove_member(part: Part, campaign: Campaign, pk: int, *, member_pk: int, actor: Actor) -> str:
    """Take a person out of a task force; what they recorded stays theirs."""
    task_force = row_of(part, _locked(campaign), pk)
    member = task_force.members.select_related("user").get(pk=member_pk)
    name, username = str(member.user), member.user.username
    member.delete()
    _record(part, "专班成员移出", campaign, row=task_force, actor=actor, username=username)
    return name
