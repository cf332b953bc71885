"""Addresses of the pages on which a campaign is set up."""

from django.urls import path

from campaigns.setup import member_views as setup_member_views
from campaigns.setup import views as setup_views

setup_paths = [
    path("setup/", setup_views.overview, name="setup"),
    path("setup/print/", setup_views.printed, name="setup_print"),
    path("setup/restore/", setup_views.restore, name="setup_restore"),
    path("setup/questions/confirm/", setup_views.question_confirm, name="question_confirm"),
    path("setup/reading/", setup_views.reading, name="setup_reading"),
    path("setup/task-forces/<int:pk>/add/", setup_member_views.member_add, name="member_add"),
    path("setup/task-forces/<int:pk>/remove/", setup_member_views.member_remove, name="member_remove"),
    path("setup/<slug:part>/", setup_views.part_list, name="part"),
    path("setup/<slug:part>/new/", setup_views.part_new, name="part_new"),
    path("setup/<slug:part>/<int:pk>/", setup_views.part_edit, name="part_edit"),
    path("setup/<slug:part>/<int:pk>/delete/", setup_views.part_delete, name="part_delete"),
    path("setup/<slug:part>/<int:pk>/move/", setup_views.part_move, name="part_move"),
    path("setup/<slug:part>/<int:pk>/confirm/", setup_views.part_confirm, name="part_confirm"),
]
