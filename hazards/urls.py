from django.urls import URLPattern, URLResolver

from hazards.record_views import record_paths

app_name = "hazards"

urlpatterns: list[URLPattern | URLResolver] = [*record_paths]
