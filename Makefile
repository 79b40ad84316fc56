# The whole of coopkit from a clean clone: needs make and Python 3.11 or newer, nothing else.
#   make demo       the example loaded, the admin page opened
#   make test       everything that must hold: checks, tests, plugins, browser
#   make check      only the linters and the type checker
.DEFAULT_GOAL := demo
.PHONY: demo test test-long check format bench migration catalogue screenshots manual facade requirements system-packages clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make requirements" \
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 $(UPGRADE)

PLUGINS := $(patsubst %/,%,$(dir $(wildcard plugins/*/pyproject.toml)))
PROJECTS := pyproject.toml $(PLUGINS:%=%/pyproject.toml)
SCRIPTS := $(wildcard app.py conftest.py benchmarks examples scripts)

demo: $(VENV)/.run
	$(BIN)/coopkit demo

# A file of tests goes to one process: what it prepares once is prepared once.
test: system-packages check
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

# Many more examples for each property; for a night or before a release.
test-long: $(VENV)/.dev
	$(BIN)/pytest --hypothesis-profile=long --override-ini=timeout=3600

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src $(SCRIPTS)
	@# A plugin's folder name is no Python name, so each is checked from inside its own.
	@set -e; for plugin in $(PLUGINS); do echo "mypy $$plugin"; \
		(cd $$plugin && MYPYPATH=src ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../../.mypy_cache \
			src); done
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scripts.audit

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# All are run, then a missed budget fails. Each benchmark prints its budget and its named alternative, measured in the same run.
bench: $(VENV)/.dev
	@missed=0; for benchmark in $(sort $(wildcard benchmarks/bench_*.py)); do $(BIN)/python $$benchmark || missed=1; done; \
		exit $$missed

# make migration m="what changed": writes the step from the last migration to the records' fields as they are now.
migration: $(VENV)/.dev
	@test -n "$(m)" || { echo 'Say what changed: make migration m="cooperative: website added"'; exit 2; }
	$(BIN)/python -m coopkit.ledger.migrations "$(m)"
	$(BIN)/ruff check --fix --quiet src/coopkit/ledger/migrations
	$(BIN)/ruff format --quiet src/coopkit/ledger/migrations

# The page's sentences as the code has them now; those without English are told by scripts/catalogue.py missing.
catalogue: $(VENV)/.dev
	$(BIN)/python scripts/catalogue.py update

# Every page in both languages, at desktop and phone width, into build/screenshots.
screenshots: system-packages $(VENV)/.dev
	$(BIN)/python -m scripts.screenshots

# The pictures of docs/, taken by the browser tests.
manual: system-packages $(VENV)/.dev
	COOPKIT_PICTURES=$(CURDIR)/docs/images $(BIN)/pytest -p no:xdist $$(grep -l 'pictures import' tests/browser/test_*.py)

facade: $(VENV)/.dev
	$(BIN)/python scripts/facade.py

# Pins what pyproject.toml asks for; make requirements UPGRADE=--upgrade takes the newest.
requirements: $(VENV)/.dev
	$(COMPILE) pyproject.toml requirements/build.in --extra app --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

system-packages:
	scripts/system-packages tests

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests plugins examples scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# ── The virtual environment ─────────────────────────────────────────────────────────────────────────────────────────
# .run holds what the demo needs, .dev what the tests need besides; both are stamps: nothing is installed twice.

$(BIN)/python:
	scripts/system-packages venv "$(PYTHON)"
	"$(PYTHON)" -m venv $(VENV)

# --no-build-isolation: the build tools are among the pinned requirements, so nothing unpinned is fetched.
EDITABLE := $(PIP) install --quiet --no-deps --no-build-isolation $(patsubst %,--editable %,. $(PLUGINS))

$(VENV)/.run: requirements/run.txt $(PROJECTS) | $(BIN)/python
	$(PIP) install --quiet --require-hashes --requirement requirements/run.txt
	$(EDITABLE)
	@touch $@

$(VENV)/.dev: requirements/run.txt requirements/dev.txt requirements/pluggy-1.6.txt $(PROJECTS) | $(BIN)/python
	$(PIP) install --quiet --require-hashes --requirement requirements/dev.txt
	@# The older line of pluggy, beside the newer: plugins are tested on both.
	$(PIP) install --quiet --require-hashes --no-deps --upgrade --target $(VENV)/pluggy-1.6 \
		--requirement requirements/pluggy-1.6.txt
	$(EDITABLE)
	@touch $(VENV)/.run $@
