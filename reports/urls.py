from django.urls import URLPattern, URLResolver, include, path

from reports import home_views, list_downloads, views

app_name = "reports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_views.home, name="home"),
    path("reports/", views.report_list, name="list"),
    path("reports/compile/", views.report_compile, name="compile"),
    path("reports/hazards.xlsx", list_downloads.export_hazards, name="export_hazards"),
    path("reports/five/<slug:which>.xlsx", list_downloads.five_list, name="five_list"),
    path("reports/forms/<slug:slug>.xlsx", views.form_download, name="form"),
    path("reports/<int:pk>/", views.report_detail, name="detail"),
    path("reports/<int:pk>/download/", views.report_download, name="download"),
    path("", include("reports.import_urls")),
    path("", include("reports.plan_import_urls")),
]
