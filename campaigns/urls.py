from django.urls import URLPattern, URLResolver, path

from campaigns import views

app_name = "campaigns"

urlpatterns: list[URLPattern | URLResolver] = [
    path("task-forces/", views.task_forces, name="task_forces"),
    path("switch/", views.switch, name="switch"),
]
