from django.urls import URLPattern, URLResolver

app_name = "hazards"

urlpatterns: list[URLPattern | URLResolver] = []
