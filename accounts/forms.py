"""Forms of the login page and of the admin's account pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from accounts.models import Membership, User
from accounts.separation import why_not_together


class LoginForm(AuthenticationForm):
    """Name and password; the refusal does not tell which of the two was wrong."""

    error_messages = {
        "invalid_login": "账号或密码不正确，请重新输入（区分大小写）；连续输错 5 次将锁定 30 分钟",
        "inactive": "该账号已停用，请联系系统管理员",
    }


class OwnPasswordForm(PasswordChangeForm):
    """A person's own new password; the rules in one sentence instead of Django's list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "new_password1"
        ].help_text = "至少 8 个字符，不能全是数字，不能是常见密码，也不能与您的账号、姓名相近。"
        self.fields["new_password2"].label = "再输入一次新密码"
        self.fields["new_password2"].help_text = ""


class UserAddForm(AdminUserCreationForm):
    """A new account, with a first password that passes the same rules as any other."""

    # Every account of this system signs in by password.
    usable_password = None  # type: ignore[assignment]

    class Meta:
        model = User
        fields = ("username", "full_name", "department")


class MembershipFormSet(BaseInlineFormSet):
    """The roles given on one page are judged together: each alone may be fine, the pair may not."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        roles = [
            form.cleaned_data["role"]
            for form in self.forms
            if form.cleaned_data.get("role") and not form.cleaned_data.get("DELETE")
        ]
        _refuse_together(self.instance, roles)


def _refuse_together(user: User, roles: Iterable[str]) -> None:
    in_task_force = bool(user.pk) and user.is_in_task_force()
    if reason := why_not_together(set(roles), superuser=user.is_superuser, in_task_force=in_task_force):
        raise ValidationError(reason, code="separation_of_duties")


class MembershipForm(forms.ModelForm):
    """One role; the formset judges the pairs, since a pair may be swapped in one save."""

    class Meta:
        model = Membership
        fields = ("role", "department", "park")

    def _post_clean(self) -> None:
        self.instance.judged_with_others = True
        super()._post_clean()  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        return super().clean() or self.cleaned_data
