"""Input of a person's own wishes: by e-mail or not, what not, and to which address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from notices.enums import NoticeKind
from notices.kinds import GROUPS, KINDS
from notices.models import Preference

MUTABLE = tuple(kind for kind in NoticeKind if KINDS[kind].mutable)


class PreferenceForm(forms.Form):
    """Wanted kinds are ticked: what a person does not see ticked does not come by e-mail."""

    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        help_text="提醒邮件发到这个地址；留空则收不到邮件，只能在系统内查看",
        error_messages={"invalid": "邮箱地址不正确，例如 zhangsan@example.gov.cn"},
    )
    by_email = forms.BooleanField(label="把提醒汇总发到我的邮箱，每天最多一封", required=False)
    wanted = forms.MultipleChoiceField(
        choices=[(kind.value, kind.label) for kind in MUTABLE],
        required=False,
        error_messages={"invalid_choice": "没有这个类别，请重新勾选"},
    )

    def __init__(self, wish: Preference, email: str, data: Any = None) -> None:
        wanted = [kind.value for kind in MUTABLE if kind not in wish.muted]
        super().__init__(data, initial={"email": email, "by_email": wish.by_email, "wanted": wanted})

    def clean_email(self) -> str:
        """As stored: without blanks; a length that the mail system takes."""
        email: str = self.cleaned_data["email"]
        if len(email) > 254:
            raise ValidationError("邮箱地址过长，请核对")
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("by_email") and "email" not in self.errors and not data.get("email"):
            self.add_error("email", "要接收邮件，请填写邮箱；不需要邮件请取消下面的勾选")
        return data

    def muted(self) -> list[str]:
        """Kinds that the person does not want by e-mail."""
        return [kind.value for kind in MUTABLE if kind.value not in self.cleaned_data["wanted"]]

    def groups(self) -> list[dict[str, Any]]:
        """Kinds under their headings, with how they are ticked; those that nobody turns off are locked."""
        ticked = self["wanted"].value() or []
        return [
            {
                "label": group.label,
                "kinds": [
                    {
                        "kind": kind,
                        "about": KINDS[kind].about,
                        "locked": not KINDS[kind].mutable,
                        "ticked": not KINDS[kind].mutable or kind.value in ticked,
                    }
                    for kind in group.kinds
                ],
            }
            for group in GROUPS.values()
        ]
