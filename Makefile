# Two commands on a machine with Python 3.11+ (venv), make and bash: `make demo` and `make test`. Each sets up what it needs first.
SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PYTHONUTF8 := 1
# Without bytecode every process of the stack compiles all it runs on at each start.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN  := $(VENV)/bin
PY   := $(BIN)/python
ARGS ?=
# Processes that share all the tests; a part of them (ARGS) is done by one.
AT_ONCE := 2

help: ## 列出命令 list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(VENV)/.run ## 演示：真实办件走完全程 real cases live their whole lives
	@$(BIN)/bancheng demo $(ARGS)

up: $(VENV)/.run ## 启动并保持运行 run the stack until Ctrl-C (ARGS="--api-port 18001")
	@$(BIN)/bancheng up $(ARGS)

test: $(VENV)/.dev ## 全部测试 every test (ARGS="tests/unit -k clock")
	@$(PY) -m pytest $(if $(ARGS),$(ARGS),-n $(AT_ONCE))

check: $(VENV)/.dev ## 静态检查与测试 lint, types, import contracts, tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PY) -m pytest -n $(AT_ONCE)

features: $(VENV)/.dev ## 功能与证明它的测试 every feature with the tests that prove it
	@$(PY) -m cli.features $(ARGS)

bench: $(VENV)/.dev ## 性能测量 measure (bench/)
	@$(PY) -m bench $(ARGS)

lock: $(VENV)/.dev ## 更新锁定文件 renew the locks (UPGRADE=--upgrade); they name no index
	@for set in requirements requirements-dev; do \
	  $(BIN)/uv pip compile $$set.in --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    --python-version 3.11 --quiet $(UPGRADE) -o $$set.lock; done

clean: ## 删除环境与缓存，保留 .bancheng 中的数据 remove environment and caches; keep the data in .bancheng
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build

# A stamp newer than its lock means installed. An environment that was cut short has no .made, one that was moved names another
# folder, one whose Python has gone does not start: each is made anew.
ifneq ($(shell cat $(VENV)/.made 2>/dev/null && $(PY) -c '' 2>/dev/null && echo sound),$(CURDIR) sound)
_ := $(shell rm -f $(VENV)/.made $(VENV)/.run $(VENV)/.dev)
endif

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.made
	@echo '▸ 安装运行所需的软件包 installing what it runs on' >&2
	@$(PY) -I .ci/install.py $<
	@$(PY) -m pip --disable-pip-version-check -qq install --no-index --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.made
	@echo '▸ 安装测试所需的软件包 installing what the tests need' >&2
	@$(PY) -I .ci/install.py $<
	@$(PY) -m pip --disable-pip-version-check -qq install --no-index --no-build-isolation --no-deps -e .
	@touch $@ $(VENV)/.run

$(VENV)/.made:
	@echo '▸ 创建 Python 环境 making the Python environment' >&2
	@bash .ci/venv $(VENV)
	@echo '$(CURDIR)' > $@

.PHONY: help demo up test check features bench lock clean
