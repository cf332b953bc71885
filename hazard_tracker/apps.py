"""App configurations of the project package itself."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class HazardTrackerConfig(AppConfig):
    """Hosts the commands that need every app: demo data and bulk test data."""

    name = "hazard_tracker"
    verbose_name = "平台"


class PrunedStaticFilesConfig(StaticFilesConfig):
    """Collect only the assets that a page uses.

    Whole, the asset packages are 95 MB: source maps, 2,051 single icons, unminified doubles,
    right-to-left styles, an API reader that is never opened.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "bootstrap-icons/*.svg",
        "bootstrap-icons/font/*.json",
        "bootstrap-icons/font/*.scss",
        "js-lib-bootstrap5/css/bootstrap-*",
        "js-lib-bootstrap5/css/*.rtl.*",
        "js-lib-bootstrap5/css/bootstrap.css",
        "js-lib-bootstrap5/js/bootstrap.js",
        "js-lib-bootstrap5/js/bootstrap.min.js",
        "js-lib-bootstrap5/js/bootstrap.esm*",
        "js-lib-bootstrap5/js/bootstrap.bundle.js",
        "django_htmx/*-4*",
        "django_htmx/htmx-2.js",
        "django_htmx/ext/*-2.js",
        "drf_spectacular_sidecar/redoc*",
        "rest_framework/*",
    ]
