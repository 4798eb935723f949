# Owns: the words a developer types. Each calls one script; `make` alone lists them.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run demo dev build test torture check bench size setup clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build what ships and serve it on http://127.0.0.1:3000
	@scripts/run

demo: ## the same, with sample people and rooms, in data/demo
	@scripts/run --demo --data-dir data/demo

dev: ## serve a debug build that rebuilds and reloads as files change
	@scripts/setup build && . scripts/env && cargo leptos watch

build: ## leave the release binary, site inside, at target/release/rill
	@scripts/build && scripts/size

test: ## run all tests, on this machine and in a browser
	@scripts/test

torture: ## the server under faults, for long; SEED=1 MINUTES=10 FAULTS=f1,f16
	@scripts/torture $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(FAULTS),--faults $(FAULTS))

check: ## format, lints and docs of both sides, warnings denied
	@scripts/check

bench: ## measure everything, beside its peers, in twelve minutes; a part: make bench ARGS="fanout pages"
	@scripts/bench $(ARGS)

size: ## weigh what the last release build makes a browser download
	@scripts/size

setup: ## install what building, testing and checking need
	@scripts/setup all

clean: ## remove everything built; installed tools stay
	rm -rf target end2end/test-results end2end/playwright-report
