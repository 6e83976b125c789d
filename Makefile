# What people type. A bare checkout needs Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONPATH =

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/run-ready: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary=:all: --requirement requirements.lock
	@touch $@

$(VENV)/test-ready: requirements-test.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary=:all: --requirement requirements-test.lock
	@touch $@ $(VENV)/run-ready

run: $(VENV)/run-ready ## serve with the demo towns on http://127.0.0.1:8000 (PORT= changes it)
	@TRACKER_DEMO=$${TRACKER_DEMO:-1} TRACKER_PORT=$(PORT) exec $(BIN)/python app.py

test: $(VENV)/test-ready ## the whole suite: SQLite, PostgreSQL, a real browser, a real mail server
	$(BIN)/python -m pytest --numprocesses=2 --maxprocesses=2 --dist=worksteal

check: $(VENV)/test-ready ## the fast gate: style, types, floors, words, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check tracker tests app.py
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest --quiet -p no:randomly tests/house/test_words.py tests/house/test_tables.py tests/house/test_sizes.py

bench: $(VENV)/test-ready ## our pages beside a floor of Flask alone, on 20,000 invented cases (BENCH= for options)
	$(BIN)/python -m tests.bench $(BENCH)

words: $(VENV)/test-ready ## bring the catalogue in step with the sentences in the code
	$(BIN)/pybabel -q extract -F tracker/translations/babel.cfg -k _l --no-location --sort-output --omit-header -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d tracker/translations -l ja --no-fuzzy-matching
	$(BIN)/pybabel -q compile -d tracker/translations

lock: $(VENV)/test-ready ## resolve the dependencies anew (needs uv on the PATH)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra oidc --extra postgres pyproject.toml -o requirements.lock
	date -u "+# Resolved anew on %Y-%m-%d." >> requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra oidc --extra postgres --group test pyproject.toml -o requirements-test.lock

.PHONY: help run test check bench words lock
