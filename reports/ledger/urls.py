"""Addresses of the import wizard; included by reports/urls.py under its name space."""

from django.urls import path

from reports.ledger import views as import_views

urlpatterns = [
    path("import/", import_views.import_list, name="import_list"),
    path("import/new/", import_views.import_new, name="import_new"),
    path("import/<int:pk>/", import_views.import_detail, name="import_detail"),
    path("import/<int:pk>/progress/", import_views.import_progress, name="import_progress"),
    path("import/<int:pk>/retry/", import_views.import_retry, name="import_retry"),
    path("import/<int:pk>/units/", import_views.import_aliases, name="import_aliases"),
    path("import/<int:pk>/confirm/", import_views.import_confirm, name="import_confirm"),
    path("import/<int:pk>/undo/", import_views.import_undo, name="import_undo"),
    path("import/<int:pk>/faults/", import_views.import_faults, name="import_faults"),
]
