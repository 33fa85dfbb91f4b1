# Everything a person types. `make` alone prints this list.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
WORLD ?= demo

help:  ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Create .venv and install what is locked; quick when nothing changed
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here. Install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) infra/environment.py

setup-dev:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here. Install Python 3.11 or newer, or name one: make test PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) infra/environment.py --dev

demo: setup  ## A sandbox company through the whole daily job; WORLD=path for another one
	@$(BIN)/python -m orchestration demo --world "$(WORLD)"

run: setup  ## The daily job, once, for the sources of .env
	@$(BIN)/python -m orchestration run

up: setup  ## Keep the warehouse fresh, with the Dagster UI on PORT (3000); Ctrl-C stops it
	@$(if $(PORT),PORT=$(PORT)) $(BIN)/python -m orchestration up --world "$(WORLD)"

down: setup  ## Stop everything that demo, run and up started
	@$(BIN)/python -m orchestration down

show: setup  ## Print the reports of the last warehouse again
	@$(BIN)/python -m orchestration show

attribution:  ## Share out the paths of a file by every model: PATHS=paths.csv DIRECT=name
	@$(if $(PATHS),,echo "Name the file: make attribution PATHS=paths.csv" >&2; exit 2)
	@$(MAKE) --no-print-directory setup >&2
	@$(BIN)/python -m orchestration attribution --paths "$(PATHS)" --direct "$(DIRECT)"

test: setup-dev  ## All tests, against a PostgreSQL of their own
	@$(BIN)/python -m pytest $(ARGS)

bench-extract: setup-dev  ## Read a portal of ROWS deals beside other clients; ARGS=--quick for a trial
	@$(BIN)/python -m tests.bench.extract $(if $(ROWS),--rows $(ROWS)) $(ARGS)

check: setup-dev  ## Format, lint, types, SQL, imports: what must hold before a commit
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/sqlfluff lint dbt_project --processes 2
	@$(BIN)/lint-imports

fmt: setup-dev  ## Format the code and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/sqlfluff fix dbt_project --processes 2 --quiet

clean:  ## Stop everything, then remove the environment, caches and sandbox warehouses
	@if [ -x $(BIN)/python ] && [ -d .warehouse ]; then $(BIN)/python -m orchestration down; fi
	@for home in .warehouse/*/; do [ "$$home" = ".warehouse/production/" ] || rm -rf "$$home"; done
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
	@if [ -d .warehouse/production ]; then echo "Kept: .warehouse/production, which holds real data"; fi

.PHONY: help setup setup-dev demo run up down show attribution test bench-extract check fmt clean
