"""Pages on which a lead bureau sets up its campaign: overview, lists, forms. One set for all parts."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.edits import StaleEdit
from campaigns.http import CampaignRequest, asked_words
from campaigns.models import Campaign, Measure, ReportDuty, WorkItem
from campaigns.official_forms import FORM_NAMES, PLAN_FORMS
from campaigns.pages import long_table
from campaigns.rules import may_edit_plan
from campaigns.setup import actions as setup_actions
from campaigns.setup.actions import Actor, StillUsed
from campaigns.setup.forms import PartForm
from campaigns.setup.members import members_context
from campaigns.setup.parts import PARTS, SETTINGS, Part, due_words
from campaigns.setup.plan_forms import reading_of, reading_words
from campaigns.setup.queries import asked_of, lacking, led_units, questions_of, shown_rows, tiles_of, worded
from campaigns.undo import keep_undo, kept_undo

UNDO = "plan_undo"
Where = tuple[Part, Campaign]


def led_campaign(request: CampaignRequest) -> Campaign:
    """The current campaign, for its lead bureau; everybody else is told why not."""
    campaign = request.campaign
    if not campaign:
        raise PermissionDenied("您没有参加任何专项行动。")
    if not may_edit_plan(request.scope, campaign):
        raise PermissionDenied(
            f"“{campaign.label}”的方案由牵头单位{campaign.lead_department}设置，您不能修改。"
            "如果您牵头别的行动，请先在页面上方切换到那个行动。"
        )
    return campaign


def _where(request: CampaignRequest, slug: str) -> Where:
    campaign = led_campaign(request)
    if slug not in PARTS:
        raise Http404
    return PARTS[slug], campaign


def _listed(request: CampaignRequest, slug: str) -> Where:
    """As _where, for parts that are lists: the settings are one form."""
    part, campaign = _where(request, slug)
    if slug == SETTINGS:
        raise Http404
    return part, campaign


def _actor(request: CampaignRequest) -> Actor:
    return Actor(request.user, request)


def _row(part: Part, campaign: Campaign, pk: int) -> Any:
    try:
        return setup_actions.row_of(part, campaign, pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error


@require_safe
def overview(request: CampaignRequest) -> HttpResponse:
    """The plan at a glance: settings, parts with counts, what waits for confirmation."""
    if not request.campaign and led_units(request.user).exists():
        return redirect("campaigns:new")
    campaign = led_campaign(request)
    tiles = tiles_of(campaign)
    return render(
        request,
        "campaigns/setup.html",
        {
            "facts": _settings_words(campaign),
            "settings": PARTS[SETTINGS],
            "tiles": tiles,
            "lacking": lacking(tiles),
            "questions": list(questions_of(campaign)),
            "open_count": len(campaign.questions) + sum(tile.open for tile in tiles),
            "downloads": _downloads(PLAN_FORMS),
            "import_url": _address("reports:plan_import_list"),
            "rules_url": _address("notices:rules"),
            "undo": _undo(request, campaign),
        },
    )


def _downloads(slugs: Iterable[str]) -> list[dict[str, str]]:
    """The official forms that hold parts of the plan."""
    found = [{"name": FORM_NAMES[slug], "url": _address("reports:form", slug)} for slug in slugs]
    return [one for one in found if one["url"]]


def _address(view: str, *args: str) -> str:
    """Address of a page of an app above this one; "" where it is not installed."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""


def _settings_words(campaign: Campaign) -> dict[str, str]:
    form = PARTS[SETTINGS].form(campaign, campaign)
    return {"牵头单位": str(campaign.lead_department), **form.words()}


@require_safe
def printed(request: CampaignRequest) -> HttpResponse:
    """The whole plan on one page, for paper."""
    campaign = led_campaign(request)
    parts = [(part, shown_rows(part, campaign)) for part in PARTS.values() if part.slug != SETTINGS]
    context = {"facts": _settings_words(campaign), "parts": parts, "today": campaign.today()}
    return render(request, "campaigns/setup_print.html", context)


