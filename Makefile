# `make` lists the verbs. Everything runs in .venv, which the first verb that needs it makes.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

# A moved checkout or a vanished interpreter makes .venv useless: forget that it was set up.
ifneq ($(shell [ -x .venv/bin/python ] && cat .venv/set-up-in 2>/dev/null),$(CURDIR))
  $(shell rm -f .venv/server.stamp .venv/dev.stamp)
endif

# Tests start this program a hundred times: it is not compiled anew each time.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto
# More pytest options, for example: make test ARGS="-k robots"
ARGS ?=

.PHONY: help demo test check format test-crash test-loaders test-real lock clean

help: ## List the verbs
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: .venv/server.stamp ## Set everything up and run the main job on a small local web of pictures
	@$(BIN)/pixcrawler demo $(ARGS)

test: .venv/dev.stamp ## Set everything up and run the tests; coverage goes to htmlcov/ and coverage.xml
	@rm -f .coverage .coverage.*
	@scripts/emulators.sh moto >/dev/null || true # a test that needs it says what is missing
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not real and not long and not loaders" -p tests.lines $(ARGS) </dev/null
	@scripts/coverage.sh

check: .venv/dev.stamp ## Style, types, who may import whom, and the other rules of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q tests/architecture

format: .venv/dev.stamp ## Put the code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

test-crash: .venv/dev.stamp ## Kill real workers, empty Redis, restart Postgres; and all else that takes long
	@scripts/emulators.sh azurite >/dev/null || true
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "(crash or long) and not real" $(ARGS) </dev/null

test-loaders: .venv/dev.stamp .cache/loaders/stamp ## Open exports in torchvision, Ultralytics and the oldest datasets; installs 5 GB
	$(PYTEST) -m loaders tests/loaders $(ARGS) </dev/null

test-real: .venv/dev.stamp ## The main job on 800 real pictures from two Debian packages
	$(PYTEST) -m real $(ARGS) </dev/null

lock: .venv/dev.stamp ## Resolve the requirements again, to the newest that pyproject.toml allows
	scripts/lock.sh --upgrade

clean: ## Remove what the other verbs made
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf htmlcov coverage.xml .coverage .coverage.* dist build

.venv/server.stamp: requirements/server.txt requirements/uv.txt pyproject.toml sdk/pyproject.toml scripts/set-up.sh
	@scripts/set-up.sh server

.venv/dev.stamp: requirements/dev.txt requirements/uv.txt pyproject.toml sdk/pyproject.toml scripts/set-up.sh
	@scripts/set-up.sh dev

.cache/loaders/stamp: requirements/loaders.txt requirements/uv.txt
	@scripts/set-up.sh loaders
