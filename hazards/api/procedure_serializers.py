"""What the API says of the procedures beside a hazard's status, and what their verbs take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.queries import units_of
from hazards.api.serializer_parts import NamedSerializer, PersonField, StepSerializer, shown
from hazards.enums import ReportStage, SupervisionLevel
from hazards.models import (
    OPEN,
    Commitments,
    DoubleReport,
    Extension,
    Hazard,
    JointEnforcement,
    Referral,
    Supervision,
)
from parks.models import Department


class RelatedHazardSerializer(serializers.Serializer):
    """Another hazard that is only pointed at."""

    id = serializers.IntegerField(source="pk", help_text="主键")
    number = serializers.CharField(help_text="编号")


class ExtensionSerializer(serializers.ModelSerializer):
    """延期: both dates, who asked and who decided."""

    outcome_text = shown("outcome", "结果（中文）")
    asked_by = PersonField(help_text="申请人")
    decided_by = PersonField(help_text="审批人", allow_null=True)

    class Meta:
        model = Extension
        fields = (
            "id",
            "from_due_on",
            "to_due_on",
            "reason",
            "interim",
            "asked_by",
            "asked_on",
            "outcome",
            "outcome_text",
            "decided_by",
            "decided_on",
            "decision_note",
        )


class ReferralSerializer(serializers.ModelSerializer):
    """抄告, with its receipt or refusal."""

    sender = NamedSerializer(read_only=True, allow_null=True, help_text="抄告单位")
    receiver = NamedSerializer(read_only=True, help_text="接收单位")
    outcome_text = shown("outcome", "结果（中文）")
    referred_by = PersonField(help_text="抄告人")
    answered_by = PersonField(help_text="签收人", allow_null=True)

    class Meta:
        model = Referral
        fields = (
            "id",
            "sender",
            "receiver",
            "reason",
            "referred_by",
            "referred_on",
            "outcome",
            "outcome_text",
            "answered_by",
            "answered_on",
            "answer_note",
        )


class SupervisionSerializer(serializers.ModelSerializer):
    """挂牌督办."""

    supervision_level = serializers.CharField(source="level", read_only=True, help_text="督办级别")
    supervision_level_text = shown("level", "督办级别（中文）")
    lifted_by = PersonField(help_text="摘牌人", allow_null=True)

    class Meta:
        model = Supervision
        fields = (
            "id",
            "supervision_level",
            "supervision_level_text",
            "number",
            "published_on",
            "due_on",
            "note",
            "lifted_on",
            "lifted_by",
            "lift_note",
        )


class CommitmentsSerializer(serializers.ModelSerializer):
    """五落实."""

    by = PersonField(help_text="填报人")

    class Meta:
        model = Commitments
        fields = ("duty", "measures", "funds", "time_limit", "emergency_plan", "by", "at")


class DoubleReportSerializer(serializers.ModelSerializer):
    """双报告 of one stage."""

    stage_text = shown("stage", "阶段（中文）")
    by = PersonField(help_text="填报人")

    class Meta:
        model = DoubleReport
        fields = ("stage", "stage_text", "regulator_on", "assembly_on", "note", "by", "at")


class JointSerializer(serializers.ModelSerializer):
    """A joint enforcement as a hazard points at it."""

    units = NamedSerializer(many=True, read_only=True, help_text="参加单位")

    class Meta:
        model = JointEnforcement
        fields: tuple[str, ...] = ("id", "title", "held_on", "units", "outcome", "voided_on", "void_reason")


class JointDetailSerializer(JointSerializer):
    """A joint enforcement with those of its hazards that the caller may see; needs `seen` in the context."""

    campaign = serializers.SlugRelatedField(slug_field="slug", read_only=True, help_text="专项行动代号")
    hazards = serializers.SerializerMethodField(help_text="涉及隐患中可见的")
    recorded_by = PersonField(help_text="录入人")

    class Meta(JointSerializer.Meta):
        fields = (*JointSerializer.Meta.fields, "campaign", "hazards", "recorded_by", "recorded_at")

    @extend_schema_field(RelatedHazardSerializer(many=True))
    def get_hazards(self, row: JointEnforcement) -> Any:
        return RelatedHazardSerializer(self.context["seen"](row), many=True).data


class ConveneSerializer(serializers.Serializer):
    """录入联合执法."""

    title = serializers.CharField(max_length=120, help_text="名称")
    held_on = serializers.DateField(help_text="日期")
    units = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.none(), many=True, help_text="参加单位主键，至少两个"
    )
    hazards = serializers.PrimaryKeyRelatedField(
        queryset=Hazard.objects.none(), many=True, help_text="涉及隐患主键，未销号"
    )
    outcome = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="执法结果")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaign := self.context.get("campaign"):
            fields: Any = self.fields
            fields["units"].child_relation.queryset = units_of(campaign)
            fields["hazards"].child_relation.queryset = campaign.hazards.filter(OPEN)


class VoidJointSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200, help_text="作废原因")


class ReferSerializer(StepSerializer):
    receiver = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.none(), help_text="接收单位主键"
    )
    reason = serializers.CharField(max_length=500, help_text="抄告原因")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaign := self.context.get("campaign"):
            fields: Any = self.fields
            fields["receiver"].queryset = units_of(campaign)


class OpinionSerializer(StepSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="意见")


class ShortReasonSerializer(StepSerializer):
    note = serializers.CharField(max_length=500, help_text="原因")


class CommitSerializer(StepSerializer):
    clause = serializers.CharField(max_length=200, help_text="判定依据：标准名称和条款")
    duty = serializers.CharField(max_length=300, help_text="责任")
    measures = serializers.CharField(max_length=300, help_text="措施")
    funds = serializers.CharField(max_length=300, help_text="资金")
    time_limit = serializers.CharField(max_length=300, help_text="时限")
    emergency_plan = serializers.CharField(max_length=300, help_text="预案")


class TellSerializer(StepSerializer):
    stage = serializers.ChoiceField(choices=ReportStage.choices, help_text="报告阶段")
    regulator_on = serializers.DateField(help_text="向监管部门报告日期")
    assembly_on = serializers.DateField(help_text="向职工大会报告日期")
    note = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="说明")


class AskExtensionSerializer(StepSerializer):
    to_due_on = serializers.DateField(help_text="申请延至")
    reason = serializers.CharField(max_length=500, help_text="延期原因")
    interim = serializers.CharField(max_length=500, help_text="延期期间管控措施")


class SuperviseSerializer(StepSerializer):
    supervision_level = serializers.ChoiceField(choices=SupervisionLevel.choices, help_text="督办级别")
    number = serializers.CharField(max_length=60, help_text="督办文号")
    published_on = serializers.DateField(help_text="挂牌日期")
    limit = serializers.DateField(help_text="督办期限")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="督办要求")


class AskJointSerializer(StepSerializer):
    reason = serializers.CharField(max_length=500, help_text="提请原因")


class UrgeSerializer(StepSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="催办要求")


class MergeSerializer(StepSerializer):
    same_as = serializers.CharField(max_length=40, help_text="保留的隐患编号")
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="说明")
