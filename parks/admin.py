"""Base data in the admin: regions, units with their other names, parks with their sites, enterprises.

What hazards may point at is switched off instead of deleted: a delete page would list them.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from parks.models import Department, DepartmentAlias, Enterprise, Park, Region, Site, Trait


class NeverDeleted(admin.ModelAdmin):
    """For tables with a switch-off field or with history behind them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(NeverDeleted):
    list_display = ("name", "code", "parent")
    search_fields = ("name", "code")
    list_select_related = ("parent",)
    autocomplete_fields = ("parent",)


class AliasInline(admin.TabularInline):
    model = DepartmentAlias
    extra = 1
    verbose_name_plural = "别名（方案、台账中出现的其他写法）"


@admin.register(Department)
class DepartmentAdmin(NeverDeleted):
    list_display = ("name", "short_name", "region", "parent", "active")
    list_filter = ("active", "region")
    search_fields = ("name", "short_name", "aliases__name")
    list_select_related = ("region", "parent")
    autocomplete_fields = ("region", "parent")
    inlines = (AliasInline,)


class SiteInline(admin.TabularInline):
    model = Site
    extra = 0


@admin.register(Park)
class ParkAdmin(NeverDeleted):
    list_display = ("name", "kind", "region", "operator", "risk", "active")
    list_filter = ("active", "kind", "risk", "region")
    search_fields = ("name", "address", "operator")
    list_select_related = ("region",)
    autocomplete_fields = ("region",)
    inlines = (SiteInline,)


@admin.register(Enterprise)
class EnterpriseAdmin(NeverDeleted):
    list_display = ("name", "park", "credit_code", "industry", "employees", "is_micro", "risk", "active")
    list_filter = ("active", "is_micro", "risk", "park")
    search_fields = ("name", "credit_code")
    list_select_related = ("park",)
    autocomplete_fields = ("park",)
    raw_id_fields = ("site",)


@admin.register(Trait)
class TraitAdmin(NeverDeleted):
    """Traits for which departments report (P1 附件2); which enterprise has which, its task force says."""

    list_display = ("name", "order")
    search_fields = ("name",)
