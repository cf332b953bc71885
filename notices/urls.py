"""Addresses under /notices/."""

from django.urls import path

from notices import log_views, preview_views, rule_views, views
from notices.preferences import views as preference_views
from notices.robots.urls import robot_paths

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("mark/", views.mark, name="mark"),
    path("unread/", views.unread_again, name="unread_again"),
    path("<int:pk>/read/", views.read, name="read"),
    path("preferences/", preference_views.preferences, name="preferences"),
    path("rules/", rule_views.rules, name="rules"),
    path("rules/reset/", rule_views.reset, name="rules_reset"),
    path("rules/restore/", rule_views.restore, name="rules_restore"),
    path("preview/", preview_views.preview, name="preview"),
    path("mine/", log_views.mine, name="mine"),
    path("log/", log_views.log, name="log"),
    path("log/<uuid:key>/", log_views.message, name="message"),
    path("log/<uuid:key>/retry/", log_views.retry_message, name="retry"),
    *robot_paths,
]
