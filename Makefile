# Everything this project does, each in one command on a fresh machine with Python 3.11 or newer and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up

.DEFAULT_GOAL := help
.PHONY: help demo test check examples docs bench mutants explore models site clean

help:  ## say what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## ?/  make \1\t/' | expand -t 18

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python cannot make a virtual environment here; on Debian and Ubuntu, install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)  ## take one incident from candidate to reviewed, with the embedded defaults
	@$(BIN)/incident demo

test: $(STAMP)  ## pass all tests, with branch coverage of the core at 100 %
	@$(BIN)/python -m pytest -n auto tests/core --cov --cov-report=
	@$(BIN)/python scripts/core_coverage.py
	@$(BIN)/python -m pytest -n auto --ignore=tests/core

check: $(STAMP)  ## linters, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

examples: $(STAMP)  ## run every example script
	@$(BIN)/python scripts/run_examples.py

docs: $(STAMP)  ## write the generated parts of README and docs anew
	@$(BIN)/python -m incident_fsm.schemas
	@$(BIN)/python scripts/generate_docs.py

explore: $(STAMP)  ## visit every abstract state of an incident, under each policy that ships
	@$(BIN)/python -m incident_fsm.testing.exploration

models: $(STAMP)  ## write the Promela models anew, have spin check them, and keep the figures (a few minutes)
	@$(BIN)/python scripts/verification_figures.py
	@$(BIN)/python scripts/generate_docs.py

site: $(STAMP)  ## build the documentation site in build/site; a broken link or any warning is an error
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -d build/doctrees docs build/site
	@echo "build/site/index.html"

BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.set-up

$(BENCH_STAMP): benchmarks/requirements.txt benchmarks/durable/requirements.txt pyproject.toml
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@echo "Setting up $(BENCH) with the newest versions of the peers ..."
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade \
	  --requirement benchmarks/requirements.txt --requirement benchmarks/durable/requirements.txt --editable .
	@touch $@

bench: $(STAMP) $(BENCH_STAMP)  ## measure beside the peers, in one run, and write docs/performance.md
	@$(BENCH)/bin/python -m benchmarks.pure
	@$(BENCH)/bin/python -m benchmarks.durable
	@$(BIN)/python benchmarks/throughput.py
	@$(BIN)/python scripts/performance_page.py

mutants: $(STAMP)  ## change the rules in thousands of ways and see that a test notices each (about an hour)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,mutants]'
	@$(BIN)/python scripts/mutants.py; code=$$?; $(BIN)/python scripts/generate_docs.py; exit $$code

clean:  ## remove what the other commands made
	rm -rf $(VENV) $(BENCH) demo-incident dist build mutants .coverage .coverage.* .hypothesis
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
