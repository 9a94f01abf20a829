# Everything runs in .venv, made on first use. HEURGEN_DEBUG=1 makes a debug build of the core.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(wildcard src_cython/heurgen/core/*.p* src_cython/heurgen/core/*.hpp src_cython/heurgen/*.pyx) setup.py pyproject.toml
# The demo keeps what it learns inside the checkout.
DEMO_HOME := $(CURDIR)/.demo

.PHONY: demo test lint bench clean

demo: .installed
	@HEURGEN_HOME=$(DEMO_HOME) PATH=$(CURDIR)/$(BIN):$$PATH sh tools/demo.sh

test: .installed-test
	$(BIN)/python -m pytest -n auto tests

lint: .installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .installed-test
	$(BIN)/python -m pytest tests/bench --override-ini addopts= --benchmark-columns=median,min,rounds

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

.installed: $(BIN)/python $(SOURCES)
	$(BIN)/python -m pip install --quiet -e .
	touch $@

.installed-test: $(BIN)/python $(SOURCES)
	$(BIN)/python -m pip install --quiet -e .[test]
	touch .installed $@

clean:
	rm -rf $(VENV) .installed .installed-test .demo build *.egg-info heurgen/core/*.so heurgen/*.so
	rm -f src_cython/heurgen/*.cpp src_cython/heurgen/core/*.cpp src_cython/heurgen/*.html src_cython/heurgen/core/*.html
