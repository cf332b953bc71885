"""Accounts in the admin: people with their roles, and the audit trail to read. No hazards here."""

from typing import Any

from axes.utils import reset as reset_lockout
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.audit import record
from accounts.forms import MembershipForm, MembershipFormSet, UserAddForm
from accounts.models import AuditEntry, Membership, User
from accounts.rules import is_auditor, is_system_admin

# Rights come from memberships; Django's groups would be a second, unseen way.
admin.site.unregister(Group)


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 1
    autocomplete_fields = ("department", "park")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People. Accounts are switched off, never deleted: their names stand in the history."""

    add_form = UserAddForm
    # Django's own template greets in English; roles are given on the same page anyway.
    add_form_template = None
    inlines = (MembershipInline,)
    list_display = ("username", "full_name", "title", "department", "roles", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role")
    search_fields = ("username", "full_name", "phone", "department__name")
    list_select_related = ("department",)
    autocomplete_fields = ("department",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    ordering = ("id",)
    actions = ("unlock",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("个人信息", {"fields": ("full_name", "title", "phone", "email", "department")}),
        ("状态", {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "full_name", "department", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The admin opens for those whose role needs it, and closes with the role."""
        super().save_related(request, form, formsets, change)
        user = User.objects.get(pk=form.instance.pk)
        staff = is_system_admin(user) or is_auditor(user)
        if user.is_staff != staff:
            user.is_staff = staff
            user.save(update_fields=["is_staff"])
        record("账号维护", user=request.user, target=user.username, request=request)  # type: ignore[arg-type]

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        return "、".join(row.get_role_display() for row in user.memberships.all()) or "—"

    @admin.action(description="解除所选账号的登录锁定")
    def unlock(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            reset_lockout(username=user.username)
            record("解除登录锁定", user=request.user, target=user.username, request=request)  # type: ignore[arg-type]
        self.message_user(request, f"已解除 {len(users)} 个账号的登录锁定", messages.SUCCESS)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """The audit trail: auditors read it, nobody writes it, not even a superuser."""

    list_display = ("at", "username", "address", "act", "target", "result")
    list_filter = ("act", "result", "at")
    search_fields = ("username", "target", "act", "address")
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and is_auditor(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
