"""How the pages are served; used by `make run` and by the container alike."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Each worker listens by itself; otherwise kept-alive connections pile up on one of them.
reuse_port = True
timeout = 120
graceful_timeout = 10
keepalive = 15
loglevel = "warning"
# Request lines are the reverse proxy's business; errors come through Django's log.
accesslog = None
