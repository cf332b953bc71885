"""我的提醒设置: what a person wants by e-mail. The inbox holds everything whatever they want."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.http import CampaignRequest
from notices.channels import available
from notices.enums import Channel
from notices.models import Delivery, NoticeSettings, Preference
from notices.pages import tabs_of
from notices.preferences.actions import save_preference
from notices.preferences.forms import PreferenceForm
from notices.rules import rules_of
from notices.sending import goes_out


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: CampaignRequest) -> HttpResponse:
    """Show and save the person's own wishes."""
    user = request.user
    wish = Preference.objects.filter(user=user).first() or Preference(user=user)
    form = PreferenceForm(wish, user.email, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        save_preference(
            user, email=data["email"], by_email=data["by_email"], muted=form.muted(), request=request
        )
        messages.success(request, "已保存提醒设置。")
        return redirect("notices:preferences")
    context = {
        "form": form,
        "next": next_words(request, timezone.now()) if user.email else "",
        **tabs_of(request),
    }
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)


def next_words(request: CampaignRequest, now: datetime) -> str:
    """When the person's next e-mail goes out; "" for somebody whom no campaign tells anything."""
    if not available(Channel.EMAIL):
        return "系统还没有设置邮件服务器，暂时发不了邮件，请告知系统管理员；提醒都在系统内。"
    rows = [rules_of(one, one.today()).settings for one in request.campaigns if one.active]
    if not rows:
        return ""
    local = timezone.localtime(now)
    had = Delivery.objects.filter(user=request.user, channel=Channel.EMAIL, day=local.date()).exists()
    if not had and _all_send(rows, local):
        return "今天还没有给您发过邮件，有新提醒时随即发送，一天最多一封。"
    start = local.replace(hour=23, minute=59) if had else local
    when = next((at for at in _moments(rows, local) if at > start and _all_send(rows, at)), None)
    if when is None:
        return "所参加行动的发送时间与免打扰时段冲突，邮件发不出去，请告知牵头单位。"
    day = "今天" if when.date() == local.date() else "明天"
    return f"下一封：{day} {when:%H:%M}，汇总届时还没有发过的提醒；没有新提醒就不发。"


def _moments(rows: list[NoticeSettings], local: datetime) -> list[datetime]:
    """Moments of today and tomorrow at which sending may begin, in order."""
    times = {row.digest_at for row in rows} | {row.quiet_to for row in rows}
    days = (local, local + timedelta(days=1))
    return sorted(
        day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0) for day in days for at in times
    )


def _all_send(rows: list[NoticeSettings], at: datetime) -> bool:
    """Who is told by several campaigns waits for the last of them: one message a day."""
    return all(goes_out(row, at) for row in rows)
