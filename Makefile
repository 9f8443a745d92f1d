# The portal's commands. python3 with its venv module (Debian: python3-venv) and make are all that must be there before.

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
PORT ?= 8000
# "make test ENGINE=postgresql" fails where no PostgreSQL can be had; without it a loud line says so and SQLite serves.
ENGINE ?=
# As many test processes as there are cores, but no more than the test server's connections and a small machine bear.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4
DEMO := DEMO_MODE=on PORTAL_URL=http://127.0.0.1:$(PORT)
# For commands that look at the code and not at anybody's data.
NO_DATA := DEMO_MODE=on DATABASE_URL=sqlite://:memory:

export UV_PYTHON_DOWNLOADS := never
# Copies work wherever the cache lies; links warn when it lies on another disk.
export UV_LINK_MODE := copy
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Behind a company's proxy only the machine's own certificates will do; a machine without any leaves uv to its own.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS := 1
endif

.PHONY: help run test test-long bench lint format checks suite browser translations lock
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 20

run: $(VENV)/.run ## start the portal in demonstration mode at http://127.0.0.1:8000 (PORT=… for another port)
	@mkdir -p .var
	@$(DEMO) $(BIN)/python manage.py migrate -v 0
	@$(DEMO) $(BIN)/python manage.py collectstatic --noinput -v 0
	@$(DEMO) $(BIN)/python manage.py seed_demo
	@echo "The portal is at http://127.0.0.1:$(PORT)/ (Ctrl-C stops it; its data stay in .var/)."
	@$(DEMO) exec $(BIN)/gunicorn kotra_portal.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 \
		--no-control-socket --log-level warning

test: checks suite browser ## lint, migrations, translations, the suite on PostgreSQL and what may differ on SQLite, the browser tests

test-long: export TEST_LONG := on
test-long: test ## the same with the random and repeated tests in full

checks: lint
	@$(NO_DATA) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python -m tests.tools.translations --check

suite: $(VENV)/.dev
	TEST_ENGINE=$(ENGINE) $(PYTEST) -m "not browser"
	TEST_ENGINE=sqlite $(PYTEST) -m "not browser and not once"

browser: $(VENV)/.dev
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then \
		echo "$(PYTEST) -m browser tests/browser"; $(PYTEST) -m browser tests/browser; \
	else \
		echo; echo "*** NO CHROMIUM ON THIS MACHINE: THE BROWSER TESTS WERE NOT RUN ***"; echo; \
	fi

bench: $(VENV)/.dev ## how long the pages take
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.queue

lint: $(VENV)/.dev ## ruff on the code, djlint on the templates
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Not formatted: run make format."; exit 1; }
	@$(BIN)/djlint templates --lint --quiet

format: $(VENV)/.dev ## format the code
	@$(BIN)/ruff check --fix --quiet; $(BIN)/ruff format

translations: $(VENV)/.dev ## bring the English catalogue up to date with the source
	@$(BIN)/python -m tests.tools.translations --update

lock: $(UV) ## resolve the dependencies of pyproject.toml anew into requirements.lock
	@$(UV) pip compile --quiet pyproject.toml --group dev --universal --generate-hashes --no-annotate \
		--custom-compile-command "make lock" -o requirements.lock

$(UV):
	@python3 -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

# The stamps keep a second run from installing again; they are older than the files they come from, or up to date.
$(VENV)/.run: pyproject.toml requirements.lock | $(UV)
	@echo "Installing what the portal needs into $(VENV) …"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r pyproject.toml -c requirements.lock
	@touch $@

$(VENV)/.dev: pyproject.toml requirements.lock | $(UV)
	@echo "Installing what the portal and its tests need into $(VENV) …"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r pyproject.toml --group dev -c requirements.lock
	@touch $@ $(VENV)/.run
