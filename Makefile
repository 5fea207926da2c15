# Everything by one word: each target brings the machine and .venv to what it needs, then does its work.
# ARGS goes to the command: make test ARGS="-k amounts", make constraints ARGS=--upgrade
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help site check serve test lint mutate bench fuzz verapdf constraints clean site-ready test-ready
PYTHON := .venv/bin/python

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' Makefile | awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'

site: site-ready ## check the records and build the site into output/
	@$(PYTHON) build.py $(ARGS)

check: site-ready ## only check the records
	@$(PYTHON) build.py check $(ARGS)

serve: site-ready ## show the site at an address of this machine
	@$(PYTHON) build.py serve $(ARGS)

test: test-ready ## run the linter, the type checker and all tests
	@scripts/test.sh $(ARGS)

lint: test-ready ## run the linter and the type checker
	@$(PYTHON) -m ruff check . && $(PYTHON) -m mypy

mutate: test-ready ## put bugs in one by one and show those no unit test sees: ARGS='gongkai.amounts*'
	@.venv/bin/mutmut run $(ARGS)

bench: test-ready ## measure speed and compare with others
	@$(PYTHON) -m benchmarks $(ARGS)

fuzz: test-ready ## look for input that breaks a reader: ARGS="richtext html --seconds 600"
	@PYTHONPATH=$(CURDIR)/tests:$(CURDIR) $(PYTHON) -m fuzz $(ARGS)

verapdf: test-ready ## hold PDFs against PDF/A-3a and PDF/UA-1: ARGS="FOLDER FILE.pdf", or all of output/
	@$(PYTHON) tests/verapdf $(or $(ARGS),output)

constraints: ## write constraints*.txt anew from pyproject.toml
	@scripts/constraints.sh $(ARGS)

clean: ## remove the site, .venv and caches (pip keeps its downloads)
	find output -mindepth 1 ! -path output/.gitignore -delete
	rm -rf .venv mutants .output.gongkai .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build gongkai.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

site-ready:
	@scripts/packages.sh site && scripts/venv.sh base

test-ready:
	@scripts/packages.sh test && scripts/venv.sh dev
