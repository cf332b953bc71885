"""Addresses of what stands behind figures."""

from django.urls import path

from reports.drilldown import enterprise_views
from reports.drilldown import views as figure_views

urlpatterns = [
    path("reports/enterprises/", enterprise_views.enterprises, name="enterprises"),
    path("reports/<int:pk>/figures/<slug:slug>/", figure_views.figure, name="figure"),
    path("reports/figures/<str:number>/<slug:slug>/", figure_views.figure_by_number, name="figure_by_number"),
]
