"""Writes: a supervision letter 督办函 issued, answered, voided. Each is one transaction with its audit line.

Errors: `SupervisionLetter.DoesNotExist` when the person may not see the letter (a 404), `PermissionDenied`
when they may see but not do it (a 403), `ValidationError` with Chinese messages by field else (a 400).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import Scope, scope_of, units_of
from hazards.actions import begin, move
from hazards.checks import check_lengths
from hazards.enums import Action
from hazards.models import Hazard
from parks.models import Department
from reports.actions import lock_campaign
from reports.layouts import supervision_letter
from reports.letters.queries import letters_in, to_repair
from reports.letters.words import opening, rows_of, title_of
from reports.models import LetterHazard, LetterReply, SupervisionLetter
from reports.models.letter import MOST_INSIDE

MOST_LISTED = 300
TEXT_LENGTH, REASON_LENGTH = 1000, 200
LEAD_ONLY = "督办函由牵头单位印发和作废"


@dataclass(frozen=True)
class Wish:
    """A letter before it is issued: to whom, about which hazards, what is asked, until when to answer."""

    unit: Department
    hazards: Sequence[Hazard]
    requirement: str
    reply_by: date


@dataclass(frozen=True)
class Draft:
    """A letter as it would be issued now, nothing of it saved."""

    letter: SupervisionLetter
    rows: list[LetterHazard]


def may_write(scope: Scope, campaign: Campaign) -> bool:
    """The lead bureau writes letters, and voids them."""
    return campaign.pk in scope.led_campaigns


def may_reply(scope: Scope, letter: SupervisionLetter) -> bool:
    """The unit's staff answer; the lead bureau may put down what came on paper."""
    return letter.department_id in scope.acting_departments or may_write(scope, letter.campaign)


def draft(campaign: Campaign, wish: Wish, *, by: User) -> Draft:
    """The letter with all its words, but for the number, which is given at issue."""
    if not may_write(scope_of(by), campaign):
        raise PermissionDenied(LEAD_ONLY)
    _check(campaign, wish)
    today = campaign.today()
    rows = rows_of(wish.hazards, today)
    letter = SupervisionLetter(
        campaign=campaign,
        department=wish.unit,
        year=today.year,
        title=title_of(rows),
        sender=campaign.lead_department.name,
        addressee=wish.unit.name,
        opening=opening(campaign, rows, today),
        requirement=wish.requirement.strip(),
        annexed=len(rows) > MOST_INSIDE,
        issued_on=today,
        reply_by=wish.reply_by,
        issued_at=campaign.now(),
        by=by,
    )
    return Draft(letter, rows)


@transaction.atomic
def issue(
    campaign: Campaign, wish: Wish, *, by: User, request: HttpRequest | None = None
) -> SupervisionLetter:
    """印发: give the number, seal the workbook, tell of it in the history of each hazard.

    Notices follow from the letter itself (notices/sources/letters.py).
    """
    # One at a time, so that numbers follow each other and a form sent twice meets the check for its twin.
    lock_campaign(campaign.pk)
    made = draft(campaign, wish, by=by)
    letter = made.letter
    _refuse_twin(letter, wish)
    given = SupervisionLetter.objects.filter(campaign=campaign, year=letter.year)
    letter.serial = (given.aggregate(last=Max("serial"))["last"] or 0) + 1
    letter.number = f"{campaign.number_prefix}督〔{letter.year}〕{letter.serial}号"
    for row in sorted(made.rows, key=lambda one: one.hazard_id):
        _tell(row.hazard_id, letter)
    content = supervision_letter.book_of(letter, made.rows).to_bytes()
    letter.sha256 = hashlib.sha256(content).hexdigest()
    name = f"{campaign.pk}-{letter.year}-{letter.serial}.xlsx"
    letter.workbook.save(name, ContentFile(content), save=False)
    letter.save(force_insert=True)
    for row in made.rows:
        row.letter = letter
    LetterHazard.objects.bulk_create(made.rows)
    audit.record(
        "印发督办函",
        user=by,
        target=f"{letter} {letter.addressee}",
        request=request,
        hazards=len(made.rows),
        sha256=letter.sha256,
    )
    return letter


def _tell(hazard_id: int, letter: SupervisionLetter) -> None:
    """A line in the hazard's history. It is no 催办 of the day, so the rule of once a day is not asked."""
    hazard = begin(hazard_id, Action.URGE, letter.by, None)
    facts = {"letter": letter.number}
    move(hazard, Action.URGE, by=letter.by, note=f"督办函 {letter.number}", facts=facts)


