"""What the API says of parks, enterprises, hazards and photos, and what it takes. Phones are masked."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rules import masked_phone
from campaigns.models import Category, Measure
from campaigns.queries import units_of
from hazards.api.procedure_serializers import (
    CommitmentsSerializer,
    DoubleReportSerializer,
    ExtensionSerializer,
    JointSerializer,
    ReferralSerializer,
    RelatedHazardSerializer,
    SupervisionSerializer,
)
from hazards.api.serializer_parts import NamedSerializer, PhotoListField, StepSerializer, shown
from hazards.enums import Level, Source
from hazards.lights import words
from hazards.models import Commitments, Hazard, Photo, StatusChange
from hazards.procedures.joint_queries import joints_in
from hazards.rules import actions_open_to
from parks.models import Department, Enterprise, Park, Site


class MeasureSerializer(serializers.Serializer):
    """A measure of the plan that is only pointed at."""

    id = serializers.IntegerField(source="pk", help_text="主键")
    title = serializers.CharField(help_text="措施")


class ParkSerializer(serializers.ModelSerializer):
    contact_phone = serializers.SerializerMethodField(help_text="联系电话，中间四位隐去")
    sites = NamedSerializer(many=True, read_only=True, help_text="片区")

    class Meta:
        model = Park
        fields = (
            "id",
            "name",
            "kind",
            "address",
            "operator",
            "contact_name",
            "contact_phone",
            "risk",
            "active",
            "sites",
        )

    def get_contact_phone(self, park: Park) -> str:
        return masked_phone(park.contact_phone)


class EnterpriseSerializer(serializers.ModelSerializer):
    park = NamedSerializer(read_only=True, help_text="园区")
    contact_phone = serializers.SerializerMethodField(help_text="联系电话，中间四位隐去")

    class Meta:
        model = Enterprise
        fields = (
            "id",
            "name",
            "park",
            "credit_code",
            "registered_address",
            "operating_address",
            "industry",
            "employees",
            "is_micro",
            "contact_name",
            "contact_phone",
            "risk",
            "active",
        )

    def get_contact_phone(self, enterprise: Enterprise) -> str:
        return masked_phone(enterprise.contact_phone)


class PhotoSerializer(serializers.ModelSerializer):
    """A photo; its bytes are under image_url and thumbnail_url."""

    hazard = serializers.IntegerField(source="hazard_id", read_only=True, help_text="隐患主键")
    kind_text = shown("kind", "类别（中文）")
    image_url = serializers.HyperlinkedIdentityField(view_name="api:photo-image", help_text="图片地址")
    thumbnail_url = serializers.HyperlinkedIdentityField(
        view_name="api:photo-thumbnail", help_text="缩略图地址"
    )

    class Meta:
        model = Photo
        fields = (
            "key",
            "hazard",
            "kind",
            "kind_text",
            "width",
            "height",
            "sha256",
            "uploaded_at",
            "image_url",
            "thumbnail_url",
        )
        extra_kwargs = {"key": {"help_text": "照片标识"}, "sha256": {"help_text": "原图的 SHA-256"}}


class ChangeSerializer(serializers.ModelSerializer):
    """One step of the history."""

    action_text = shown("action", "动作（中文）")
    by = serializers.CharField(source="by.full_name", read_only=True, help_text="操作人姓名")
    department = serializers.CharField(
        source="department.name", read_only=True, default="", help_text="操作人单位"
    )

    class Meta:
        model = StatusChange
        fields = (
            "version",
            "action",
            "action_text",
            "from_status",
            "to_status",
            "by",
            "department",
            "at",
            "on",
            "note",
        )


class HazardSerializer(serializers.ModelSerializer):
    """A hazard in a list. Needs `today` and `yellow_days` in the context."""

    campaign = serializers.SlugRelatedField(slug_field="slug", read_only=True, help_text="专项行动代号")
    park = NamedSerializer(read_only=True)
    site = NamedSerializer(read_only=True, allow_null=True)
    enterprise = NamedSerializer(read_only=True, allow_null=True)
    category = NamedSerializer(read_only=True)
    plan_measure = MeasureSerializer(
        source="measure", read_only=True, allow_null=True, help_text="对应的管控措施"
    )
    responsible_department = NamedSerializer(read_only=True, allow_null=True)
    level_text = shown("level", "隐患等级（中文）")
    source_text = shown("source", "发现途径（中文）")
    status_text = shown("status", "状态（中文）")
    light = serializers.SerializerMethodField(
        help_text="期限灯：green 正常、yellow 即将到期、red 逾期、grey 无期限、on_time 按期完成、"
        "late 逾期完成"
    )
    light_text = serializers.SerializerMethodField(help_text="期限灯（中文）；已销号、已作废而没有期限的为空")

    class Meta:
        model = Hazard
        fields: tuple[str, ...] = (
            "id",
            "number",
            "version",
            "campaign",
            "park",
            "site",
            "enterprise",
            "place",
            "description",
            "category",
            "plan_measure",
            "level",
            "level_text",
            "source",
            "source_text",
            "found_on",
            "responsible_department",
            "by_task_force",
            "due_on",
            "original_due_on",
            "light",
            "light_text",
            "backfilled",
            "on_the_spot",
            "status",
            "status_text",
            "latest_note",
            "difficulty",
            "measure_taken",
            "done_on",
            "closed_on",
            "reported_at",
        )
        read_only_fields = fields
        extra_kwargs = {"version": {"help_text": "版本号：办理时须原样带回，防止覆盖他人的修改"}}

    def get_light(self, hazard: Hazard) -> str:
        return hazard.light(hazard.campaign.today(), hazard.campaign.yellow_days)[0].value

    def get_light_text(self, hazard: Hazard) -> str:
        return words(*hazard.light(hazard.campaign.today(), hazard.campaign.yellow_days), hazard.status)


class HazardDetailSerializer(HazardSerializer):
    """A hazard with its helpers, people, photos, history and the actions open to the caller."""

    helping_departments = NamedSerializer(many=True, read_only=True, help_text="配合单位")
    reported_by = serializers.CharField(source="reported_by.full_name", read_only=True, help_text="上报人")
    submitted_by = serializers.CharField(
        source="submitted_by.full_name", read_only=True, default="", help_text="申请验收人"
    )
    accepted_by = serializers.CharField(
        source="accepted_by.full_name", read_only=True, default="", help_text="验收人"
    )
    extensions = ExtensionSerializer(many=True, read_only=True, help_text="延期")
    referrals = ReferralSerializer(many=True, read_only=True, help_text="抄告")
    supervisions = SupervisionSerializer(many=True, read_only=True, help_text="挂牌督办")
    commitments = serializers.SerializerMethodField(help_text="五落实；未填报为 null")
    double_reports = DoubleReportSerializer(many=True, read_only=True, help_text="双报告")
    joint_enforcements = serializers.SerializerMethodField(help_text="联合执法")
    recurs = RelatedHazardSerializer(read_only=True, allow_null=True, help_text="回潮自哪一条")
    same_as = RelatedHazardSerializer(read_only=True, allow_null=True, help_text="并入哪一条")
    photos = PhotoSerializer(many=True, read_only=True, help_text="照片")
    changes = ChangeSerializer(many=True, read_only=True, help_text="流转记录")
    actions = serializers.SerializerMethodField(help_text="当前用户此刻可以进行的动作")

    class Meta(HazardSerializer.Meta):
        fields = (
            *HazardSerializer.Meta.fields,
            "latitude",
            "longitude",
            "helping_departments",
            "reported_by",
            "submitted_by",
            "accepted_by",
            "clause",
            "extensions",
            "referrals",
            "supervisions",
            "commitments",
            "double_reports",
            "joint_asked_on",
            "joint_enforcements",
            "recurs",
            "same_as",
            "photos",
            "changes",
            "actions",
        )
        read_only_fields = fields

    @extend_schema_field(CommitmentsSerializer(allow_null=True))
    def get_commitments(self, hazard: Hazard) -> Any:
        row = Commitments.objects.filter(hazard=hazard).select_related("by").first()
        return CommitmentsSerializer(row).data if row else None

    @extend_schema_field(JointSerializer(many=True))
    def get_joint_enforcements(self, hazard: Hazard) -> Any:
        rows = joints_in(self.context["scope"]).filter(hazards=hazard, voided_on=None)
        return JointSerializer(rows.prefetch_related("units"), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_actions(self, hazard: Hazard) -> list[str]:
        user, scope = self.context["request"].user, self.context["scope"]
        return [action.value for action in actions_open_to(user, scope, hazard)]


class ReportSerializer(serializers.Serializer):
    """上报. Photos need multipart/form-data; without photos JSON will do."""

    park = serializers.PrimaryKeyRelatedField(queryset=Park.objects.none(), help_text="园区主键")
    site = serializers.PrimaryKeyRelatedField(
        queryset=Site.objects.all(), required=False, allow_null=True, help_text="片区主键"
    )
    enterprise = serializers.PrimaryKeyRelatedField(
        queryset=Enterprise.objects.none(),
        required=False,
        allow_null=True,
        help_text="企业主键；公共部位留空",
    )
    place = serializers.CharField(max_length=120, help_text="发生位置")
    description = serializers.CharField(max_length=2000, help_text="隐患描述")
    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.none(), help_text="隐患类型主键")
    plan_measure = serializers.PrimaryKeyRelatedField(
        queryset=Measure.objects.none(),
        required=False,
        allow_null=True,
        help_text="对应的管控措施主键，须属于该隐患类型",
    )
    level = serializers.ChoiceField(choices=Level.choices, default=Level.GENERAL, help_text="隐患等级")
    clause = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="判定依据：重大隐患的判定标准及条款"
    )
    recurs = serializers.PrimaryKeyRelatedField(
        queryset=Hazard.objects.none(),
        required=False,
        allow_null=True,
        help_text="回潮：又出现的原隐患主键，须是本行动同一园区已销号的隐患",
    )
    source = serializers.ChoiceField(choices=Source.choices, default=Source.PATROL, help_text="发现途径")
    found_on = serializers.DateField(required=False, help_text="发现日期，默认当天")
    latitude = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        min_value=-90,
        max_value=90,
        required=False,
        allow_null=True,
        help_text="纬度",
    )
    longitude = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        min_value=-180,
        max_value=180,
        required=False,
        allow_null=True,
        help_text="经度",
    )
    photos = PhotoListField(help_text="整改前照片，每张不超过 10 MB，JPG、PNG 或 WebP")
    fixed = serializers.BooleanField(
        default=False, help_text="现场已整改（即查即改），仅限一般隐患，须附整改后照片"
    )
    after = PhotoListField(help_text="整改后照片")
    measure = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="整改措施")
    client_key = serializers.UUIDField(
        required=False, allow_null=True, help_text="幂等键：重发同一内容返回同一隐患；同键而内容不同返回 409"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parks := self.context.get("parks"):
            campaign: Any = self.context["campaign"]
            fields: Any = self.fields
            fields["park"].queryset = parks
            fields["enterprise"].queryset = Enterprise.objects.filter(park__in=parks.values("pk"))
            fields["category"].queryset = campaign.categories.all()
            fields["plan_measure"].queryset = campaign.measures.all()
            fields["recurs"].queryset = self.context["seen"].filter(campaign=campaign)


class AssignSerializer(StepSerializer):
    department = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.none(), help_text="责任单位主键"
    )
    due_on = serializers.DateField(help_text="整改期限")
    helping = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.none(), many=True, required=False, help_text="配合单位主键"
    )
    by_task_force = serializers.BooleanField(default=False, help_text="由园区专班负责整改")
    plan_measure = serializers.PrimaryKeyRelatedField(
        queryset=Measure.objects.none(),
        required=False,
        allow_null=True,
        help_text="对应的管控措施主键；不传则不变，传 null 则清空",
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="交办说明")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaign := self.context.get("campaign"):
            fields: Any = self.fields
            fields["department"].queryset = units_of(campaign)
            fields["helping"].child_relation.queryset = units_of(campaign)
            fields["plan_measure"].queryset = campaign.measures.all()


class ProgressSerializer(StepSerializer):
    note = serializers.CharField(max_length=2000, help_text="整治进度")
    difficulty = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="存在困难，逾期时必填"
    )
    photos = PhotoListField(help_text="整改中照片")


class SubmitSerializer(StepSerializer):
    measure = serializers.CharField(max_length=2000, help_text="整改措施")
    done_on = serializers.DateField(help_text="整改完成日期")
    photos = PhotoListField(required=True, help_text="整改后照片，至少一张")


class StaleSerializer(serializers.Serializer):
    """412: somebody was faster. Both versions: what was sent and the hazard as it stands."""

    detail = serializers.CharField(help_text="说明")
    sent_version = serializers.IntegerField(help_text="提交时所据的版本号")
    sent = serializers.DictField(help_text="提交的内容")
    current = HazardDetailSerializer(help_text="隐患现在的内容")


class FaultSerializer(serializers.Serializer):
    """400: what is wrong, by field."""

    detail = serializers.CharField(help_text="说明")
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="各字段的问题"
    )


def sent_of(data: Any) -> dict[str, Any]:
    """What was sent, files by their names: to be shown again beside a refusal."""
    if not hasattr(data, "items"):
        return {}
    many = {name: data.getlist(name) for name in data} if hasattr(data, "getlist") else dict(data)

    def said(value: Any) -> Any:
        if isinstance(value, list):
            return [said(one) for one in value] if len(value) != 1 else said(value[0])
        return value.name if isinstance(value, UploadedFile) else value

    return {name: said(value) for name, value in many.items()}
