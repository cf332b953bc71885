from django.urls import URLPattern, URLResolver, path

from campaigns import views
from campaigns.new import views as new_views
from campaigns.registers.contractor_views import contractor_paths
from campaigns.registers.disposal_views import disposal_paths
from campaigns.registers.views import register_paths
from campaigns.setup.urls import setup_paths
from campaigns.work import act_views as work_act_views
from campaigns.work import views as work_views

app_name = "campaigns"

urlpatterns: list[URLPattern | URLResolver] = [
    path("task-forces/", views.task_forces, name="task_forces"),
    path("switch/", views.switch, name="switch"),
    path("new/", new_views.new, name="new"),
    path("work/", work_views.work, name="work"),
    path("work/complete/", work_act_views.complete_many, name="complete_many"),
    path("work/<int:pk>/", work_views.work_detail, name="work_detail"),
    path("work/<int:pk>/complete/", work_act_views.complete, name="complete"),
    path("completions/<int:pk>/revoke/", work_act_views.revoke, name="revoke"),
    path("completions/revoke/", work_act_views.revoke_many, name="revoke_many"),
    path("evidence/<uuid:key>/<str:size>/", work_act_views.evidence, name="evidence"),
    *register_paths,
    *contractor_paths,
    *disposal_paths,
    *setup_paths,
]
