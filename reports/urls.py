from django.urls import URLPattern, URLResolver, include, path

from reports.centre import views as centre_views
from reports.exports import downloads as list_downloads
from reports.home import views as home_views
from reports.previews import form_views
from reports.signing import step_views as sign_views
from reports.signing import views as report_views

app_name = "reports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_views.home, name="home"),
    path("reports/", centre_views.report_list, name="list"),
    path("reports/compile/", centre_views.report_compile, name="compile"),
    path("reports/remind/", centre_views.report_remind, name="remind"),
    path("reports/hazards.xlsx", list_downloads.export_hazards, name="export_hazards"),
    path("reports/five/<slug:which>.xlsx", list_downloads.five_list, name="five_list"),
    path("reports/forms/<slug:slug>.xlsx", form_views.form_download, name="form"),
    path("reports/<int:pk>/", report_views.report_detail, name="detail"),
    path("reports/<int:pk>/download/", report_views.report_download, name="download"),
    path("reports/<int:pk>/compare/", report_views.report_compare, name="compare"),
    path("reports/<int:pk>/type/", sign_views.report_type, name="type"),
    path("reports/<int:pk>/fill/", sign_views.report_fill, name="fill"),
    path("reports/<int:pk>/review/", sign_views.report_review, name="review"),
    path("reports/<int:pk>/return/", sign_views.report_return, name="return"),
    path("reports/<int:pk>/issue/", sign_views.report_issue, name="issue"),
    path("reports/<int:pk>/reopen/", sign_views.report_reopen, name="reopen"),
    path("", include("reports.previews.urls")),
    path("reports/", include("reports.exports.urls")),
    path("", include("reports.ledger.urls")),
    path("", include("reports.plan_forms.urls")),
    path("", include("reports.drilldown.urls")),
    path("", include("reports.previews.text_urls")),
    path("", include("reports.letters.urls")),
]
