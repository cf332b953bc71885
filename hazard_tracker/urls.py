"""Every address, by app. Pages need a login unless their view says otherwise (LoginRequiredMiddleware)."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from hazard_tracker.health import healthz

admin.site.site_header = "园区隐患整治 · 基础数据"
admin.site.site_title = "园区隐患整治"
admin.site.index_title = "基础数据维护"

# The split view serves its start-up script as a file: the content security policy forbids inline scripts.
api_reader = SpectacularSwaggerSplitView.as_view(url_name="api-schema", title="接口文档 · 园区隐患整治")

urlpatterns = [
    path("", include("reports.urls")),
    path("hazards/", include("hazards.urls")),
    path("parks/", include("hazards.park_urls")),
    path("campaigns/", include("campaigns.urls")),
    path("notices/", include("notices.urls")),
    path("", include("accounts.urls")),
    path("api/v1/", include("hazard_tracker.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", login_required(api_reader), name="api-docs"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]

handler400 = "hazard_tracker.errors.bad_request"
handler403 = "hazard_tracker.errors.permission_denied"
handler404 = "hazard_tracker.errors.page_not_found"
handler500 = "hazard_tracker.errors.server_error"
