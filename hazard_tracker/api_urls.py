"""Addresses of the API, version 1."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from accounts.api import TokenView
from hazards.api.procedures import JointViewSet
from hazards.api.views import EnterpriseViewSet, HazardViewSet, ParkViewSet, PhotoViewSet

app_name = "api"

router = SimpleRouter()
router.register("parks", ParkViewSet, basename="park")
router.register("enterprises", EnterpriseViewSet, basename="enterprise")
router.register("hazards", HazardViewSet, basename="hazard")
router.register("joint-enforcements", JointViewSet, basename="joint")
router.register("photos", PhotoViewSet, basename="photo")

urlpatterns: list[URLPattern | URLResolver] = [
    path("token/", TokenView.as_view(), name="token"),
    *router.urls,
]
