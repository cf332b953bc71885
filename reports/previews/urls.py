from django.urls import path

from reports.previews import views as preview_views

urlpatterns = [
    path("reports/<int:pk>/preview/", preview_views.report_preview, name="preview"),
    path("reports/forms/<slug:slug>/", preview_views.form_preview, name="form_preview"),
]
