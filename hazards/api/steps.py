"""How the API takes a verb: the version first, then the same function as the pages call.

412 when somebody was faster, with both versions; 428 when no version is given.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from hazards import actions
from hazards.api import serializers
from hazards.api.serializer_parts import StepSerializer
from hazards.enums import Action
from hazards.models import Hazard
from hazards.rules import may_take

IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description='读取时的 ETag，例如 "3"'
)
FAULTS = {
    400: OpenApiResponse(serializers.FaultSerializer, "内容有误，按字段说明"),
    403: OpenApiResponse(serializers.FaultSerializer, "无此权限"),
    404: OpenApiResponse(serializers.FaultSerializer, "不存在或不在权限范围内"),
}
STALE = {
    412: OpenApiResponse(serializers.StaleSerializer, "他人已先修改，返回双方内容"),
    428: OpenApiResponse(serializers.FaultSerializer, "缺少版本号"),
}


def step(name: str, summary: str, description: str, asks: type[StepSerializer]) -> Callable:
    """Decorate a step: POST /hazards/{id}/<name>/, documented."""

    def decorate(method: Callable) -> Callable:
        taken = action(detail=True, methods=["post"], url_path=name, serializer_class=asks)(method)
        answers = {200: serializers.HazardDetailSerializer, **FAULTS, **STALE}
        return extend_schema(
            summary=summary, description=description, request=asks, parameters=[IF_MATCH], responses=answers
        )(taken)

    return decorate


class TakesSteps(GenericViewSet):
    """What every verb of a hazard does around its own function."""

    def take(self, verb: Action, act: Callable[..., Hazard]) -> Response:
        """Check what came, call the verb, answer with the hazard as it stands then."""
        request, hazard = self.request, self.get_object()
        asked = self.get_serializer_class()(data=request.data, context={"campaign": hazard.campaign})
        if not may_take(request.scope, verb, hazard):
            self.permission_denied(request, message=f"您没有“{verb.label}”的权限")
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        version = given.pop("version", None) or version_in(request.headers.get("If-Match", ""))
        if version is None:
            detail = "请带上读取时的版本号：version 字段或 If-Match 请求头"
            return Response({"detail": detail}, status.HTTP_428_PRECONDITION_REQUIRED)
        try:
            done = act(hazard.pk, by=request.user, version=version, **given)
        except actions.StaleVersion as stale:
            return self._stale(stale.hazard, version)
        except Hazard.DoesNotExist as error:
            raise Http404 from error
        return self.answer(done)

    def answer(self, hazard: Hazard, code: int = status.HTTP_200_OK) -> Response:
        """The hazard; one that has just left the caller's sight is still confirmed to them."""
        return Response(self._said(hazard), code, headers={"ETag": f'"{hazard.version}"'})

    def _said(self, hazard: Hazard) -> dict[str, Any]:
        context = {**self.get_serializer_context(), "scope": self.request.scope}
        return serializers.HazardDetailSerializer(hazard, context=context).data

    def _stale(self, hazard: Hazard, version: int) -> Response:
        body = {
            "detail": f"他人已先修改该隐患（现为第 {hazard.version} 版，您依据第 {version} 版），未保存",
            "sent_version": version,
            "sent": serializers.sent_of(self.request.data),
            "current": self._said(hazard),
        }
        return Response(body, status.HTTP_412_PRECONDITION_FAILED, headers={"ETag": f'"{hazard.version}"'})


def version_in(header: str) -> int | None:
    """The version in an If-Match header, such as "3"; None when there is none."""
    text = header.strip().removeprefix("W/").strip('"')
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
