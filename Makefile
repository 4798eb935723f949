# The commands of a developer. Each target calls one script; `make` alone lists them.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run demo dev build test torture check bench size setup clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build the release and serve it on http://127.0.0.1:3000
	@scripts/run

demo: ## the same with sample people and rooms, in data/demo
	@scripts/run --demo --data-dir data/demo

dev: ## serve a debug build that rebuilds and reloads when files change
	@scripts/setup build && . scripts/env && RILL_ENTRY=$${RILL_ENTRY:-open} cargo leptos watch

build: ## make the release binary with the site inside: target/release/rill
	@scripts/build && scripts/size

test: ## run all tests: unit tests, the server, a browser
	@scripts/test

torture: ## test the server under faults; SEED=1 MINUTES=10 FAULTS=f1,f16
	@scripts/torture $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(FAULTS),--faults $(FAULTS))

check: ## check format, lints, docs, layers and scripts
	@scripts/check

bench: ## measure everything in twelve minutes, beside its peers; a part: make bench ARGS="fanout pages"
	@scripts/bench $(ARGS)

size: ## print the download size of the last release build, and the code by feature
	@scripts/size

setup: ## install everything for building, testing and checking
	@scripts/setup all

clean: ## remove everything built; installed tools stay
	rm -rf target end2end/test-results end2end/playwright-report
