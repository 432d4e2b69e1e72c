# Every target works on a bare Debian 12 with python3, make and git: `setup` does the rest.
BIN := .venv/bin
SOURCES := core plugins contrib/tma-emoji/src contrib/tma-blender/src contrib/tma-clocks/src contrib/tma-vllm/src contrib/tma-lab-template/src benchmarks tools tests

.PHONY: help setup demo test lint types docs docs-check site contrib-check check bench clean

help:
	@echo "make demo           set up, then run the main job on the embedded assets"
	@echo "make test           set up, then run the tests (ARGS='-k emoji' passes options on)"
	@echo "make check          all that CI checks: test, lint, types, docs-check, site, contrib-check"
	@echo "make lint           ruff: rules and format"
	@echo "make types          mypy, strict"
	@echo "make docs           write the generated parts of docs/ again"
	@echo "make docs-check     are the generated parts of docs/ up to date?"
	@echo "make site           build the docs as a site, in build/site"
	@echo "make contrib-check  install the packages of contrib/ from wheels into a fresh environment"
	@echo "make bench          run benchmarks/ on the published annotations, some minutes"
	@echo "make clean          remove .venv, caches and build outputs"

setup:
	@tools/setup.sh

demo: setup
	@$(BIN)/tma demo $(ARGS)

test: setup
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy $(SOURCES)

docs: setup
	@$(BIN)/python tools/gen_docs.py

docs-check: setup
	@$(BIN)/python tools/gen_docs.py --check

site: setup
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --clean

contrib-check: setup
	@$(BIN)/python tools/check_contrib.py

check: test lint types docs-check site contrib-check

bench: setup
	@tools/bench.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist tma-demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
