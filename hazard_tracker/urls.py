"""Every address, by app. Pages need a login unless their view says otherwise (LoginRequiredMiddleware)."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required, login_required
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from hazard_tracker.health import healthz

admin.site.site_header = "园区隐患整治 · 基础数据"
admin.site.site_title = "园区隐患整治"
admin.site.index_title = "基础数据维护"

# The split view serves its start-up script as a file: the content security policy forbids inline scripts.
api_reader = SpectacularSwaggerSplitView.as_view(url_name="api-schema", title="接口文档 · 园区隐患整治")

# Asked for by browsers on pages without a head of ours, such as a downloaded picture. The name without a
# hash: what a browser remembers for good must outlive the next release.
favicon = RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.svg", permanent=True)

urlpatterns = [
    path("", include("reports.urls")),
    path("hazards/", include("hazards.urls")),
    path("parks/", include("hazards.places.urls")),
    path("campaign/", include("reports.campaign.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("notices/", include("notices.urls")),
    path("", include("accounts.urls")),
    path("api/v1/", include("hazard_tracker.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", login_required(api_reader), name="api-docs"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", login_not_required(require_safe(favicon)), name="favicon"),
]

handler400 = "hazard_tracker.errors.bad_request"
handler403 = "hazard_tracker.errors.permission_denied"
handler404 = "hazard_tracker.errors.page_not_found"
handler500 = "hazard_tracker.errors.server_error"
