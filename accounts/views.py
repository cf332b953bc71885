"""Signing in and out and changing one's password: Django's views in this project's words and frame."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from accounts.forms import LoginForm, OwnPasswordForm


@method_decorator(login_not_required, name="dispatch")
class LoginView(auth_views.LoginView):
    """The login page; `next` is followed only within this site (Django checks it)."""

    template_name = "registration/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


class PasswordChangeView(auth_views.PasswordChangeView):
    """A person's own password."""

    template_name = "registration/password_change_form.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("accounts:password_change_done")
