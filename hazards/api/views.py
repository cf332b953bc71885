"""The API of the ledger: the same reads and verbs as the pages, over HTTP.

Errors: 400 by field, 403 may see but not do, 404 none of the caller's business, 409 an idempotency
key used for another body, 412 somebody was faster (both versions), 428 no version given.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.queries import campaigns_for
from hazards import actions
from hazards.api import serializers
from hazards.api.paging import IdPagination, KeysetPagination
from hazards.api.procedures import CAMPAIGN, ProcedureSteps
from hazards.api.serializer_parts import AcceptSerializer, ReasonSerializer
from hazards.api.steps import FAULTS, step
from hazards.digests import body_digest
from hazards.enums import Action
from hazards.filters import LEFT_OUT, HazardFilter, filtered
from hazards.findings import Finding
from hazards.models import Hazard, Photo
from hazards.photo_views import photo as photo_view
from hazards.queries import hazards_in, parks_in_sight, parks_to_report_in, photos_for
from parks.models import Enterprise, Park
from parks.search import holds

SEARCH = OpenApiParameter("q", OpenApiTypes.STR, description="名称中含有的字词")
RELATED = (
    "campaign",
    "park",
    "site",
    "enterprise",
    "category",
    "measure",
    "responsible_department",
    "task_force",
    "reported_by",
    "submitted_by",
    "accepted_by",
)


class NamedRows(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Rows to read, searched by name with `q`."""

    pagination_class = IdPagination
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        rows, asked = self.rows(), self.request.query_params.get("q", "")
        if "\x00" in asked:
            return rows.none()
        for word in asked.split():
            rows = rows.filter(holds(rows, word, "name"))
        return rows


@extend_schema(tags=["园区"])
@extend_schema_view(
    list=extend_schema(summary="园区列表", description="当前用户可见的园区。", parameters=[SEARCH]),
    retrieve=extend_schema(summary="园区", description="一个园区。"),
)
class ParkViewSet(NamedRows):
    """Parks in scope."""

    queryset = Park.objects.all()
    serializer_class = serializers.ParkSerializer

    def rows(self) -> QuerySet[Park]:
        return parks_in_sight(self.request.scope).prefetch_related("sites")


@extend_schema(tags=["企业"])
@extend_schema_view(
    list=extend_schema(summary="企业列表", description="当前用户可见园区内的企业。", parameters=[SEARCH]),
    retrieve=extend_schema(summary="企业", description="一家企业。"),
)
class EnterpriseViewSet(NamedRows):
    """Enterprises in the parks in scope."""

    queryset = Enterprise.objects.all()
    serializer_class = serializers.EnterpriseSerializer

    def rows(self) -> QuerySet[Enterprise]:
        return Enterprise.objects.filter(park__in=parks_in_sight(self.request.scope)).select_related("park")


