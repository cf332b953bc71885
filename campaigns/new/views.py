"""The page on which a lead bureau starts a campaign of its own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns.actions import LoadReport
from campaigns.http import CampaignRequest
from campaigns.middleware import SESSION_KEY
from campaigns.models import Campaign
from campaigns.new.actions import PRESET, create_campaign
from campaigns.new.forms import NewCampaignForm, sources_for
from campaigns.plan import PlanError, known_plans
from campaigns.setup.queries import led_units

SHOWN = (
    "单位",
    "园区",
    "专班",
    "阶段",
    "整治内容",
    "管控措施",
    "工作清单",
    "报送安排",
    "检查事项",
    "到期工作",
)
"""Kinds of rows that the message counts, in this order."""


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: CampaignRequest) -> HttpResponse:
    """Choose where to begin, fill in a few fields, and work in the new campaign from then on."""
    units = led_units(request.user).order_by("pk")
    if not units.exists():
        raise PermissionDenied("新建专项行动由牵头单位办理，您没有牵头单位的角色。")
    led = list(Campaign.objects.filter(pk__in=request.scope.led_campaigns))
    chosen = request.POST.get("source", "") if request.method == "POST" else request.GET.get("source", "")
    context = {"sources": sources_for(led), "chosen": chosen, "draft": _draft(chosen)}
    try:
        form = NewCampaignForm(
            units, _source(chosen, led), request.POST if request.method == "POST" else None
        )
    except PlanError as fault:
        messages.error(request, f"这个行动暂时不能复制：{fault}")
        return redirect("campaigns:new")
    if request.method == "POST" and form.is_valid():
        try:
            report = create_campaign(form.new_campaign(), by=request.user, request=request)
        except PlanError as fault:
            form.add_error(None, f"没有创建：{fault}")
        except IntegrityError:
            form.add_error("number_prefix", "刚刚有人使用了这个编号前缀，请换一个")
        else:
            request.session[SESSION_KEY] = report.campaign.pk
            _tell(request, report, _draft(chosen))
            return redirect("campaigns:setup")
    status = 422 if form.errors else 200
    return render(request, "campaigns/new.html", context | {"form": form}, status=status)


def _source(value: str, led: list[Campaign]) -> str | Campaign:
    """The chosen source; 404 for a preset that does not exist or a campaign of somebody else."""
    if not value:
        return ""
    if value.startswith(PRESET) and value.removeprefix(PRESET) in known_plans():
        return value
    own = {f"campaign:{one.pk}": one for one in led}
    if value not in own:
        raise Http404
    return own[value]


def _draft(chosen: str) -> str:
    """Name of the draft in the browser: what was typed for one source is not put into another's form."""
    return f"new-campaign-{chosen.replace(':', '-')}"


def _tell(request: CampaignRequest, report: LoadReport, draft: str) -> None:
    counts = "、".join(f"{kind}{report.created[kind]}" for kind in SHOWN if report.created[kind])
    found = "、".join(f"{kind}{report.found[kind]}" for kind in ("单位", "园区") if report.found[kind])
    words = f"已新建“{report.campaign.name}”，现在显示的就是这个行动。新建了：{counts}。"
    if found:
        words += f"沿用了已登记的：{found}。"
    messages.success(request, words, extra_tags=f"draft-clear:{draft}")
    if report.questions:
        messages.warning(request, f"有{len(report.questions)}处请您核对，列在下面。")
