.DEFAULT_GOAL := help
.PHONY: help setup run train demo-telegram demo-whatsapp lint check test

# Telemetry of the model server is off, whoever starts it.
export RASA_TELEMETRY_ENABLED := false

BOT := .venv/bot/bin
# The first Python from 3.11 on that really runs: a pyenv shim may be on PATH and stand for nothing.
PYTHON = $(or $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done), \
	$(error No Python 3.11 or later on PATH: install one with your system's packages, pyenv or uv))

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

setup: ## Make both Python environments, where missing or out of date
	@$(PYTHON) deploy/environments.py

run: setup ## Start everything: set up, migrate and train where needed; stop with Ctrl-C
	@exec $(BOT)/python -m bot run

train: setup ## Train the model, unless the one there fits the training data
	@exec $(BOT)/python -m bot train

demo-telegram: train ## Waai against a made-up Telegram, in the browser; needs no token; stop with Ctrl-C
	@exec $(BOT)/python -m tests.demo telegram

demo-whatsapp: train ## The same against a made-up WhatsApp
	@exec $(BOT)/python -m tests.demo whatsapp

lint: setup ## Lint, types and layers
	$(BOT)/ruff check .
	$(BOT)/ruff format --check .
	$(BOT)/mypy
	$(BOT)/lint-imports

check: lint ## The same and the fast tests, without a model or a browser
	$(BOT)/pytest -m "not slow and not long" -n 3

test: ## Everything: set up, train and lint side by side, then the whole test suite
	@$(PYTHON) deploy/environments.py --tests
	@$(MAKE) --no-print-directory --jobs=2 train lint
	$(BOT)/pytest -m "not slow" -n 3
	$(BOT)/pytest -m slow -n 2 --dist loadfile
