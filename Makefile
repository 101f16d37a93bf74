# One command a job. Every target does its own set-up; nothing is set up twice.
PYTHON ?= python3
VENV   ?= .venv
BUILD  ?= build
ANSWER ?= answers.py
OUT    ?= $(BUILD)/grades

# Where torch comes from. Unset, on Linux without an NVIDIA driver: PyTorch's small CPU builds, where they can be had;
# else pip's usual index, which on Linux has gigabytes of CUDA. `TORCH_INDEX=` asks for that.
INDEX := $(if $(filter undefined,$(origin TORCH_INDEX)),,--torch-index "$(TORCH_INDEX)")

RUN   := "$(VENV)/bin/python"
KIT   := TYPED=make $(RUN) -m compare
SPACE := $(subst ,, )
STAMP := $(subst $(SPACE),\ ,$(VENV))/.
CHECK := $(STAMP)check# three nested sizes of the environment: what checks and grades answers,
COMPARE := $(STAMP)compare# with torch and what draws,
TEST  := $(STAMP)test# with all the rest
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export RUFF_CACHE_DIR = $(BUILD)/ruff
export HYPOTHESIS_STORAGE_DIRECTORY = $(BUILD)/hypothesis

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help compare test answers check grade doctor page notebook jupyter speed lint lock dist clean
.PHONY: coverage mutants fuzz fresh

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

compare: $(COMPARE) ## compare hand-derived gradients, the engine, torch and the exact truth, lesson by lesson
	@$(KIT) --figures "$(BUILD)/figures"

test: $(TEST) ## run the tests
	@$(RUN) -m pytest --numprocesses auto --dist loadfile -o cache_dir="$(BUILD)/pytest"

answers: $(CHECK) ## write answers.py, a template with one function an exercise
	@$(KIT) new "$(ANSWER)"

check: $(CHECK) ## check your answers: make check ANSWER=answers.py
	@$(KIT) check "$(ANSWER)"

grade: $(CHECK) ## grade a folder or zip of answers: make grade SUBMISSIONS=folder OUT=grades
	@test -n "$(SUBMISSIONS)" || { echo 'which answers? make grade SUBMISSIONS=folder OUT=grades' >&2; exit 2; }
	@$(KIT) grade "$(SUBMISSIONS)" --out "$(OUT)"

doctor: $(CHECK) ## say what this machine can isolate, and what it lacks
	@$(KIT) doctor

page: $(COMPARE) ## write the lesson as one self-contained page: build/page/index.html
	@$(KIT) page --out "$(BUILD)/page"

notebook: $(COMPARE) ## write and run the lesson as a notebook: build/lesson.ipynb
	@$(KIT) notebook "$(BUILD)/lesson.ipynb"

jupyter: notebook ## open the notebook, where Jupyter is installed
	@"$(VENV)/bin/jupyter" lab --version > /dev/null 2>&1 || { \
	    echo 'JupyterLab is not there: install it with $(VENV)/bin/pip install jupyterlab' >&2; exit 2; }
	@"$(VENV)/bin/jupyter" lab "$(BUILD)/lesson.ipynb"

speed: $(COMPARE) ## measure manual against the engine, torch and their peers
	@$(KIT) speed --figures "$(BUILD)/figures"

lint: $(TEST) ## ruff and strict mypy
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy --cache-dir "$(BUILD)/mypy"

lock: $(CHECK) ## refresh requirements.lock: every package but torch and its CUDA, whose builds differ by platform
	@mkdir -p "$(BUILD)/lock"
	@$(RUN) -m pip install --quiet uv
	@echo 'torch==$(shell sed -n 's/^TORCH = "\(.*\)".*/\1/p' compare/version.py)' > "$(BUILD)/lock/pins"
	@$(RESOLVE) --upgrade --extra compare --extra notebook --extra test --extra dev > "$(BUILD)/lock/test"
	@cat "$(BUILD)/lock/test" >> "$(BUILD)/lock/pins"
	@$(RESOLVE) --extra compare --extra notebook > "$(BUILD)/lock/compare"
	@$(RESOLVE) > "$(BUILD)/lock/check"
	@cd "$(BUILD)/lock" && awk "$$BLOCKS" check compare test test > requirements
	@cp "$(BUILD)/lock/requirements" requirements.lock
	@awk '/^[a-z]/ { of = /^numpy==/ } of' requirements.lock > compare/grading/numpy.lock

