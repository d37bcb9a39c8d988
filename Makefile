# Everything a person runs. Needs nothing but CPython 3.11+, pip and, for some tests, Debian's packages.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
# Without compiled modules every command, worker and daemon of the tests would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

.PHONY: help run demo check test test-deploy wheelhouse fix quality bench dashboards lock clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(STAMP): requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "CPython 3.11 or newer is needed; set PYTHON=…" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP) ## run the daemon on the shipped inventory, database in var/
	$(BIN)/monitor serve

demo: $(STAMP) ## the whole product, offline, on the lab
	$(BIN)/python -m tests.lab.demo

check: $(STAMP) ## ruff, mypy --strict, import-linter, fresh dashboards; never writes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m grafana --check

test: $(STAMP) ## every test, in parallel; installs missing servers when it may (REQUIRE_ALL=1: a skip fails)
	@$(BIN)/python -m tests.servers
	@# One more than there are processors: many tests wait for servers.
	$(BIN)/pytest --numprocesses $$(( $$(nproc) + 1 )) --dist worksteal

test-deploy: $(STAMP) ## install, torment and upgrade it on a booted Debian in a container; root, some ten minutes
	$(BIN)/python -m tests.deploy

wheelhouse: $(STAMP) ## dist/monitor-VERSION: all that a server without internet needs
	@rm -rf dist/monitor-$(VERSION)
	deploy/wheelhouse.sh $(BIN)/python dist/monitor-$(VERSION)

fix: $(STAMP) ## format and repair what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

quality: $(STAMP) ## how well gambling is recognised, on pages it was made with and on pages kept apart
	$(BIN)/python -m tests.quality

bench: $(STAMP) ## measure; figures and method in docs/benchmarks.md
	$(BIN)/python -m bench

dashboards: $(STAMP) ## write Grafana's dashboards from their code
	$(BIN)/python -m grafana

lock: ## resolve the lock files again (needs uv)
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 pyproject.toml -o requirements/run.lock
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 pyproject.toml --group dev -o requirements/dev.lock

clean: ## remove what was made, but not var/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
