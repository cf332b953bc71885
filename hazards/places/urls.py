from django.urls import URLPattern, URLResolver, path

from hazards.places import park_views
from hazards.places.enterprise_views import enterprise_paths

app_name = "parks"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", park_views.park_list, name="list"),
    path("<int:pk>/", park_views.park_detail, name="detail"),
    path("enterprises/<int:pk>/", park_views.enterprise_detail, name="enterprise"),
    *enterprise_paths,
]