RESOLVE = $(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
    --python-version 3.11 --constraint "$(BUILD)/lock/pins" pyproject.toml

# A package, as the largest resolution has it, stands in the block of the smallest that needs it.
define BLOCKS
FNR == 1 { file++ }
/^[a-z]/ { keep = file == 4 && !/^(torch==|nvidia-|cuda-|triton==)/
           if (!($$1 in block)) block[$$1] = file }
keep     { text[block[$$1 ~ /^[a-z]/ ? last = $$1 : last]] = text[block[last]] $$0 "\n" }
END      { print "# Written by `make lock`; installed with --require-hashes by install.py, which adds torch."
           printf "# check\n%s# compare\n%s# test\n%s", text[1], text[2], text[3] }
endef
export BLOCKS

dist: $(TEST) ## build this commit's sdist and wheel in build/dist, and run the wheel as installed
	@rm -rf "$(BUILD)/source" "$(BUILD)/dist" "$(BUILD)/installed" && mkdir -p "$(BUILD)/source" "$(BUILD)/dist"
	@git archive HEAD | tar -x -C "$(BUILD)/source"
	@python="$$(cd "$(VENV)/bin" && pwd)/python" && cd "$(BUILD)/source" && \
	    "$$python" -c 'from setuptools import build_meta; build_meta.build_sdist("../dist")' > ../sdist.log
	@$(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$(BUILD)/dist" "$(BUILD)"/dist/*.tar.gz
	@$(RUN) -m pip install --quiet --no-deps --target "$(BUILD)/installed" "$(BUILD)"/dist/*.whl
	@PYTHONSAFEPATH=1 PYTHONPATH="$(BUILD)/installed" $(RUN) -m compare > "$(BUILD)/installed.txt"
	@ls "$(BUILD)"/dist/*

fuzz: $(TEST) ## give every reader of foreign input 100,000 made-up inputs (a quarter of an hour)
	@$(RUN) -m tests.fuzz

coverage: export COVERAGE_FILE = $(BUILD)/coverage/data
coverage: $(TEST) ## run the tests, and fail where a branch of manual, truth, agreement, exercises or grading is not taken
	@rm -rf "$(BUILD)/coverage" && mkdir -p "$(BUILD)/coverage"
	@$(RUN) -m coverage run -m pytest --numprocesses auto --dist loadfile -o cache_dir="$(BUILD)/pytest"
	@$(RUN) -m coverage combine --quiet
	@$(RUN) -m coverage report

mutants: $(TEST) ## see that the tests notice small faults in the code: make mutants SAMPLE=200 (default: all of them)
	@$(RUN) -m tests.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(FILES)

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

# The machine is asked in one line what it lacks; a half-made environment is finished, a finished one is left alone. The
# stamp of a size is that of the smaller ones as well.
$(CHECK) $(COMPARE) $(TEST): requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	    echo 'Python 3.11 or newer is needed: install it, then name it, as in: make PYTHON=python3.12' >&2; exit 2; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || { \
	    echo '$(PYTHON) lacks its venv module: install it (Debian, Ubuntu: sudo apt install python3-venv)' >&2; exit 2; }
	@echo 'Setting up $(VENV) for `make $(firstword $(MAKECMDGOALS))`, this once; it may take a few minutes.'
	@"$(PYTHON)" install.py "$(VENV)" "$(lastword $(subst ., ,$@))" $(INDEX)
	@$(RUN) -c "$$FIND_US"
	@$(RUN) -c 'from compare.exercises.reference import prepared; prepared.of_bundled()'
