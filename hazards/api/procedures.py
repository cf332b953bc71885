"""The API of the procedures beside a hazard's status, and of joint enforcement records."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from hazards.api import procedure_serializers as asks
from hazards.api.paging import IdPagination
from hazards.api.steps import FAULTS, TakesSteps, step
from hazards.enums import Action
from hazards.models import Hazard, JointEnforcement
from hazards.procedures import (
    duplicate_actions,
    extension_actions,
    joint_actions,
    major_actions,
    referral_actions,
    urge_actions,
)
from hazards.procedures.joint_queries import hazards_of_joint, joints_in

CAMPAIGN = OpenApiParameter("campaign", OpenApiTypes.STR, description="专项行动代号；默认为当前行动")


def _commit(hazard_id: int, *, clause: str, by: Any, version: int | None, **five: str) -> Hazard:
    given = major_actions.Five(**five)
    return major_actions.commit(hazard_id, by=by, five=given, clause=clause, version=version)


class ProcedureSteps(TakesSteps):
    """Referral, extension, what a major hazard needs, joint enforcement, merging."""

    @step("refer", "抄告", "待交办、整改中 → 待交办：移送有职责的单位，等待其签收。", asks.ReferSerializer)
    def refer(self, request: Request, pk: str) -> Response:
        return self.take(Action.REFER, referral_actions.refer)

    @step("receive", "签收抄告", "接收单位签收，随后等待交办。", asks.OpinionSerializer)
    def receive(self, request: Request, pk: str) -> Response:
        return self.take(Action.RECEIVE, referral_actions.receive)

    @step("decline", "退回抄告", "接收单位说明原因，隐患回到抄告单位。", asks.ShortReasonSerializer)
    def decline(self, request: Request, pk: str) -> Response:
        return self.take(Action.DECLINE, referral_actions.decline)

    @step("commit", "填报五落实", "重大隐患：责任、措施、资金、时限、预案和判定依据。", asks.CommitSerializer)
    def commit(self, request: Request, pk: str) -> Response:
        return self.take(Action.COMMIT, _commit)

    @step("tell", "填报双报告", "重大隐患：排查发现、整改完成两个阶段各一次。", asks.TellSerializer)
    def tell(self, request: Request, pk: str) -> Response:
        return self.take(Action.TELL, major_actions.tell)

    @step("ask_extension", "申请延期", "责任单位申请，写明原因和期间管控措施。", asks.AskExtensionSerializer)
    def ask_extension(self, request: Request, pk: str) -> Response:
        return self.take(Action.ASK_EXTENSION, extension_actions.ask_extension)

    @step("extend", "同意延期", "牵头单位审批；申请人本人不能审批。", asks.OpinionSerializer)
    def extend(self, request: Request, pk: str) -> Response:
        return self.take(Action.EXTEND, extension_actions.extend)

    @step("refuse_extension", "不同意延期", "牵头单位审批，说明理由，期限不变。", asks.ShortReasonSerializer)
    def refuse_extension(self, request: Request, pk: str) -> Response:
        return self.take(Action.REFUSE_EXTENSION, extension_actions.refuse_extension)

    @step("supervise", "挂牌督办", "重大隐患：级别、文号、挂牌日期和督办期限。", asks.SuperviseSerializer)
    def supervise(self, request: Request, pk: str) -> Response:
        return self.take(Action.SUPERVISE, major_actions.supervise)

    @step("lift", "摘牌", "提前结束挂牌督办，说明原因。", asks.ShortReasonSerializer)
    def lift(self, request: Request, pk: str) -> Response:
        return self.take(Action.LIFT, major_actions.lift)

    @step("ask_joint", "提请联合执法", "专班提请牵头单位组织联合执法。", asks.AskJointSerializer)
    def ask_joint(self, request: Request, pk: str) -> Response:
        return self.take(Action.ASK_JOINT, joint_actions.ask_joint)

    @step("urge", "催办", "牵头单位催办，一条隐患一天一次。", asks.UrgeSerializer)
    def urge(self, request: Request, pk: str) -> Response:
        return self.take(Action.URGE, urge_actions.urge)

    @step("merge", "并入同一隐患", "重复登记的隐患作废并指向保留的一条。", asks.MergeSerializer)
    def merge(self, request: Request, pk: str) -> Response:
        return self.take(Action.MERGE, duplicate_actions.merge)


@extend_schema(tags=["联合执法"])
@extend_schema_view(
    list=extend_schema(
        summary="联合执法列表",
        description="当前用户可见的联合执法记录。",
        parameters=[CAMPAIGN],
        responses={200: asks.JointDetailSerializer(many=True), 404: FAULTS[404]},
    ),
    retrieve=extend_schema(
        summary="联合执法",
        description="一次联合执法，含可见的涉及隐患。",
        responses={200: asks.JointDetailSerializer, 404: FAULTS[404]},
    ),
)
class JointViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Joint enforcement records: read, record, void."""

    queryset = JointEnforcement.objects.all()
    serializer_class = asks.JointDetailSerializer
    pagination_class = IdPagination
    filter_backends = ()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[JointEnforcement]:
        if getattr(self, "swagger_fake_view", False):
            return JointEnforcement.objects.none()
        rows = joints_in(self.request.scope).select_related("campaign", "recorded_by")
        if slug := self.request.query_params.get("campaign"):
            rows = rows.filter(campaign__slug=slug[:100])
        return rows.prefetch_related("units")

    def get_serializer_context(self) -> dict[str, Any]:
        seen = {"seen": lambda row: hazards_of_joint(self.request.scope, row)}
        return {**super().get_serializer_context(), **seen}

    @extend_schema(
        summary="录入联合执法",
        description="牵头单位录入一次联合执法，各条隐患的办理过程随之记载。",
        request=asks.ConveneSerializer,
        responses={201: asks.JointDetailSerializer, **FAULTS},
    )
    def create(self, request: Request) -> Response:
        campaign = request.campaign
        if not campaign:
            raise Http404
        if campaign.pk not in request.scope.led_campaigns:
            raise PermissionDenied("联合执法由牵头单位组织和录入")
        asked = asks.ConveneSerializer(data=request.data, context={"campaign": campaign})
        asked.is_valid(raise_exception=True)
        gathering = joint_actions.Gathering(**asked.validated_data)
        row = joint_actions.convene(campaign, gathering, by=request.user)
        return Response(self.get_serializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(
        summary="作废联合执法",
        description="录入有误的记录；各条隐患的办理过程保留。",
        request=asks.VoidJointSerializer,
        responses={
            200: asks.JointDetailSerializer,
            409: OpenApiResponse(description="已经作废"),
            **FAULTS,
        },
    )
    @action(detail=True, methods=["post"], serializer_class=asks.VoidJointSerializer)
    def void(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        if row.campaign_id not in request.scope.led_campaigns:
            raise PermissionDenied("联合执法记录由牵头单位作废")
        asked = asks.VoidJointSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if row.voided_on:
            return Response({"detail": "这条记录已经作废"}, status.HTTP_409_CONFLICT)
        done = joint_actions.void_joint(row.pk, by=request.user, **asked.validated_data)
        return Response(asks.JointDetailSerializer(done, context=self.get_serializer_context()).data)
