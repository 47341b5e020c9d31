# Needs make, a shell, and Python 3.11 or later with pip. Everything else is installed into .venv.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ifeq ($(OS),Windows_NT)
export BIN := .venv/Scripts
else
export BIN := .venv/bin
endif
export PORT ?= 5000
FLASK := $(BIN)/python -m flask --app wsgi

.PHONY: help env demo run test lint format bench verifier screenshots lock clean

help: ## 列出各项命令 List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

env: ## 建立开发环境 .venv Make .venv for development
	@tools/environment dev

demo: ## 演示：数据库、示例品牌、标签，然后开放网页 Database, demo brands, labels, then serve (SERVE=0: do not serve)
	@tools/environment run
	@$(FLASK) db upgrade
	@$(FLASK) demo load
	@if [ "$(SERVE)" != 0 ]; then exec tools/serve; fi

run: ## 开发服务器，自动重载 Development server with reloading
	@tools/environment run
	@$(FLASK) db upgrade
	@$(FLASK) run --debug --host 127.0.0.1 --port $(PORT)

test: ## 全部检查和测试 Every check and test, both databases, browser (ARGS="…" go to pytest)
	@tools/environment dev
	@tools/system_packages
	@tools/check test

lint: ## 静态检查 ruff, mypy, import contracts
	@tools/environment dev
	@tools/check lint

format: ## 整理代码格式 Format the code and mend what ruff can mend
	@tools/environment dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: ## 性能测量表 The measured table and bench/results.json
	@tools/environment dev
	@$(BIN)/python -m bench

verifier: ## 证据包核验程序，单个文件 build/verify.pyz The bundle verifier as one file
	@tools/environment run
	@$(BIN)/python tools/verify_pyz.py

screenshots: ## 各页面截图 Pages at phone and desktop width, into screenshots/
	@tools/environment dev
	@tools/system_packages
	@$(BIN)/python -m pytest -m browser tests/browser

lock: ## 重新锁定依赖 Compile requirements*.in into requirements*.txt
	@tools/environment run
	@tools/lock

clean: ## 删除缓存和生成物，保留 .venv 与 instance Remove caches and build output, keep .venv and instance
	@rm -rf build screenshots bench/out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