def _check(campaign: Campaign, wish: Wish) -> None:
    faults: dict[str, str] = {}
    today = campaign.today()
    if not units_of(campaign).filter(pk=wish.unit.pk).exists():
        faults["unit"] = "所选单位不是本专项行动的单位"
    if not wish.hazards:
        faults["hazards"] = "请至少选择一条隐患"
    elif len(wish.hazards) > MOST_LISTED:
        faults["hazards"] = f"一份督办函最多列 {MOST_LISTED} 条隐患，现选 {len(wish.hazards)} 条，请分次印发"
    elif gone := _gone(campaign, wish):
        named = "、".join(gone[:3]) + ("等" if len(gone) > 3 else "")
        faults["hazards"] = f"有 {len(gone)} 条已不需该单位整改（{named}），请取消勾选后再印发"
    if not wish.requirement.strip():
        faults["requirement"] = "请填写办理要求"
    if wish.reply_by < today:
        faults["reply_by"] = f"回复期限不能早于今天（{today:%Y-%m-%d}）"
    elif (wish.reply_by - today).days > 366:
        faults["reply_by"] = "回复期限超过一年，请核对"
    check_lengths(faults, limit=TEXT_LENGTH, requirement=wish.requirement)
    if faults:
        raise ValidationError(dict(faults))


def _gone(campaign: Campaign, wish: Wish) -> list[str]:
    """Numbers of hazards that are not, or no longer, for the unit to repair."""
    asked = {one.pk: one.number for one in wish.hazards}
    still = set(to_repair(campaign, wish.unit).filter(pk__in=asked).values_list("pk", flat=True))
    return [number for pk, number in asked.items() if pk not in still]


def _refuse_twin(letter: SupervisionLetter, wish: Wish) -> None:
    """The same hazards on the same day: a form sent twice, or two colleagues at once."""
    wanted = {one.pk for one in wish.hazards}
    today = SupervisionLetter.objects.filter(
        campaign=letter.campaign, department=wish.unit, issued_on=letter.issued_on, voided_on=None
    )
    for other in today.annotate(listed=Count("rows")).filter(listed=len(wanted)):
        if set(other.rows.values_list("hazard_id", flat=True)) == wanted:
            raise ValidationError(f"今天已就这些隐患向该单位印发过督办函 {other.number}，请勿重复印发")


def _locked(letter_id: int, by: User) -> SupervisionLetter:
    """The letter for changing, as it stands now."""
    seen = letters_in(scope_of(by)).filter(pk=letter_id)
    if not seen.exists():
        raise SupervisionLetter.DoesNotExist
    rows = SupervisionLetter.objects.select_for_update(of=("self",)).select_related("campaign")
    return rows.get(pk=letter_id)


@transaction.atomic
def reply(
    letter_id: int, *, by: User, text: str, on: date, request: HttpRequest | None = None
) -> LetterReply:
    """回复: what the unit did about it; a further one stands beside the first."""
    letter = _locked(letter_id, by)
    if not may_reply(scope_of(by), letter):
        raise PermissionDenied("督办函由收函单位回复")
    if letter.voided_on:
        raise ValidationError("这份督办函已作废，不需回复")
    faults = {} if text.strip() else {"text": "请填写回复内容"}
    today = letter.campaign.today()
    if on < letter.issued_on:
        faults["on"] = f"回复日期不能早于印发日期（{letter.issued_on:%Y-%m-%d}）"
    elif on > today:
        faults["on"] = f"回复日期不能晚于今天（{today:%Y-%m-%d}）"
    check_lengths(faults, limit=TEXT_LENGTH, text=text)
    if faults:
        raise ValidationError(dict(faults))
    row = LetterReply.objects.create(letter=letter, text=text.strip(), on=on, by=by, at=letter.campaign.now())
    audit.record("回复督办函", user=by, target=str(letter), request=request)
    return row


@transaction.atomic
def void(letter_id: int, *, by: User, reason: str, request: HttpRequest | None = None) -> SupervisionLetter:
    """作废: issued by mistake. Letter and number stay for ever, and so do the histories of its hazards."""
    letter = _locked(letter_id, by)
    if not may_write(scope_of(by), letter.campaign):
        raise PermissionDenied(LEAD_ONLY)
    if letter.voided_on:
        raise ValidationError("这份督办函已经作废")
    faults = {} if reason.strip() else {"reason": "请填写作废原因"}
    check_lengths(faults, limit=REASON_LENGTH, reason=reason)
    if faults:
        raise ValidationError(dict(faults))
    letter.voided_on, letter.voided_by = letter.campaign.today(), by
    letter.void_reason = reason.strip()
    letter.save(update_fields=["voided_on", "voided_by", "void_reason"])
    audit.record("作废督办函", user=by, target=str(letter), request=request, reason=letter.void_reason)
    return letter