@require_safe
def part_list(request: CampaignRequest, part: str) -> HttpResponse:
    """The rows of one part; the settings go straight to their form."""
    shown, campaign = _where(request, part)
    if part == SETTINGS:
        return redirect("campaigns:part_edit", part, campaign.pk)
    word = asked_words(request)
    if word:
        page, pager = long_table(shown_rows(shown, campaign, word), request.GET)
    else:  # words are made for the rows of the page alone
        page, pager = long_table(shown.rows(campaign), request.GET)
        page.object_list = worded(shown, page.object_list)
    context = {
        "part": shown,
        "rows": page,
        "pager": pager,
        "q": word,
        "undo": _undo(request, campaign, part),
        "downloads": _downloads(shown.forms),
    }
    return render(request, "campaigns/setup_part.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def part_new(request: CampaignRequest, part: str) -> HttpResponse:
    """Add a row."""
    where = _listed(request, part)
    if request.method == "POST":
        return _save(request, where, None)
    initial = {name: request.GET[name] for name in ("department", "category") if request.GET.get(name)}
    return _form_page(request, where, where[0].form(where[1], None, None, **initial))


@require_http_methods(["GET", "HEAD", "POST"])
def part_edit(request: CampaignRequest, part: str, pk: int) -> HttpResponse:
    """Change a row."""
    where = _where(request, part)
    row = _row(*where, pk)
    if request.method == "POST":
        return _save(request, where, row)
    return _form_page(request, where, where[0].form(where[1], row), row)


def _save(request: CampaignRequest, where: Where, row: Any) -> HttpResponse:
    part, campaign = where
    opened = request.POST.get("opened", "")
    pk = row.pk if row else None
    try:
        form, saved = setup_actions.save_row(part, campaign, pk, request.POST, opened, _actor(request))
    except StaleEdit as stale:
        now = part.form(campaign, stale.row)
        form = part.form(campaign, _row(part, campaign, row.pk), request.POST)
        return _form_page(request, where, form, row, stale=_versions(now, form), status=409)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except ValidationError as fault:
        form = part.form(campaign, row, request.POST)
        form.add_error(None, fault)
        return _form_page(request, where, form, row, status=422)
    if saved is None:
        return _form_page(request, where, form, _row(part, campaign, pk) if pk else None, status=422)
    messages.success(
        request,
        _saved_words(part, form, saved),
        extra_tags=f"draft-clear:{_draft(campaign, part, row, opened)}",
    )
    if part.slug == SETTINGS:
        return redirect("campaigns:setup")
    if "again" in request.POST:
        return redirect("campaigns:part_new", part.slug)
    if part.slug == "task-forces" and form.is_new:
        return redirect("campaigns:part_edit", part.slug, saved.pk)
    return redirect("campaigns:part", part.slug)


def _saved_words(part: Part, form: PartForm, saved: Any) -> str:
    title = str(saved)
    words = f"已保存{part.one}：{title if len(title) <= 40 else title[:40] + '…'}。"
    if text := form.cleaned_data.get("deadline"):
        try:
            words += f"时限“{text}”理解为：{reading_words(reading_of(text, form.campaign))}。"
        except ValidationError:
            words += "时限按所选频次排定。"
    return words


def _versions(now: PartForm, sent: PartForm) -> list[tuple[str, str, str]]:
    """(label, as it stands, as the person entered it) where the two differ."""
    entered = sent.words()
    return [
        (label, words, entered.get(label, ""))
        for label, words in now.words().items()
        if entered.get(label) != words
    ]


def _draft(campaign: Campaign, part: Part, row: Any, opened: str) -> str:
    """Name of the draft kept in the browser: of this state of the row, never over somebody's newer text."""
    return f"plan-{campaign.pk}-{part.slug}-{f'{row.pk}-{opened[:8]}' if row else 'new'}"


def _form_page(
    request: CampaignRequest, where: Where, form: PartForm, row: Any = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    part, campaign = where
    # Mark of the row as it is in the database: a bound form has put the input on its own copy.
    opened = part.form(campaign, _row(part, campaign, row.pk) if row else None).mark()
    context = {
        "part": part,
        "form": form,
        "row": row,
        "opened": opened,
        "draft": _draft(campaign, part, row, opened),
        "question": _question_of(row),
        "members": _members(request, part, row),
        "due": _due_words(row),
    }
    return render(request, "campaigns/setup_form.html", context | more, status=status)


def _question_of(row: Any) -> str:
    if not getattr(row, "needs_confirmation", False):
        return ""
    return asked_of(row)


def _due_words(row: Any) -> str:
    return due_words(row) if isinstance(row, Measure | WorkItem | ReportDuty) else ""


def _members(request: CampaignRequest, part: Part, row: Any) -> dict[str, Any] | None:
    return members_context(request, row) if part.slug == "task-forces" and row else None


@require_http_methods(["GET", "HEAD", "POST"])
def part_delete(request: CampaignRequest, part: str, pk: int) -> HttpResponse:
    """Ask first, or say what hangs on the row; then delete it, with a way back."""
    shown, campaign = _listed(request, part)
    row = _row(shown, campaign, pk)
    if request.method != "POST":
        hanging = setup_actions.hanging_on(shown, row)
        context = {"part": shown, "row": row, "hanging": hanging, "words": shown.form(campaign, row).words()}
        return render(request, "campaigns/setup_delete.html", context)
    try:
        name, kept = setup_actions.delete_row(shown, campaign, pk, _actor(request))
    except StillUsed as fault:
        context = {
            "part": shown,
            "row": row,
            "hanging": fault.hanging,
            "words": shown.form(campaign, row).words(),
        }
        return render(request, "campaigns/setup_delete.html", context, status=422)
    keep_undo(request, UNDO, campaign, part=part, name=name, kept=kept)
    return redirect("campaigns:part", part)


def _undo(request: CampaignRequest, campaign: Campaign, slug: str = "") -> dict[str, Any] | None:
    """The deletion that may still be taken back, on the page of its part and on the overview."""
    kept = kept_undo(request, UNDO, campaign)
    if not kept or (slug and kept["part"] != slug):
        return None
    return {**kept, "one": PARTS[kept["part"]].one}


@require_POST
def restore(request: CampaignRequest) -> HttpResponse:
    """Take the last deletion back."""
    campaign = led_campaign(request)
    kept = _undo(request, campaign)
    if kept is None:
        messages.warning(request, "没有可以撤销的删除：删除后30分钟内可以撤销。")
        return redirect("campaigns:setup")
    part = PARTS[kept["part"]]
    try:
        row = setup_actions.put_back(part, campaign, kept["kept"], _actor(request))
    except ValidationError as fault:
        messages.error(request, "没有恢复：" + "；".join(fault.messages))
    else:
        messages.success(request, f"已恢复{part.one}：{row}")
    request.session.pop(UNDO, None)
    return redirect("campaigns:part", part.slug)


@require_POST
def part_move(request: CampaignRequest, part: str, pk: int) -> HttpResponse:
    """One place up or down."""
    shown, campaign = _listed(request, part)
    _row(shown, campaign, pk)
    down = request.POST.get("to") == "down"
    if not setup_actions.move_row(shown, campaign, pk, down=down, actor=_actor(request)):
        messages.info(request, f"已经是{'最后' if down else '第'}一项。")
    query = urlencode({"page": request.POST["page"]}) if request.POST.get("page") else ""
    return redirect(f"{reverse('campaigns:part', args=[part])}{query and '?'}{query}")


@require_POST
def part_confirm(request: CampaignRequest, part: str, pk: int) -> HttpResponse:
    """确认无误: what the plan left open stands as it is."""
    shown, campaign = _listed(request, part)
    row = _row(shown, campaign, pk)
    if not shown.asks:
        raise Http404
    setup_actions.confirm_row(shown, campaign, pk, _actor(request))
    messages.success(request, f"已确认{shown.one}：{row}")
    return (
        redirect("campaigns:part", part)
        if request.POST.get("from") == "part"
        else redirect("campaigns:setup")
    )


@require_POST
def question_confirm(request: CampaignRequest) -> HttpResponse:
    """确认无误: a question about the plan as a whole is settled."""
    campaign = led_campaign(request)
    if setup_actions.confirm_question(campaign, request.POST.get("question", ""), _actor(request)):
        messages.success(request, "已确认。")
    else:
        messages.info(request, "这一处已经确认过了。")
    return redirect("campaigns:setup")


@require_safe
def reading(request: CampaignRequest) -> HttpResponse:
    """What a typed deadline would be taken for, while it is typed."""
    campaign = led_campaign(request)
    text = request.GET.get("deadline", "").strip()[:60]
    context: dict[str, str] = {}
    if text:
        try:
            context = {"understood": reading_words(reading_of(text, campaign))}
        except ValidationError as fault:
            context = {"fault": "；".join(fault.messages)}
    return render(request, "campaigns/includes/setup_reading.html", context)
