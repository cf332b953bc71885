"""Pages of the register of contractors: list, one contractor, entries and their review, conduct."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from campaigns.contacts import shown_phone
from campaigns.edit_pages import edit_page, posted, sent
from campaigns.enums import Extra
from campaigns.http import CampaignRequest, asked_words
from campaigns.models import Campaign, Contractor, ContractorEntry, IntegrityRecord
from campaigns.reach import Reach
from campaigns.registers import actions, rules
from campaigns.registers.forms import ConductForm, ContractorForm, EntryForm, parks_of
from campaigns.registers.lights import entry_light
from campaigns.registers.queries import ENTRY_STATES, contractors_of, entries_in
from campaigns.registers.views import campaign_with, read_or_send
from parks.credit_codes import DOUBTFUL_CODE, doubtful_code


def _dress(request: CampaignRequest, campaign: Campaign, reach: Reach, row: Contractor) -> None:
    """Put on the row what the pages show of it to this person."""
    entered = [entry.park_id for entry in row.entries.all()]
    in_full = rules.may_keep_contractor(reach, entered)
    row.may_edit = row.dialable = in_full  # type: ignore[attr-defined]
    row.may_note = rules.may_note_conduct(reach, entered)  # type: ignore[attr-defined]
    row.phone = shown_phone(row.contact_phone, in_full)  # type: ignore[attr-defined]
    row.doubtful = doubtful_code(row.credit_code)  # type: ignore[attr-defined]
    for entry in row.seen_entries:  # type: ignore[attr-defined]
        entry.light, entry.words = entry_light(entry, campaign.today())
        entry.may_review = entry.passed is None and not rules.why_not_review(request.user, reach, entry)
        entry.may_withdraw = rules.may_withdraw(request.user, reach, entry)
        entry.id_text = str(entry.pk)


@require_safe
def contractors(request: CampaignRequest) -> HttpResponse:
    """The register, searched by name, code or work, narrowed by park and state."""
    campaign, reach = campaign_with(request, Extra.CONTRACTORS)
    word, state = asked_words(request), request.GET.get("state", "")
    parks = list(parks_of(campaign, reach.seen))
    chosen = request.GET.get("park", "")
    park = next((one.pk for one in parks if str(one.pk) == chosen), None)
    state = state if state in dict(ENTRY_STATES) else ""
    rows = list(contractors_of(campaign, reach, word=word, park=park, state=state))
    for row in rows:
        _dress(request, campaign, reach, row)
    context = {
        "rows": rows,
        "q": word,
        "state": state,
        "states": ENTRY_STATES,
        "parks": parks,
        "park": park,
        "narrowed": bool(word or state or park),
        "waiting": entries_in(reach, campaign).filter(passed=None).count(),
        "may_add": rules.may_add_contractor(reach),
    }
    return render(request, "campaigns/contractors.html", context)


def _contractor(request: CampaignRequest, pk: int) -> tuple[Campaign, Reach, Contractor]:
    campaign, reach = campaign_with(request, Extra.CONTRACTORS)
    row = get_object_or_404(contractors_of(campaign, reach), pk=pk)
    _dress(request, campaign, reach, row)
    return campaign, reach, row


@require_safe
def contractor(request: CampaignRequest, pk: int) -> HttpResponse:
    """One contractor: who it is, its entries into parks in sight, its conduct."""
    _, reach, row = _contractor(request, pk)
    context = {
        "row": row,
        "records": list(row.integrity_records.select_related("recorded_by")),
        "may_apply": bool(reach.applies_in),
        "deletable": row.may_edit and not row.entries.exists() and not row.integrity_records.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "campaigns/contractor.html", context)


@read_or_send
def contractor_edit(request: CampaignRequest, pk: int | None = None) -> HttpResponse:
    """Register a contractor, or change what is known of it."""
    if pk:
        campaign, _, row = _contractor(request, pk)
        actions.require(row.may_edit, "只有牵头单位和该承包商所在园区的专班可以修改")  # type: ignore[attr-defined]
    else:
        campaign, reach = campaign_with(request, Extra.CONTRACTORS)
        actions.require(rules.may_add_contractor(reach), "您不在本行动的园区专班中，不能登记承包商")
        row = Contractor(campaign=campaign)
    form = ContractorForm(sent(request), instance=row)

    def save(values: dict[str, Any], opened: str) -> Contractor:
        saved = actions.save_contractor(row, values, by=request.user, opened=opened, request=request)
        if doubtful_code(saved.credit_code):
            messages.warning(request, DOUBTFUL_CODE)
        return saved

    back = reverse("campaigns:contractor", args=[pk]) if pk else reverse("campaigns:contractors")
    context = {
        "title": "修改承包商" if pk else "登记承包商",
        "back": back,
        "crumb": row.name if pk else "承包商登记",
        "wide": ("name", "note"),
    }
    return edit_page(
        request,
        form,
        save,
        template="campaigns/register_edit.html",
        done=lambda saved: reverse("campaigns:contractor", args=[saved.pk]),
        context=context,
    )


@require_POST
def contractor_delete(request: CampaignRequest, pk: int) -> HttpResponse:
    """Strike a contractor on whom nothing hangs."""
    _, _, row = _contractor(request, pk)
    if row.entries.exists() or row.integrity_records.exists():
        back = reverse("campaigns:contractor", args=[pk])
    else:
        back = reverse("campaigns:contractors")
    return posted(
        request,
        lambda: actions.delete_contractor(row, by=request.user, request=request),
        back=back,
        done=f"已删除：{row}",
        failed="没有删除",
    )


@read_or_send
def entry_new(request: CampaignRequest, pk: int) -> HttpResponse:
    """Register an entry into a park; it waits for review."""
    campaign, reach, row = _contractor(request, pk)
    actions.require(bool(reach.applies_in), "您不在本行动的园区专班中，不能登记承包商入园")
    instance = ContractorEntry(contractor=row)
    form = EntryForm(sent(request), instance=instance, campaign=campaign, reach=reach)
    form.draft_word = str(pk)
    return _line(request, row, form, act=actions.apply_entry, title="登记入园")


@read_or_send
def conduct_new(request: CampaignRequest, pk: int) -> HttpResponse:
    """Add a line to the integrity record."""
    campaign, _, row = _contractor(request, pk)
    actions.require(row.may_note, "诚信记录由牵头单位和该承包商所在园区的专班填写")  # type: ignore[attr-defined]
    instance = IntegrityRecord(contractor=row)
    form = ConductForm(sent(request), instance=instance)
    form.initial.update({"on": campaign.today(), "good": ""})
    form.draft_word = str(pk)
    return _line(request, row, form, act=actions.note_conduct, title="登记诚信记录")


def _line(request: CampaignRequest, row: Contractor, form: Any, *, act: Any, title: str) -> HttpResponse:
    """The page of a new line under a contractor."""
    back = reverse("campaigns:contractor", args=[row.pk])
    context = {"title": title, "back": back, "crumb": row.name, "wide": ("work", "text")}
    return edit_page(
        request,
        form,
        lambda values, opened: act(row, values, by=request.user, opened=opened, request=request),
        template="campaigns/register_edit.html",
        done=lambda _: back,
        context=context,
    )


def _entry(request: CampaignRequest, pk: int) -> tuple[ContractorEntry, str]:
    campaign, reach = campaign_with(request, Extra.CONTRACTORS)
    entry = get_object_or_404(entries_in(reach, campaign).select_related("contractor", "park"), pk=pk)
    return entry, reverse("campaigns:contractor", args=[entry.contractor_id])


@require_POST
def entry_review(request: CampaignRequest, pk: int) -> HttpResponse:
    """Pass or refuse an entry."""
    entry, back = _entry(request, pk)
    passed = request.POST.get("passed") == "yes"
    note = request.POST.get("reason" if not passed else "note", "")
    return posted(
        request,
        lambda: actions.review_entry(entry, passed=passed, note=note, by=request.user, request=request),
        back=back,
        done="已审核通过" if passed else "已登记为审核未通过",
        failed="没有保存审核结论",
    )


@require_POST
def entry_withdraw(request: CampaignRequest, pk: int) -> HttpResponse:
    """Take back an entry that waits."""
    entry, back = _entry(request, pk)
    return posted(
        request,
        lambda: actions.withdraw_entry(entry, by=request.user, request=request),
        back=back,
        done="已撤回入园登记",
        failed="没有撤回",
    )


BASE = "registers/contractors/"
contractor_paths = [
    path(BASE, contractors, name="contractors"),
    path(f"{BASE}new/", contractor_edit, name="contractor_new"),
    path(f"{BASE}<int:pk>/", contractor, name="contractor"),
    path(f"{BASE}<int:pk>/edit/", contractor_edit, name="contractor_edit"),
    path(f"{BASE}<int:pk>/delete/", contractor_delete, name="contractor_delete"),
    path(f"{BASE}<int:pk>/entries/new/", entry_new, name="entry_new"),
    path(f"{BASE}<int:pk>/conduct/new/", conduct_new, name="conduct_new"),
    path("registers/entries/<int:pk>/review/", entry_review, name="entry_review"),
    path("registers/entries/<int:pk>/withdraw/", entry_withdraw, name="entry_withdraw"),
]
