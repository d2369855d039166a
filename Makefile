# Every command of the project. `make` alone lists them.
PYTHON ?= python3
STACK ?=
VENV := .venv
RUN := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python
LOCAL_STACK := $(or $(STACK),local)
# The tests of one file share what is slow to make, so a file stays with one process.
PYTEST := $(RUN) -m pytest --numprocesses $(or $(PROCESSES),auto) --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help preview charts up down status test test-live lint docs bench clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock local/install.py
	@$(PYTHON) local/install.py $(VENV)

preview: $(VENV)/.installed ## Preview every environment, or STACK=name, with its verdict; no engine, no cloud
	@$(RUN) -m preview $(STACK)

charts: $(VENV)/.installed ## Fill the chart cache, so that policies see what is inside the charts
	@$(RUN) -m local charts

up: $(VENV)/.installed ## Bring STACK (local) to life on this machine: engine, control plane, policies
	@$(RUN) -m local up --stack $(LOCAL_STACK)

down: $(VENV)/.installed ## Destroy the local stacks and stop the control plane
	@$(RUN) -m local down

status: $(VENV)/.installed ## Say what runs on this machine
	@$(RUN) -m local status

test: $(VENV)/.installed ## Run the fast tests; PyPI alone
	@$(PYTEST) -m "not live and not browser"

test-live: $(VENV)/.installed ## Run the tests that need the real engine, a real API server or a browser
	@$(PYTEST) --maxprocesses 4 -m "live or browser"

lint: $(VENV)/.installed ## Check format, lint, types, import directions, controls and generated files
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/basedpyright
	$(VENV)/bin/lint-imports
	$(VENV)/bin/zizmor --offline --pedantic --quiet .
	$(RUN) -m policies.lint
	$(RUN) -m preview docs --check

docs: $(VENV)/.installed ## Write the generated documents
	@$(RUN) -m preview docs

bench: $(VENV)/.installed ## Measure; results belong to docs/performance.md
	@$(RUN) -m tests.bench
	@$(RUN) -m tests.bench.previews
	@$(RUN) -m tests.bench.evaluate $(if $(CHECKOV),--checkov $(CHECKOV)) $(if $(KYVERNO),--kyverno $(KYVERNO))
	@$(RUN) -m tests.bench.admission

clean: ## Remove the virtual environment and caches; the local environment's state stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache
