"""Campaigns in the admin: phases, kinds of hazard, units, task forces with their people."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.audit import record
from campaigns.calendar import MADE_UP_FOR
from campaigns.models import (
    CalendarDay,
    Campaign,
    CampaignUnit,
    Category,
    Phase,
    TaskForce,
    TaskForceMember,
)


class PhaseInline(admin.TabularInline):
    model = Phase
    extra = 0


class CategoryInline(admin.TabularInline):
    model = Category
    extra = 0
    # Hazards point at them, and a refused deletion would list those.
    can_delete = False


class UnitInline(admin.TabularInline):
    model = CampaignUnit
    extra = 0
    autocomplete_fields = ("department",)


class NeverDeleted(admin.ModelAdmin):
    """Hazards point at these rows."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Campaign)
class CampaignAdmin(NeverDeleted):
    list_display = ("name", "slug", "lead_department", "starts_on", "ends_on", "clock", "active")
    list_filter = ("active",)
    search_fields = ("name", "short_name", "slug")
    list_select_related = ("lead_department",)
    autocomplete_fields = ("lead_department",)
    prepopulated_fields = {"slug": ("number_prefix",)}
    inlines = (PhaseInline, CategoryInline, UnitInline)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "slug", "number_prefix", "lead_department", "active")}),
        ("方案", {"fields": ("issuer", "issued_on", "starts_on", "ends_on", "figures_from")}),
        ("周报", {"fields": ("week_cutoff",)}),
        ("期限", {"fields": ("general_days", "major_days", "yellow_days")}),
        ("演示与补录", {"classes": ("collapse",), "fields": ("clock",)}),
    )


class MemberInline(admin.TabularInline):
    model = TaskForceMember
    extra = 1
    autocomplete_fields = ("user",)


@admin.register(TaskForce)
class TaskForceAdmin(NeverDeleted):
    list_display = ("order", "park", "department", "leader", "owner", "liaison", "campaign")
    list_display_links = ("park",)
    list_filter = ("campaign", "department")
    search_fields = ("park__name", "department__name", "leader", "owner", "liaison")
    list_select_related = ("park", "campaign", "department")
    autocomplete_fields = ("campaign", "park", "department")
    inlines = (MemberInline,)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """Holidays and worked weekends of every place and campaign: they change what pages say of due days."""

    list_display = ("day", "arranged", "name")
    list_filter = ("working",)
    search_fields = ("name",)
    date_hierarchy = "day"
    ordering = ("-day",)

    @admin.display(description="安排", ordering="working")
    def arranged(self, day: CalendarDay) -> str:
        return MADE_UP_FOR if day.working else "放假"

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, obj, "修改" if change else "新增")

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        self._record(request, obj, "删除")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        for day in queryset:
            self._record(request, day, "删除")
        super().delete_queryset(request, queryset)

    def _record(self, request: HttpRequest, day: CalendarDay, what: str) -> None:
        record("节假日维护", user=request.user, target=str(day), request=request, what=what)  # type: ignore[arg-type]
