# `make` alone lists the commands. Nothing is needed but Python 3.11 or newer; uv is used when present.

PYTHON ?= python3
PORT ?= 8000
SEED ?= 1
HAZARDS ?= 100000
VENV := .venv
PY := $(VENV)/bin/python
export PORT
# pytest's own options, for example: make test ARGS="-n 2 tests/hazards"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test lint format bench chaos clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --seed --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "The venv module is missing: on Debian, apt install python3-venv"; exit 1; }; fi

# $(1): requirements file
define install
	@echo "==> installing $(1)"
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(PY) -r $(1); \
	else $(PY) -m pip install --quiet --disable-pip-version-check -r $(1); fi
endef

$(VENV)/.installed: requirements.txt | $(PY)
	$(call install,requirements.txt)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt | $(PY)
	$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.installed

setup: $(VENV)/.installed ## make the virtual environment and install what the product needs

setup-dev: $(VENV)/.installed-dev ## the same, with what tests and checks need

run: setup ## prepare demo data and serve it at http://localhost:8000/ (PORT=... to change)
	@$(PY) -m hazard_tracker.launcher $(ARGS)

demo: setup ## make or complete the demo data and print its accounts
	@$(PY) manage.py migrate --no-input -v 0
	@$(PY) manage.py demo

test: setup-dev ## run every test (on SQLite unless DATABASE_URL is set; browser tests when Chromium is there)
	@$(PY) -m pytest $(ARGS)

lint: setup-dev ## formatting, style, types, migrations, direction of imports
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .
	@HAZARD_ENV=test $(PY) manage.py makemigrations --check --dry-run
	@$(VENV)/bin/lint-imports

format: setup-dev ## format the code and sort its imports
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: setup-dev ## measure against raw SQL on PostgreSQL (HAZARDS=1000000 for the long run; BENCH_DATABASE_URL)
	@$(PY) -m bench --hazards $(HAZARDS) --seed $(SEED)

chaos: setup-dev ## 10,000 reminders while parts are killed: 0 lost, 0 twice (about ten minutes; CHAOS_DATABASE_URL)
	@$(PY) -m chaos $(ARGS)

clean: ## remove the virtual environment and collected assets; data in var/ stays
	rm -rf $(VENV) staticfiles .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
