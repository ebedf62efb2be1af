# The commands of the project: each sets up what it needs, from nothing but Python, and only what has changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
PY := $(VENV)/bin/python
PARLEY := $(VENV)/bin/parley
STAMPS := $(VENV)/stamps
# Extra arguments: make run ARGS="--port 8080", make lock ARGS=--upgrade.
ARGS ?=
# The folder of the evaluation sets: make bench-retrieval FOLDER=../sets.
FOLDER ?=
# Chooses the interpreter instead of tools/find-python.sh: make run PYTHON=/path/to/python3.12.
export PYTHON

# The machine's own Python is used, never one that uv fetches.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Building the embedder leaves no device id in the home folder.
export ORT_DISABLE_TELEMETRY := 1

INSTALL := $(PY) -m uv pip install --quiet --python $(PY) --require-hashes
COMPILE := $(PY) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal \
  --python-version 3.11 $(ARGS)
NODE_MODULES := frontend/node_modules/.installed
WEB_APP := src/parley/web/static/index.html
FRONTEND_SOURCES := $(shell find frontend \( -name node_modules -o -name e2e \) -prune -o -type f -print)

##@ Use
run: setup ## Set up what is missing, then start Parley and print its address.
	@exec $(PARLEY) serve $(ARGS)

setup: $(STAMPS)/package $(STAMPS)/web-app search-model ## Install Parley, build the web app and the local embedder.

embedder: $(STAMPS)/package $(STAMPS)/embedder-tools ## Build the local embedder for search by meaning.
	@folder=$$($(PY) -c 'from parley.bootstrap.parts import embedder_folder; \
	  from parley.settings import load_settings; print(embedder_folder(load_settings()))') && \
	  $(PY) tools/build_embedder.py --out "$$folder"

##@ Develop
test: setup-dev $(STAMPS)/web-app embedder ## Run every check and every test, end to end in Chromium too.
	@$(PY) -m tools.verify test

check: setup-dev ## Run the linters, type checkers and drift checks, no tests.
	@$(PY) -m tools.verify check

format: $(STAMPS)/dev ## Format the code and mend what the linter can.
	$(PY) -m ruff check --fix --exit-zero --quiet .
	$(PY) -m ruff format .

bench: setup-dev $(STAMPS)/web-app embedder ## Measure; results go to benchmarks/results/.
	$(PY) -m benchmarks.run $(ARGS)

bench-retrieval: setup-dev embedder ## Measure search and answers on the evaluation sets in FOLDER.
	@test -d "$(FOLDER)" || { echo "error: FOLDER=$(FOLDER) is no folder of evaluation sets" >&2; exit 1; }
	$(PY) -m benchmarks.retrieval_quality "$(FOLDER)" $(ARGS)

setup-dev: $(STAMPS)/package $(STAMPS)/dev $(NODE_MODULES)

##@ Generate
client: setup-dev ## Write openapi.json from the API and the TypeScript types from it.
	$(PY) -m tools.generate_client

openapi: client ## The same as `make client`: the two never differ.

settings: setup-dev ## Write the table of settings into its page and the README.
	$(PY) -m tools.generate_settings_table

lock: $(STAMPS)/uv ## Pin the dependencies anew, by hash; ARGS=--upgrade takes newer ones.
	$(COMPILE) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --group dev --group embedder -c requirements/runtime.txt -o requirements/dev.txt
	$(COMPILE) --group embedder -c requirements/runtime.txt -o requirements/embedder.txt
	$(COMPILE) requirements/build.in -c requirements/dev.txt -o requirements/build.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt
	$(COMPILE) requirements/uv.in -o requirements/uv.txt

##@ Tidy
clean: ## Remove everything that was installed, built or cached here; your data stays.
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	rm -rf frontend/node_modules src/parley/web/static
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list.
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo

# Each step leaves a stamp inside what it made, so that removing or interrupting the one undoes the other.

# This stamp holds the folder's path: the programs of a virtual environment stop working when it is moved.
$(STAMPS)/uv: requirements/uv.txt $(shell [ "$$(cat $(STAMPS)/uv 2>/dev/null)" = "$$(pwd -P)" ] || echo always)
	@if ! { [ "$$(cat $@ 2>/dev/null)" = "$$(pwd -P)" ] && $(PY) -m pip --version >/dev/null 2>&1; }; then \
	  python=$$(tools/find-python.sh) || exit 1; \
	  echo "setting up .venv with $$python"; \
	  "$$python" -m venv --clear $(VENV) || { \
	    echo "error: $$python cannot make a virtual environment;" \
	      "on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	    exit 1; }; \
	fi
	@$(PY) -m pip install --quiet --require-hashes --requirement requirements/uv.txt
	@mkdir -p $(STAMPS) && pwd -P >$@

$(STAMPS)/runtime: requirements/runtime.txt $(STAMPS)/uv
	@echo "installing what Parley runs on"
	@$(INSTALL) --requirement requirements/runtime.txt
	@touch $@

# The build backend is pinned too, and the build is not isolated, so that nothing unpinned is fetched.
$(STAMPS)/package: pyproject.toml requirements/build.txt $(STAMPS)/runtime
	@$(INSTALL) --requirement requirements/build.txt
	@$(PY) -m uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/runtime
	@echo "installing what the checks and tests need"
	@$(INSTALL) --requirement requirements/dev.txt
	@touch $@

$(STAMPS)/embedder-tools: requirements/embedder.txt $(STAMPS)/runtime
	@$(INSTALL) --requirement requirements/embedder.txt
	@touch $@

$(NODE_MODULES): frontend/package.json frontend/package-lock.json $(STAMPS)/uv
	@echo "installing what the web app is built with"
	@$(PY) -m tools.npm ci --loglevel=error
	@touch $@

$(STAMPS)/web-app: $(FRONTEND_SOURCES) $(NODE_MODULES) $(if $(wildcard $(WEB_APP)),,always)
	@echo "building the web app"
	@rm -f $@
	@$(PY) -m tools.npm run --silent build
	@touch $@

# Without the embedder search still works, by words alone; only CI must not go on without it.
search-model:
	@$(MAKE) --no-print-directory embedder || { [ "$$CI" != true ] && printf '%s\n' "" \
	  "WARNING: the local embedder could not be built (see above)." \
	  "WARNING: search is by words alone (BM25) until 'make embedder' succeeds." ""; }

always:

.PHONY: run setup embedder test check format bench bench-retrieval setup-dev client openapi settings lock clean help \
  search-model always
