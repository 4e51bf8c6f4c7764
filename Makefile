# Makeline. Needs Debian's python3, make and git; everything else is fetched into .venv by the targets that want it.
#   PORT=8000 DATA_DIR=./var DEMO=1     for run, seed and migrate
#   HOST=0.0.0.0 PUBLIC_URL=http://…    for run: phones in the same network can reach it, and links say so
#   CASES="B1 B3" ROUNDS=3 SECONDS=4    for bench
#   ARGS="-k stock"                     for test, faults and fuzz; for hosts words of the cases
#   MINUTES=10                          for soak, and for each reader of fuzzfiles
#   PAUSE=20                            for soak: seconds between two customers of a kiosk
#   FUZZ=20000 SEED=7                   for fuzz: how many calls, and to repeat a run
#   SEEDS=10000 SEED=7 DAYS=30          for simulate: how many towns, or one of them again, and how long they live
#   IN=var/towns.jsonl                  for simulate: a file that keeps what is done; the same again goes on from there
#   DOCS=folder                         for acceptance: where the documents of partner and parts service lie

PORT ?= 8000
DATA_DIR ?= ./var
DEMO ?=
HOST ?=
PUBLIC_URL ?=
CASES ?=
ROUNDS ?= 3
SECONDS ?= 4
ARGS ?=
DOCS ?=
MINUTES ?= 10
PAUSE ?=
FUZZ ?= 20000
SEEDS ?= 100
DAYS ?= 30
FIRST ?= 0
SEED ?=
# The system's own Python first: a distribution builds it with profiles, by hand one seldom does, and it is a quarter
# faster then. PYTHON=python3.12 names another.
PYTHON ?= $(shell for one in /usr/bin/python3 python3; do \
	$$one -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && exit; \
	done; echo python3)

# A shop is started often, by people and a hundred times by the tests: compiled modules halve the time of each start.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
UV := $(BIN)/uv
SHELL := /bin/sh
# Where tests lie that have a long form.
PROGRAMME := tests/faults tests/properties/test_sale_states.py tests/security \
	tests/main/test_app.py tests/cases/kiosk/test_notice.py \
	tests/cases/machines/test_addresses.py tests/foundation/test_settings.py
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup dev chromium promtool tracing run seed migrate test coverage check deploy-check faults fuzz fuzzfiles simulate bench acceptance soak growth hosts pages mutants report crm-live docs golden faces pictures lock clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

# --- setting up ---------------------------------------------------------------------------------------------------

setup: .venv/.core ## Fetch what the product needs into .venv (hash-checked)

dev: .venv/.dev chromium promtool ## Fetch what tests, checks and benches need besides

# A stamp is newer than what it was made from, so that the second run has nothing to do.
.venv/bin/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Makeline needs Python 3.11 or newer; $(PYTHON) is older. Name another one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Python's venv module is missing: installing Debian's python3-venv"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; \
		else \
			echo "Python's venv module is missing. As root: apt-get install python3-venv"; exit 1; \
		fi; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Fetching uv"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements/bootstrap.txt
	@touch $@

# The folder of the sources goes on the path by a relative line, so that nothing is built and a moved tree works.
.venv/bin/makeline: .venv/bin/uv
	@echo ../../../../src > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/makeline.pth"
	@printf '%s\n' '#!/bin/sh' \
		"'''exec' \"\$$(dirname -- \"\$$(readlink -f -- \"\$$0\")\")/python\" \"\$$0\" \"\$$@\"" "' '''" \
		'import gc' 'import sys' '' '# Nothing of what is imported is garbage: looking for some takes a quarter of the start.' \
		'gc.disable()' 'from makeline.main.cli import main' '' 'gc.freeze()' 'gc.enable()' 'sys.exit(main())' > $@
	@chmod +x $@

.venv/.core: requirements/core.txt .venv/bin/makeline
	@if [ -e .venv/.dev ]; then $(MAKE) --no-print-directory .venv/.dev; else \
		echo "Fetching the product's libraries"; \
		$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements/core.txt; fi
	@touch $@

.venv/.dev: requirements/dev.txt .venv/bin/makeline
	@echo "Fetching the libraries of tests, checks and benches"
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements/dev.txt
	@touch $@ .venv/.core

