"""Addresses of bringing official forms into a plan; included by reports/urls.py under its name space."""

from django.urls import path

from reports.plan_forms import views

urlpatterns = [
    path("reports/plans/", views.plan_import_list, name="plan_import_list"),
    path("reports/plans/new/", views.plan_import_new, name="plan_import_new"),
    path("reports/plans/<int:pk>/", views.plan_import, name="plan_import"),
    path("reports/plans/<int:pk>/units/", views.plan_import_units, name="plan_import_units"),
    path("reports/plans/<int:pk>/retry/", views.plan_import_retry, name="plan_import_retry"),
    path("reports/plans/<int:pk>/confirm/", views.plan_import_confirm, name="plan_import_confirm"),
    path("reports/plans/<int:pk>/undo/", views.plan_import_undo, name="plan_import_undo"),
]
