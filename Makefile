# Everything that is done with this folder. `make help` lists it. Needs make and Python 3.11; `make setup` brings the rest into .venv.

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
BIN := .venv/bin
ARGS ?=
# Where this is set every process compiles a thousand modules anew, which takes it as long as its work.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo run migrate test journeys crash nightly check bench fuzz states format lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## prepare .venv with the command `los`, and .los/master.key
	@"$(PYTHON)" .ci/setup.py

demo: setup ## live one loan through the API on a fresh installation; SEED=n FAULT=vendor:kind ONCE=1
	@$(BIN)/los demo

run: setup ## run database, API, worker and the sandbox of outside systems until Ctrl-C
	@$(BIN)/los run

migrate: setup ## bring the database to this version's schema
	@$(BIN)/los migrate

test: setup ## run the whole suite; ARGS="-k otp" narrows it
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --ignore tests/journeys/test_crash.py $(ARGS)

journeys: setup ## the stories over HTTP; DEPLOYMENT=services plays them on PostgreSQL, RabbitMQ and Redis
	@$(BIN)/python -m pytest -q tests/journeys --deployment $(or $(DEPLOYMENT),embedded) $(ARGS)

crash: setup ## kill -9 API and worker in five kinds of moments while loans are lived; KILLS=20 LOANS=50
	@LOS_KILLS=$(or $(KILLS),20) LOS_LOANS=$(or $(LOANS),50) $(BIN)/python -m pytest -q -s tests/journeys/test_crash.py

nightly: setup ## the long tests; SHARD=k/n shares them between machines, a night cut short goes on
	@$(BIN)/python .ci/nightly.py --shard $(or $(SHARD),1/1)

check: setup ## all that CI does beside the tests: lint, format, types, import contracts, lock files
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/python .ci/lock.py --check

bench: setup ## measure the loan mathematics as ratios to floors and rivals; the limits are in tests/benchmarks
	@$(BIN)/python -m tests.benchmarks $(ARGS)

fuzz: setup ## live loans at random and hold every step to the laws; STEPS=1000000 SEED=1 OUT=file
	@$(BIN)/python -m tests.fuzz --steps $(or $(STEPS),1000000) --seed $(or $(SEED),1) $(if $(OUT),--out $(OUT))

states: setup ## draw the loan's table of states into docs/loan-states.md
	@$(BIN)/python .ci/draw_states.py

fuzz: setup ## compare the engine of schedules with a naive one; ARGS="--schedules 1000000 --seed 7"
	@$(BIN)/python -m tests.repayment.fuzz $(ARGS)

mutate: setup ## change the loan mathematics in one place after another and expect its tests to fail; goes on where it was stopped
	@$(BIN)/python -m tests.mutation $(ARGS)

format: setup ## put the code into its form
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: setup ## choose versions anew within pyproject.toml's bounds (needs uv and network)
	@$(BIN)/python .ci/lock.py --upgrade

clean: ## remove .venv, caches and the database and files of .los; the master key stays
	@if [ -x $(BIN)/python ]; then \
	  $(BIN)/python -c 'from pathlib import Path; from los_adapters.shared.embedded import Place; Place.of(Path(".los")).remove()'; fi
	@find .los -mindepth 1 -maxdepth 1 ! -name master.key -exec rm -rf {} + 2>/dev/null || true
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
