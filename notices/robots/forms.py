"""Input of a group robot. What is kept of its address and secret is never shown again."""

from typing import Any

from django import forms
from django.db import models

from campaigns.edit_pages import EditForm
from notices.channels.robots import masked
from notices.enums import Channel
from notices.models import Robot

HIDDEN = ("address", "secret")


class RobotForm(EditForm):
    """Add or change. Left empty, a kept address keeps its secret too; a new address comes with its own."""

    class Meta:
        model = Robot
        fields = ("channel", "name", "address", "secret")
        widgets = {"secret": forms.PasswordInput(render_value=True)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = (self.instance.address, self.instance.secret)
        kinds = self.fields["channel"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [("", "请选择"), *[one for one in Channel.choices if one[0] != Channel.EMAIL]]
        kinds.error_messages["required"] = "请选择类型"
        address, secret = self.fields["address"], self.fields["secret"]
        self.fields["name"].help_text = "如“整治工作群”，在发送记录中显示"
        address.help_text = "从群里的机器人设置中复制，以 https:// 开头"
        secret.help_text = "钉钉的“加签”、飞书的“签名校验”密钥；没有设置的留空，企业微信没有"
        if self.instance.pk:
            address.required = False
            address.help_text = f"现为 {masked(self.instance.address)}，不更换请留空"
            if self.instance.secret:
                secret.help_text = "已保存密钥，不更换请留空；更换地址时请填写新地址的密钥"
        for name in HIDDEN:
            self.initial[name] = ""
            # Not into the browser's drafts, and no old password by itself.
            self.fields[name].widget.attrs |= {
                "data-draft-skip": "",
                "autocomplete": "off" if name == "address" else "new-password",
            }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.instance.pk and not values.get("address") and "address" not in self.errors:
            values["address"] = self.kept[0]
            values["secret"] = values.get("secret") or self.kept[1]
        return values

    def reopen(self, row: models.Model) -> list[tuple[str, str, str]]:
        """As for any form, but of address and secret it is only said that they differ."""
        labels = {str(self.fields[name].label) for name in HIDDEN}
        return [
            (label, "（已更换，不显示）", "（您填写的）") if label in labels else (label, stored, typed)
            for label, stored, typed in super().reopen(row)
        ]