# What walks through our pages as people do. Without it those tests fail and say this line.
chromium:
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Chromium is missing: installing Debian's chromium"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
				|| echo "It could not be installed: the tests of pages will fail"; \
		else \
			echo "Chromium is missing, and the tests of pages will fail. As root: apt-get install chromium"; \
		fi; }

tracing: .venv/.core ## Fetch what traces need besides (OTLP_ENDPOINT)
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/observability.txt

# Judges our alert rules. Without it that test fails and says this line.
promtool:
	@command -v promtool >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			echo "promtool is missing: installing Debian's prometheus, of which nothing is started"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends prometheus \
				|| echo "It could not be installed: the test of alert rules will fail"; \
		else \
			echo "promtool is missing, and the test of alert rules will fail. As root: apt-get install prometheus"; \
		fi; }

# --- using --------------------------------------------------------------------------------------------------------

run: .venv/.core ## Serve the shop on PORT with its data in DATA_DIR; DEMO=1 buys one case, DEMO=parts orders one part, DEMO=shop buys on the web, then stops
	@exec $(BIN)/makeline run --port $(PORT) --data-dir "$(DATA_DIR)" \
		$(if $(HOST),--host "$(HOST)") $(if $(PUBLIC_URL),--public-url "$(PUBLIC_URL)") $(if $(filter parts shop,$(DEMO)),--demo-$(DEMO),$(if $(filter-out 0 no false,$(DEMO)),--demo))

seed: .venv/.core ## Put a believable shop into DATA_DIR
	@$(BIN)/makeline seed --data-dir "$(DATA_DIR)"

migrate: .venv/.core ## Bring the database in DATA_DIR to the present schema
	@$(BIN)/makeline migrate --data-dir "$(DATA_DIR)"

# --- proving ------------------------------------------------------------------------------------------------------

test: .venv/.dev chromium promtool ## Run the tests (ARGS="-k word" for some of them)
	@TMPDIR=$$(sh tests/scratch.sh) $(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

coverage: .venv/.dev chromium ## Run the tests and show which lines and branches they miss; words, states and prices may miss none
	@$(BIN)/coverage erase
	@TMPDIR=$$(sh tests/scratch.sh) $(BIN)/coverage run -m pytest -n 3 --dist worksteal $(ARGS)
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report --skip-empty
	@$(BIN)/coverage report --skip-empty --fail-under=100 \
		--include='src/makeline/kernel/*,src/makeline/parts/pricing/*,*/states.py'

check: .venv/.dev ## Style, types, floors, dead code, spelling and the rules of the house
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/ty check
	$(BIN)/lint-imports --no-logo
	$(BIN)/vulture
	$(BIN)/codespell
	$(BIN)/python -m pytest -q tests/house

# What reads the files of deploy/ checks them: nginx, Caddy and systemd of Debian; the rest comes from wheels.
deploy-check: .venv/.dev ## Hold the files of deploy/ against the validators of who will read them
	@for program in nginx:nginx-light caddy:caddy systemd-analyze:systemd openssl:openssl; do \
		command -v $${program%%:*} >/dev/null || test -x /usr/sbin/$${program%%:*} || missing="$$missing $${program#*:}"; done; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Validators are missing: installing Debian's$$missing"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
		else \
			echo "Validators are missing. As root: apt-get install$$missing"; exit 1; \
		fi; \
	fi
	@$(BIN)/python -m tools.deploy_check

faults: .venv/.dev ## The long fault programme: kill, cut, refuse, repeat; then ask the database
	@$(BIN)/python -m pytest --night -q --timeout 3600 $(PROGRAMME) $(ARGS)

fuzz: .venv/.dev ## Make up calls from the API description and hold the answers against it (FUZZ=20000 SEED=7)
	@$(BIN)/python -m pytest --night -q -rN --timeout 3600 tests/faults/test_described_api.py \
		--fuzz-cases $$(($(FUZZ) / 2)) $(if $(SEED),--fuzz-seed $(SEED)) $(ARGS)

fuzzfiles: .venv/.dev ## Feed our readers of CAD files what finds new ways through them, MINUTES for each reader
	@$(BIN)/python -m tools.fuzz_files --minutes $(MINUTES)

simulate: .venv/.dev ## Live thirty days in each of SEEDS towns where everything goes wrong (SEEDS=10000 SEED=7 DAYS=30 FIRST=0 IN=var/towns.jsonl)
	@nice -n 10 $(BIN)/python -m tools.simulate --seeds $(SEEDS) --days $(DAYS) --first $(FIRST) $(if $(SEED),--seed $(SEED)) $(if $(IN),--in $(IN)) $(ARGS)

mutants: .venv/.dev ## Alter money, prices and tables of states a little and count what the tests notice (ARGS="money --most 100")
	@TMPDIR=$$(sh tests/scratch.sh) $(BIN)/python -m tools.mutants --jobs 2 $(ARGS)

bench: .venv/.dev ## Measure against the limits of this machine, interleaved (CASES="B1 B3" ROUNDS=3 SECONDS=4)
	@command -v wrk >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			echo "The load generator wrk is missing: installing Debian's wrk"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq wrk; \
		else \
			echo "The load generator wrk is missing: our own is used. As root: apt-get install wrk"; \
		fi; }
	@$(BIN)/python -m bench $(CASES) --rounds $(ROUNDS) --seconds $(SECONDS) $(ARGS)

