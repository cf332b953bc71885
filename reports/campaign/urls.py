from django.urls import URLPattern, URLResolver, path

from reports.campaign import views as campaign_views

app_name = "campaign"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", campaign_views.home, name="home"),
    path("measures/<int:pk>/", campaign_views.measure, name="measure"),
    path("units/<int:pk>/", campaign_views.unit, name="unit"),
]
