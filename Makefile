# One command a job. Every target does its own set-up; nothing is set up twice.
PYTHON ?= python3
VENV   ?= .venv
BUILD  ?= build
ANSWER ?= answers.py
OUT    ?= $(BUILD)/grades

# Linux without an NVIDIA card: TORCH_INDEX=https://download.pytorch.org/whl/cpu spares gigabytes of CUDA.
TORCH_INDEX ?=

RUN   := "$(VENV)/bin/python"
SPACE := $(subst ,, )
READY := $(subst $(SPACE),\ ,$(VENV))/.installed
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export RUFF_CACHE_DIR = $(BUILD)/ruff
export HYPOTHESIS_STORAGE_DIRECTORY = $(BUILD)/hypothesis

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help compare test answers check grade doctor page notebook jupyter speed lint lock dist clean
.PHONY: coverage mutants fuzz fresh

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

compare: $(READY) ## compare hand-derived gradients, the engine, torch and the exact truth, lesson by lesson
	@$(RUN) -m compare --figures "$(BUILD)/figures"

test: $(READY) ## run the tests
	@$(RUN) -m pytest --numprocesses auto --dist loadfile -o cache_dir="$(BUILD)/pytest"

answers: $(READY) ## write answers.py, a template with one function an exercise
	@$(RUN) -m compare new "$(ANSWER)"

check: $(READY) ## check your answers: make check ANSWER=answers.py
	@$(RUN) -m compare check "$(ANSWER)"

grade: $(READY) ## grade a folder or zip of answers: make grade SUBMISSIONS=folder OUT=grades
	@test -n "$(SUBMISSIONS)" || { echo 'which answers? make grade SUBMISSIONS=folder OUT=grades' >&2; exit 2; }
	@$(RUN) -m compare grade "$(SUBMISSIONS)" --out "$(OUT)"

doctor: $(READY) ## say what this machine can isolate, and what it lacks
	@$(RUN) -m compare doctor

page: $(READY) ## write the lesson as one self-contained page: build/page/index.html
	@$(RUN) -m compare page --out "$(BUILD)/page"

notebook: $(READY) ## write and run the lesson as a notebook: build/lesson.ipynb
	@$(RUN) -m compare notebook "$(BUILD)/lesson.ipynb"

jupyter: notebook ## open the notebook, where Jupyter is installed
	@"$(VENV)/bin/jupyter" lab --version > /dev/null 2>&1 || { \
	    echo 'JupyterLab is not there: install it with $(VENV)/bin/pip install jupyterlab' >&2; exit 2; }
	@"$(VENV)/bin/jupyter" lab "$(BUILD)/lesson.ipynb"

speed: $(READY) ## measure manual against the engine, torch and their peers
	@$(RUN) -m compare speed --figures "$(BUILD)/figures"

lint: $(READY) ## ruff and strict mypy
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy --cache-dir "$(BUILD)/mypy"

lock: $(READY) ## refresh requirements.lock: every package but torch and its CUDA, whose builds differ by platform
	@mkdir -p "$(BUILD)"
	@$(RUN) -m pip install --quiet uv
	@$(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade \
	    --python-version 3.11 --extra test --extra dev pyproject.toml > "$(BUILD)/resolved.txt"
	@{ echo '# Written by `make lock`; installed with --require-hashes. Torch comes after it, from pyproject.toml.'; \
	   awk '/^[a-z]/ { keep = !/^(torch==|nvidia-|cuda-|triton==)/ } keep' "$(BUILD)/resolved.txt"; } > requirements.lock

dist: $(READY) ## build this commit's sdist and wheel in build/dist, and run the wheel as installed
	@rm -rf "$(BUILD)/source" "$(BUILD)/dist" "$(BUILD)/installed" && mkdir -p "$(BUILD)/source" "$(BUILD)/dist"
	@git archive HEAD | tar -x -C "$(BUILD)/source"
	@python="$$(cd "$(VENV)/bin" && pwd)/python" && cd "$(BUILD)/source" && \
	    "$$python" -c 'from setuptools import build_meta; build_meta.build_sdist("../dist")' > ../sdist.log
	@$(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$(BUILD)/dist" "$(BUILD)"/dist/*.tar.gz
	@$(RUN) -m pip install --quiet --no-deps --target "$(BUILD)/installed" "$(BUILD)"/dist/*.whl
	@PYTHONSAFEPATH=1 PYTHONPATH="$(BUILD)/installed" $(RUN) -m compare > "$(BUILD)/installed.txt"
	@ls "$(BUILD)"/dist/*

fuzz: $(READY) ## give every reader of foreign input 100,000 made-up inputs (a quarter of an hour)
	@PYTHONPATH=. $(RUN) tests/fuzz.py

coverage: export COVERAGE_FILE = $(BUILD)/coverage/data
coverage: $(READY) ## run the tests, and fail where a branch of manual, agreement, exercises or grading is not taken
	@rm -rf "$(BUILD)/coverage" && mkdir -p "$(BUILD)/coverage"
	@$(RUN) -m coverage run -m pytest --numprocesses auto --dist loadfile -o cache_dir="$(BUILD)/pytest"
	@$(RUN) -m coverage combine --quiet
	@$(RUN) -m coverage report

mutants: $(READY) ## see that the tests notice small faults in the code: make mutants SAMPLE=200 (default: all of them)
	@$(RUN) tests/mutants.py $(if $(SAMPLE),--sample $(SAMPLE)) $(FILES)

fresh: ## prove the README as a newcomer: clone, compare, test; without a network; with a read-only checkout
	@tests/fresh.sh "PYTHON=$(PYTHON)"

clean: ## delete what the other targets made
	rm -rf "$(BUILD)" "$(VENV)"
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# In any folder, a notebook that runs in this environment can say `from compare import check`.
define FIND_US
import os, pathlib, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "gradient-compare.pth").write_text(os.getcwd() + "\n")
endef
export FIND_US

# The machine is asked in one line what it lacks; a half-made environment is finished, a finished one is left alone.
$(READY): requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	    echo 'Python 3.11 or newer is needed: install it, then name it, as in: make PYTHON=python3.12' >&2; exit 2; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || { \
	    echo '$(PYTHON) lacks its venv module: install it (Debian, Ubuntu: sudo apt install python3-venv)' >&2; exit 2; }
	@echo 'Setting up $(VENV), this once; it takes a few minutes.'
	@test -x "$(VENV)/bin/pip" || "$(PYTHON)" -m venv "$(VENV)"
	@$(RUN) -m pip install --quiet --require-hashes --requirement requirements.lock
	@$(RUN) -m pip install --quiet $(if $(TORCH_INDEX),--index-url "$(TORCH_INDEX)") \
	    "$$(sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)"
	@$(RUN) -c "$$FIND_US"
	@touch "$@"