soak: .venv/.dev ## Kiosks, webstore, parts, staff and CRM at once for MINUTES, beside a shop that loses a process every minute; then ask
	@$(BIN)/python -m tools.soak $(MINUTES) $(if $(PAUSE),--pause $(PAUSE)) $(ARGS)

hosts: .venv/.dev ## As root: two hosts in network namespaces serve while links are cut, engines killed, a host frozen (ARGS="cut frozen")
	@$(BIN)/python -m tools.hosts $(ARGS)

pages: .venv/.dev ## What 200 screens and 200 pages of staff that stay open cost a server, and how soon they hear a change (ARGS="--postgres")
	@$(BIN)/python -m tools.open_pages $(ARGS)

growth: .venv/.dev ## Fill databases of 10³ to 10⁵ orders, do the same work on each, draw what it costs (ARGS="--engine postgresql --sizes 1000 1000000", or "--screens 10 10000")
	@$(BIN)/python -m tools.growth $(ARGS)

acceptance: .venv/.dev ## Hold the documents in DOCS against a fresh server: the partner's client, every documented call, every example
	@test -n "$(DOCS)" || { echo "Where are the documents? make acceptance DOCS=folder"; exit 2; }
	@$(BIN)/python -m tools.acceptance "$(DOCS)"

report: .venv/.dev ## Write docs/report.md and the figures of the README from what the long runs left in docs/report/records
	@$(BIN)/python -m tools.report

crm-live: .venv/.dev ## Hold what we rely on of a CRM against the portal in CRM_WEBHOOK_URL; safe to repeat
	@$(BIN)/python -m tools.crm_live

docs: .venv/.dev ## Draw the diagrams of docs/states and the contact sheet of styles from the code
	@$(BIN)/python tools/draw_states.py
	@VIPS_CONCURRENCY=1 $(BIN)/python tools/draw_styles.py

golden: .venv/.dev ## Draw the golden pictures of proofs and their sheets in docs/pictures anew, to be looked at
	@$(BIN)/python -m tools.draw_golden

faces: .venv/.dev chromium ## Walk through the pages in Chromium and draw the contact sheet of what they look like
	@$(BIN)/python -m tools.draw_faces

pictures: .venv/.dev chromium ## Walk through the pages and draw what the README shows of them, and the contact sheet (ARGS=folder of a walk)
	@$(BIN)/python -m tools.draw_pages $(ARGS)

lock: .venv/bin/uv ## Choose versions anew and write the lock files (hashes, no addresses)
	@for set in bootstrap core; do \
		$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
			requirements/$$set.in -o requirements/$$set.txt; done
	@for set in observability dev; do \
		$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
			-c requirements/core.txt requirements/$$set.in -o requirements/$$set.txt; done

clean: ## Remove .venv and the caches; data in DATA_DIR stays
	@rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov build
	@find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +
