"""Addresses of reports as text to paste."""

from django.urls import path

from reports.previews import text_views

urlpatterns = [
    path("reports/<int:pk>/text.txt", text_views.report_text, name="text"),
]