@extend_schema(tags=["隐患"])
@extend_schema_view(
    list=extend_schema(
        summary="隐患列表",
        description="当前行动中用户可见的隐患，筛选条件与网页列表相同。",
        parameters=[CAMPAIGN],
        responses={200: serializers.HazardSerializer(many=True), 400: FAULTS[400]},
    ),
    retrieve=extend_schema(
        summary="隐患",
        description="一条隐患及其照片、流转记录和可进行的动作。ETag 为版本号。",
        responses={200: serializers.HazardDetailSerializer, 404: FAULTS[404]},
    ),
)
class HazardViewSet(ListModelMixin, RetrieveModelMixin, ProcedureSteps):
    """Hazards: read, report, and the verbs. Nothing is edited in place: there is no PUT and no PATCH."""

    queryset = Hazard.objects.all()
    serializer_class = serializers.HazardSerializer
    pagination_class = KeysetPagination
    filterset_class = HazardFilter
    lookup_value_regex = "[0-9]{1,18}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """`campaign=` stands in for the choice that a browser's session holds."""
        super().initial(request, *args, **kwargs)
        if slug := request.query_params.get("campaign"):
            request._request.campaign = get_object_or_404(campaigns_for(request.user), slug=slug[:100])

    def get_queryset(self) -> QuerySet[Hazard]:
        if getattr(self, "swagger_fake_view", False):
            return Hazard.objects.none()
        return hazards_in(self.request.scope).select_related(*RELATED)

    def filter_queryset(self, queryset: QuerySet[Hazard]) -> QuerySet[Hazard]:
        if self.action != "list":
            return queryset
        chosen = filtered(self.request._request)
        if chosen.form.errors:
            given = chosen.form.errors.items()
            raise ValidationError(
                {name: [str(why).removesuffix(LEFT_OUT) for why in whys] for name, whys in given}
            )
        return chosen.qs.select_related(*RELATED)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="上报隐患",
        description="登记一条隐患；带照片时用 multipart/form-data。",
        request=serializers.ReportSerializer,
        parameters=[CAMPAIGN],
        responses={
            201: serializers.HazardDetailSerializer,
            200: OpenApiResponse(serializers.HazardDetailSerializer, "同一幂等键的重发，返回已登记的隐患"),
            409: OpenApiResponse(serializers.FaultSerializer, "幂等键已用于其他内容"),
            **FAULTS,
        },
    )
    def create(self, request: Request) -> Response:
        campaign, scope = request.campaign, request.scope
        if not campaign:
            raise Http404
        if not scope.may_write:
            self.permission_denied(request, message="您没有上报隐患的权限")
        context = {
            "campaign": campaign,
            "parks": parks_to_report_in(scope, campaign),
            "seen": hazards_in(scope),
        }
        asked = serializers.ReportSerializer(data=request.data, context=context)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        key, digest = given.pop("client_key", None), digest_of(request, campaign.pk)
        fixed, after, measure = given.pop("fixed"), given.pop("after", []), given.pop("measure", "")
        known = key and Hazard.objects.filter(reported_by=request.user, client_key=key).exists()
        how: dict[str, Any] = {"by": request.user, "client_key": key, "client_digest": digest}
        finding = Finding(**given)
        try:
            if fixed:
                hazard = actions.report_fixed(campaign, finding, after=after, measure=measure, **how)
            else:
                hazard = actions.report(campaign, finding, **how)
        except actions.KeyReused as reused:
            detail = f"该幂等键已用于隐患 {reused.hazard.number}，内容不同，未保存"
            return Response({"detail": detail}, status.HTTP_409_CONFLICT)
        return self.answer(hazard, status.HTTP_200_OK if known else status.HTTP_201_CREATED)

    @step("assign", "交办", "待交办 → 整改中：确定责任单位和期限。", serializers.AssignSerializer)
    def assign(self, request: Request, pk: str) -> Response:
        return self.take(Action.ASSIGN, actions.assign)

    @step("progress", "填报进度", "整改中：说明进度，可附照片。", serializers.ProgressSerializer)
    def progress(self, request: Request, pk: str) -> Response:
        return self.take(Action.PROGRESS, actions.progress)

    @step("submit", "申请验收", "整改中 → 待验收：附整改后照片。", serializers.SubmitSerializer)
    def submit(self, request: Request, pk: str) -> Response:
        return self.take(Action.SUBMIT, actions.submit)

    @step("accept", "验收销号", "待验收 → 已销号：验收人不能是申请人。", AcceptSerializer)
    def accept(self, request: Request, pk: str) -> Response:
        return self.take(Action.ACCEPT, actions.accept)

    @step("reject", "退回", "待验收 → 整改中：说明原因。", ReasonSerializer)
    def reject(self, request: Request, pk: str) -> Response:
        return self.take(Action.REJECT, actions.reject)

    @step("void", "作废", "登记有误的隐患，保留记录和编号。", ReasonSerializer)
    def void(self, request: Request, pk: str) -> Response:
        return self.take(Action.VOID, actions.void)


@extend_schema(tags=["照片"])
@extend_schema_view(
    retrieve=extend_schema(
        summary="照片信息",
        description="照片随上报、填报进度、申请验收一并上传。",
        responses={200: serializers.PhotoSerializer, 404: FAULTS[404]},
    )
)
class PhotoViewSet(RetrieveModelMixin, GenericViewSet):
    """Photos of the hazards in scope; checked again at each download."""

    queryset = Photo.objects.all()
    serializer_class = serializers.PhotoSerializer
    lookup_value_regex = "[0-9a-fA-F-]{32,36}"

    def get_queryset(self) -> QuerySet[Photo]:
        if getattr(self, "swagger_fake_view", False):
            return Photo.objects.none()
        return photos_for(self.request.user)

    def get_object(self) -> Photo:
        try:
            return super().get_object()
        except (ValidationError, ValueError) as error:
            raise Http404 from error

    @extend_schema(
        summary="图片",
        description="去除位置信息的图片。",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="image")
    def image(self, request: Request, pk: str) -> HttpResponseBase:
        return self._bytes("image")

    @extend_schema(
        summary="缩略图",
        description="去除位置信息的缩略图。",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="thumbnail")
    def thumbnail(self, request: Request, pk: str) -> HttpResponseBase:
        return self._bytes("thumbnail")

    @extend_schema(
        summary="原图",
        description="含拍摄位置的原图，仅牵头单位和上传人可取，取用留痕。",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="original")
    def original(self, request: Request, pk: str) -> HttpResponseBase:
        return self._bytes("original")

    def _bytes(self, size: str) -> HttpResponseBase:
        return photo_view(self.request._request, str(self.get_object().pk), size)


def digest_of(request: Request, campaign: int) -> str:
    """A digest of all that was sent: tells a replay from another body."""
    return body_digest(campaign, serializers.sent_of(request.data), request.FILES)
