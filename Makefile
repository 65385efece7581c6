# Needs python3 (3.11 or newer) and make; everything else is installed into .venv from the lock.
#   make NOTEBOOKS="02 03"                                   some of the notebooks
#   make SCHEDULER=tcp://host:8786 full                      on the workers of a Dask cluster
#   make PARAMS="-p n_neurons 200 -p balance 0.3 --name mine"  all with other values, to results/mine/

PYTHON ?= python3
NOTEBOOKS ?=
PARAMS ?=
SCHEDULER ?=
ARGS ?=
QUICK ?=

# relative paths only, and programs by `python -m`: the folder's name may hold a blank
python := .venv/bin/python
build := $(python) -m regrnn_lib.build
override PARAMS += $(if $(SCHEDULER),-p scheduler "$(SCHEDULER)")
uv := $(python) -m uv pip

stop = { echo "make: $(1)" >&2; exit 1; }

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all smoke full book test verify bench lab explore environment lock clean clean-cache help

all: environment  ## environment, then all figures, tables and notebooks that are not up to date, and the book
	@$(build) $(NOTEBOOKS) $(PARAMS)

smoke: environment  ## every notebook at tiny size, in a few minutes, to results/smoke/
	@$(build) $(NOTEBOOKS) -f notebooks/profiles/smoke.yml $(PARAMS)

full: environment  ## fine grids and many networks, for hours, to results/full/
	@$(build) $(NOTEBOOKS) -f notebooks/profiles/full.yml $(PARAMS)

book: environment  ## the notebooks as a web site, results/book/index.html, as they are committed
	@$(build) book

test: environment  ## run the tests; ARGS="-k dale" for some of them
	@$(python) -m pytest $(ARGS)

verify: environment  ## everything anew, aside: the same numbers as recorded? QUICK=1 compares digests only
	@$(build) verify $(NOTEBOOKS) $(if $(QUICK),--quick)

bench: environment  ## measure speed, as ratios to other implementations, and memory
	@$(python) tests/bench.py $(ARGS)

clean-cache: environment  ## forget finished evaluations (.cache/evaluations.sqlite)
	@$(python) -m regrnn_lib.cache clear

lab: environment  ## open a copy of the notebooks in JupyterLab, on this machine only, with a token
	@$(build) lab
	@$(python) -m jupyterlab --ServerApp.ip=127.0.0.1 --ServerApp.root_dir=results/lab \
		--LabApp.default_url=/lab/tree/notebooks --MappingKernelManager.cull_interval=300 \
		--MappingKernelManager.cull_idle_timeout=3600 $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

explore: environment  ## serve the explorers as a page, on this machine only; ARGS="--port=8900"
	@$(python) -m regrnn_lib.explore $(ARGS)

environment: .venv/.made  ## install what requirements.lock names into .venv

# uv first, by pip, from the same lock: its entry ends at the first line without a backslash
.venv/.made: requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || $(call stop,$(PYTHON) is missing: install Python 3.11 or newer)
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		$(call stop,$(PYTHON) is older than Python 3.11: install a newer one (then: make PYTHON=python3.12))
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || \
		$(call stop,$(PYTHON) lacks the module venv or ensurepip: install it (Debian, Ubuntu: python3-venv))
	"$(PYTHON)" -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	$(uv) sync --python $(python) --quiet --require-hashes --compile-bytecode requirements.lock
	$(uv) install --python $(python) --quiet --no-deps --no-build-isolation -e .
	@$(python) -c 'from regrnn_lib import evaluate_all, regime, run_measures, weight_matrix; W = weight_matrix(2, 1.0); evaluate_all(W), regime(W), run_measures(W)'
	@touch $@

# one SciPy, so the same bits, for every Python from 3.11: newer ones leave that version out
constraint := scipy<1.18

lock: environment  ## pin the newest versions that pyproject.toml allows
	@echo "$(constraint)" > .venv/constraint.txt
	$(uv) compile --quiet --upgrade --universal --constraint .venv/constraint.txt --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --all-extras pyproject.toml -o requirements.lock

clean:  ## remove the environment and caches; figures, notebooks and results stay
	rm -rf .venv .cache build regrnn_lib.egg-info .pytest_cache .hypothesis
	find regrnn_lib tests -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile
	@sed -n 's/^#   //p' Makefile
