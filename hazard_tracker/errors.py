"""Pages for what went wrong: say what happened and where to go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader

API_PREFIX = "/api/"


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
    return _answer(request, 403, "页面已过期，请返回上一页刷新后再提交。")


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any) -> HttpResponse:
    """429: too many wrong passwords for this account or from this address."""
    return _answer(request, 429, "密码连续输错次数过多，请 30 分钟后再试，或联系管理员解除锁定。")
