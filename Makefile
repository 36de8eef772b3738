# Everything that one does with a clone of wuhao. `make help` lists it.
# It needs a C compiler and Python 3.11 (or 3.12) with its headers and venv.

UNIT     ?= V01
PYTHON   ?= $(or $(shell for p in python3.11 python3; do $$p -c '' 2>/dev/null && echo $$p && break; done),python3)
VENV     := .venv
BIN      := $(VENV)/bin
INSTALL  := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation
DEMO_RUN := runs/2004
UV       := uv==0.13.9
COMPILE   = build/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
            --custom-compile-command "make lock" $(UPGRADE)

.PHONY: help demo test bench wheel-test lock clean
.NOTPARALLEL:

help: ## list what make can do (what you see now)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## rate the example district for 2004 and explain one unit (UNIT=V01)
	@echo "== Rating fixtures/district for 2004 into $(DEMO_RUN); an earlier demo there is removed first"
	rm -rf $(DEMO_RUN)
	$(BIN)/wuhao run fixtures/district --year 2004 -o $(DEMO_RUN)
	@echo "== Why $(UNIT) got its grade"
	$(BIN)/wuhao why $(DEMO_RUN) $(UNIT)
	@echo
	@echo "Try next:"
	@echo "  $(BIN)/wuhao list $(DEMO_RUN) --pending    the units whose grade still depends on a gap"
	@echo "  make demo UNIT=…                      another unit, by its id or name"
	@echo "  $(BIN)/wuhao --help                   everything else"

test: $(VENV)/dev.stamp ## lint, format, types and tests
	@echo "== Lint, format, types, tests"
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/wuhao format --check rules fixtures/overlays
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist loadfile
	@echo
	@echo "All good. Try next: make wheel-test (the wheel as users get it), make demo, or one test: $(BIN)/pytest -k NAME"

bench: $(VENV)/dev.stamp ## measure how fast units are rated, rulebooks checked and remedies found
	$(BIN)/python benchmarks/bench_rate.py
	$(BIN)/python benchmarks/bench_check.py
	$(BIN)/python benchmarks/bench_remedy.py
	$(BIN)/python benchmarks/bench_settle.py

wheel-test: $(VENV)/run.stamp ## build the wheel and use it in a clean environment, from another folder
	.ci/wheel-test

lock: ## write requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check $(UV)
	$(COMPILE) --group build --output-file requirements/build.txt
	$(COMPILE) pyproject.toml --extra remedy --constraint requirements/build.txt --output-file requirements/run.txt
	$(COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	@if grep -n '://' requirements/*.txt; then echo "A lock file carries an address; it must not."; exit 1; fi
	rm -rf build
	@echo "Try next: git diff requirements/, then make test wheel-test"

clean: ## remove the environment, builds and caches (runs/ stays)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: an environment is set up again only when what it is made from has changed.
$(VENV)/run.stamp: requirements/build.txt requirements/run.txt pyproject.toml
	@$(PYTHON) requirements/check_machine.py
	@echo "== Setting up $(VENV) with $$($(PYTHON) --version): pinned and hashed packages, then wuhao itself"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) --require-hashes -r requirements/build.txt
	$(INSTALL) --require-hashes -r requirements/run.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	@echo "== Adding the development tools to $(VENV)"
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
