"""Pages for what went wrong: say what happened and where to go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

API_PREFIX = "/api/"
PAGE_OF = {
    "reports:import_new": "reports:import_list",
    "reports:import_retry": "reports:import_detail",
    "reports:import_aliases": "reports:import_detail",
    "reports:import_confirm": "reports:import_detail",
    "reports:import_undo": "reports:import_detail",
    "reports:compile": "reports:list",
    "reports:export_cancel": "reports:export",
    "reports:export_again": "reports:export",
    "reports:remind": "reports:list",
    **{
        f"reports:{step}": "reports:detail"
        for step in ("type", "fill", "review", "return", "issue", "reopen")
    },
    "reports:letter_reply": "reports:letter",
    "reports:letter_void": "reports:letter",
    "notices:read": "notices:list",
    "notices:read_all": "notices:list",
    "notices:robot_switch": "notices:robots",
    "notices:robot_test": "notices:robots",
    "notices:mark": "notices:list",
    "notices:unread_again": "notices:list",
    "notices:rules_reset": "notices:rules",
    "notices:rules_restore": "notices:rules",
    "notices:retry": "notices:message",
    "hazards:inspection_void": "hazards:inspections",
    "hazards:enforcement_void": "hazards:enforcements",
    "hazards:enforcement_restore": "hazards:enforcements",
    "hazards:joint_void": "hazards:joint",
    "hazards:likely": "hazards:report",
    "hazards:view": "hazards:views",
    "hazards:views_restore": "hazards:views",
    "parks:enterprise_return": "parks:enterprise",
    "reports:plan_import_new": "reports:plan_import_list",
    "reports:plan_import_units": "reports:plan_import",
    "reports:plan_import_retry": "reports:plan_import",
    "reports:plan_import_confirm": "reports:plan_import",
    "reports:plan_import_undo": "reports:plan_import",
    "campaigns:complete": "campaigns:work_detail",
    "campaigns:complete_many": "campaigns:work",
    "campaigns:revoke": "campaigns:work",
    "campaigns:revoke_many": "campaigns:work",
    "campaigns:contractor_delete": "campaigns:contractor",
    "campaigns:entry_review": "campaigns:contractors",
    "campaigns:entry_withdraw": "campaigns:contractors",
    "campaigns:provision_delete": "campaigns:provisions",
    "campaigns:disposal_done": "campaigns:disposals",
    "campaigns:disposal_accept": "campaigns:disposals",
    "campaigns:disposal_return": "campaigns:disposals",
    "campaigns:disposal_delete": "campaigns:disposals",
    "campaigns:member_add": "campaigns:setup",
    "campaigns:member_remove": "campaigns:setup",
    "campaigns:part_confirm": "campaigns:part_edit",
    "campaigns:part_move": "campaigns:part_edit",
    "campaigns:question_confirm": "campaigns:setup",
    "campaigns:setup_restore": "campaigns:setup",
    "campaigns:switch": "reports:home",
    "accounts:logout": "reports:home",
}
"""Addresses that only take what a form sends, and the page on which that form stands."""


def page_for(path: str) -> str:
    """The page to go on from at this address: itself, or the one whose form is sent to it."""
    try:
        match = resolve(path)
    except Resolver404:
        return reverse("reports:home")
    if match.view_name not in PAGE_OF:
        return path
    page = PAGE_OF[match.view_name]
    try:
        return reverse(page, kwargs=match.kwargs)
    except NoReverseMatch:  # the page is a list: it has no key
        return reverse(page)


def _answer(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": detail}, status=status)
    return render(request, f"{status}.html", {"detail": detail}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be read. Rendered without context: the host itself may be the fault."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": "请求无法识别。"}, status=400)
    return HttpResponse(loader.get_template("400.html").render(), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a Chinese reason given with PermissionDenied is shown to the person."""
    return _answer(request, 403, str(exception) or "您的角色不能进行这项操作。")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also the answer for what exists but is none of this person's business."""
    return _answer(request, 404, "没有找到这个页面或记录，或者它不在您的权限范围内。")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: stands alone, so that it also works when the database or the session does not."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": "系统出错，刚才的操作没有保存。请稍后再试。"}, status=500)
    return HttpResponse(loader.get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form whose token no longer fits, mostly an old page sent after a new login."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": "请求缺少有效的 CSRF 令牌，没有提交。请刷新后重试。"}, status=403)
    return render(request, "403_csrf.html", {"page": page_for(request.path)}, status=403)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes a form was opened by hand, or by Back after a new login."""
    return render(request, "405.html", {"page": page_for(request.path)}, status=405)


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any) -> HttpResponse:
    """429: too many wrong passwords for this account or from this address."""
    return _answer(request, 429, "密码连续输错次数过多，请 30 分钟后再试，或联系管理员解除锁定。")
