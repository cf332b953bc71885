"""Addresses under /notices/robots/."""

from django.urls import path

from notices.robots import views

robot_paths = [
    path("robots/", views.robot_list, name="robots"),
    path("robots/new/", views.robot_edit, name="robot_new"),
    path("robots/<int:pk>/", views.robot_edit, name="robot"),
    path("robots/<int:pk>/switch/", views.robot_switch, name="robot_switch"),
    path("robots/<int:pk>/test/", views.robot_test, name="robot_test"),
]
