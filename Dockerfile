# One image for web, worker and beat; docker-compose.yml gives each its command.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

COPY requirements.txt .
RUN pip install -r requirements.txt

RUN useradd --system --uid 10001 --create-home --home-dir /home/app app \
    && mkdir -p /data/media \
    && chown -R app:app /data

COPY . .

# Collected at build: the settings of a trial suffice for it, and no secret is baked in.
RUN HAZARD_ENV=demo SECRET_KEY=only-for-collecting-static-files VAR_DIR=/tmp/build STATIC_ROOT=/app/staticfiles \
    python manage.py collectstatic --no-input -v 0 \
    && rm -rf /tmp/build

ENV HAZARD_ENV=production \
    VAR_DIR=/data \
    MEDIA_ROOT=/data/media \
    STATIC_ROOT=/app/staticfiles \
    HOST=0.0.0.0 \
    PORT=8000

USER app
EXPOSE 8000
CMD ["gunicorn", "hazard_tracker.wsgi"]
