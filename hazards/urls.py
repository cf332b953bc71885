from django.urls import URLPattern, URLResolver, path

from hazards import views, views_detail, views_photos, views_report
from hazards.bulk import views as views_bulk
from hazards.enums import Action
from hazards.five import views as views_five
from hazards.procedures.joint_views import joint_paths
from hazards.records.views import record_paths
from hazards.saved import views as views_saved

app_name = "hazards"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.hazard_list, name="list"),
    path("tabs/", views.list_tabs, name="tabs"),
    path("assign/", views_bulk.bulk, {"action": Action.ASSIGN}, name="bulk_assign"),
    path("accept/", views_bulk.bulk, {"action": Action.ACCEPT}, name="bulk_accept"),
    path("urge/", views_bulk.bulk, {"action": Action.URGE}, name="bulk_urge"),
    path("views/", views_saved.saved_views, name="views"),
    path("views/restore/", views_saved.restore_view, name="views_restore"),
    path("views/<int:pk>/", views_saved.saved_view, name="view"),
    path("five/", views_five.five, name="five"),
    path("five/<slug:which>/", views_five.five, name="five_list"),
    path("new/", views_report.report, name="report"),
    path("new/enterprises/", views_report.enterprise_options, name="enterprise_options"),
    path("new/measures/", views_report.measure_options, name="measure_options"),
    path("new/likely/", views_report.likely, name="likely"),
    path("photos/<uuid:key>/<str:size>/", views_photos.photo, name="photo"),
    *record_paths,
    *joint_paths,
    path("<int:pk>/", views_detail.detail, name="detail"),
    path("<int:pk>/<str:action>/", views_detail.act, name="act"),
]
