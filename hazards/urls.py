from django.urls import URLPattern, URLResolver, path

from hazards import detail_views, photo_views, report_views, views
from hazards.bulk import views as bulk_views
from hazards.enums import Action
from hazards.five import views as five_views
from hazards.procedures.joint_views import joint_paths
from hazards.records.views import record_paths
from hazards.saved import views as saved_views

app_name = "hazards"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.hazard_list, name="list"),
    path("tabs/", views.list_tabs, name="tabs"),
    path("assign/", bulk_views.bulk, {"action": Action.ASSIGN}, name="bulk_assign"),
    path("accept/", bulk_views.bulk, {"action": Action.ACCEPT}, name="bulk_accept"),
    path("urge/", bulk_views.bulk, {"action": Action.URGE}, name="bulk_urge"),
    path("views/", saved_views.saved_views, name="views"),
    path("views/restore/", saved_views.restore_view, name="views_restore"),
    path("views/<int:pk>/", saved_views.saved_view, name="view"),
    path("five/", five_views.five, name="five"),
    path("five/<slug:which>/", five_views.five, name="five_list"),
    path("new/", report_views.report, name="report"),
    path("new/enterprises/", report_views.enterprise_options, name="enterprise_options"),
    path("new/measures/", report_views.measure_options, name="measure_options"),
    path("new/likely/", report_views.likely, name="likely"),
    path("photos/<uuid:key>/<str:size>/", photo_views.photo, name="photo"),
    *record_paths,
    *joint_paths,
    path("<int:pk>/", detail_views.detail, name="detail"),
    path("<int:pk>/<str:action>/", detail_views.act, name="act"),
]
