# Everything starts here: `make demo` and `make test` set themselves up in a fresh clone.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
STAMP := .venv/.privcrm-ready
export PYTHONUTF8 = 1
# Some machines forbid it, and then each of the hundreds of processes that the tests start compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak bench lint types layers check clean constraints

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet uv

$(STAMP): pyproject.toml constraints.txt | $(filter .uv/bin/uv,$(UV))
	$(UV) venv --quiet --allow-existing --python ">=3.11" .venv
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt -e . --group dev
	@touch $@

setup: $(STAMP)  ## Make the virtual environment

demo: setup  ## Tag 2,000 members of a simulated company, and prove it
	$(BIN)/privcrm demo

test: setup  ## Run the whole test suite (meant for five minutes on two cores)
	$(BIN)/pytest -n 4 --dist loadfile -m "not soak"

soak: setup  ## Run the full-size trials (long)
	$(BIN)/pytest -m soak --timeout 7200 -s

bench: setup  ## Run the benchmarks; each prints ratios as JSON
	$(BIN)/python benchmarks/run.py

lint: setup  ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## Types, by two checkers
	$(BIN)/mypy
	$(BIN)/pyright

layers: setup  ## Imports point one way
	$(BIN)/lint-imports

check: lint types layers test  ## All that CI runs

constraints:  ## Pin what was tested, without addresses
	$(UV) export --quiet --no-hashes --no-header --no-annotate --no-emit-project --all-extras --all-groups -o constraints.txt

clean:  ## Remove what setup and tests made
	rm -rf .venv .uv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
