"""Addresses of lists written in the background; included by reports/urls.py under its name space."""

from django.urls import path

from reports.exports import views as export_views

urlpatterns = [
    path("exports/", export_views.exports, name="exports"),
    path("exports/<uuid:key>/", export_views.export, name="export"),
    path("exports/<uuid:key>/progress/", export_views.export_progress, name="export_progress"),
    path("exports/<uuid:key>/cancel/", export_views.export_cancel, name="export_cancel"),
    path("exports/<uuid:key>/again/", export_views.export_again, name="export_again"),
    path("exports/<uuid:key>/download/", export_views.export_download, name="export_download"),
]
