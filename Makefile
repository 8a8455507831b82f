# All commands for developers.  Each target installs its dependencies from uv.lock into this folder.

PYTHON ?= python3
ARCH ?= arm64
# Address and port of the local AWS.  Containers reach it only with BIND=0.0.0.0, except with Docker Desktop.
BIND ?= 127.0.0.1
PORT ?= 5555
SERVERS ?= ready=s-0123456789abcdef0
SEEDS ?= 1000
EXAMPLES ?= 2000
SECONDS ?= 60
PAGE ?= build/report.html
HOST_ARCH := $(if $(filter x86_64 amd64,$(shell uname -m)),x86_64,arm64)
UV_VERSION := 0.13.9
# The deployed function has no package metadata, from which it could read its version.
VERSION_FILE := functions/finalize_cutover/version.py

UV := .tools/bin/uv
UV_INSTALLED := $(wildcard .tools/uv-$(UV_VERSION))
# Tests run in two processes per processor, because many of them wait for the network.
TOGETHER := --numprocesses=$(shell expr 2 \* "$$(getconf _NPROCESSORS_ONLN)") --dist=worksteal --quiet
TESTS := tests/unit tests/template tests/contract tests/integration tests/simulation
# An environment is up to date if its stamp file is newer than the lock file.
DEV := .venv/.installed
SAM := .venv-sam/.installed
AWS := .venv-aws/.installed
CHECKOV := .venv-checkov/.installed
# The CDK runs on Node.js; without it, the tests of the example are skipped.
CDK := $(if $(shell command -v node),.venv-cdk/.installed)
SUPPLY := .venv-supply/.installed
# What the command line needs; `make bench` installs its wheel there.
CLI := .venv-cli/.installed
# Lambda's emulator runs on Linux only.
RUNTIME := $(if $(filter Linux,$(shell uname -s)),.venv-runtime/.installed)
# Without npm, the tests that need it are skipped.
NODE := $(if $(shell command -v npm),node_modules/.installed)

export BUILDER CHANGE OUTPUT PAGE REGION REQUESTED_BY SACRIFICE SOURCE_URL STACK WAIT_MINUTES YES
export UV_PYTHON_DOWNLOADS := never
# Trust the system's certificates, because a network can inspect TLS.
export UV_SYSTEM_CERTS ?= true
export SAM_CLI_TELEMETRY := 0
export CKV_SKIP_PACKAGE_UPDATE_CHECK := true
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Set up

.PHONY: install
install: $(DEV) ## Install the development environment into .venv

.tools/uv-$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; choose one: make PYTHON=python3.13 …")'
	@echo "Installing into .tools and .venv; the first time takes about a minute …"
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(DEV): pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	@# If this run has just installed uv, it has already printed a line.
	@$(if $(UV_INSTALLED),echo "Installing into .venv …")
	@$(UV) sync --quiet --frozen --python $(PYTHON)
	@touch $@

# aws-sam-cli, awscli and checkov have their own environments, because they pin other versions of boto3.
$(SAM): pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv-sam $(UV) sync --quiet --frozen --only-group sam --python $(PYTHON)
	@touch $@

$(AWS): pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv-aws $(UV) sync --quiet --frozen --only-group aws --python $(PYTHON)
	@touch $@

$(CHECKOV): pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv-checkov $(UV) sync --quiet --frozen --only-group checkov --python $(PYTHON)
	@touch $@

# 250 MB, which only the tests of one example need.
.venv-cdk/.installed: pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	@command -v node >/dev/null || { echo "The CDK needs Node.js: put node on the PATH." >&2; exit 1; }
	UV_PROJECT_ENVIRONMENT=.venv-cdk $(UV) sync --quiet --frozen --only-group cdk --python $(PYTHON)
	@touch $@

# The tools that a build needs in addition to SAM, without the development environment.
$(SUPPLY): pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv-supply $(UV) sync --quiet --frozen --only-group supply --python $(PYTHON)
	@touch $@

$(CLI): pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv-cli $(UV) sync --quiet --frozen --only-group cli --python $(PYTHON)
	@touch $@

# The Python version of the Lambda runtime, with Lambda's runtime interface client.
.venv-runtime/.installed: pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	python="$$(.tools/bin/python -m tools.layer.interpreter)" && UV_PROJECT_ENVIRONMENT=.venv-runtime \
		$(UV) sync --quiet --frozen --only-group runtime --compile-bytecode --python "$$python"
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Try it

.PHONY: demo
demo: $(DEV) ## Run a tour on this machine, without AWS
	@.venv/bin/python -m local.demo

.PHONY: local-aws
local-aws: $(DEV) ## Serve AWS, including MGN, on this machine (SERVERS=… BIND=127.0.0.1 PORT=5555)
	.venv/bin/python -m local --host $(BIND) --port $(PORT) $(addprefix --seed ,$(SERVERS))

.PHONY: try
try: $(DEV) ## The same with the application deployed in it; then run make preflight in another terminal
	@.venv/bin/python -m local.try_it --host $(BIND) --port $(PORT) $(addprefix --seed ,$(SERVERS))

.PHONY: preflight
preflight: $(DEV) ## Run a preflight of the application that make try has deployed
	@AWS_ENDPOINT_URL=http://127.0.0.1:$(PORT) PYTHONPATH=cli:functions .venv/bin/python -m local.command_line preflight

.PHONY: report
report: $(DEV) ## Create the report page for the change record, from results or evidence (RESULTS=…, CHANGE=, REQUESTED_BY=, PAGE=)
	@: $(or $(RESULTS),$(error RESULTS is required: make report RESULTS="answer.json folder-from-s3"))
	@# Values with special characters are passed safely through the environment.
	@PYTHONPATH=functions .venv/bin/python -m reporting $(RESULTS) \
		--output "$$PAGE" --change "$$CHANGE" --requested-by "$$REQUESTED_BY"

# Check

.PHONY: format
format: $(DEV) ## Format the code, and fix what the linter can fix
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format --quiet .

.PHONY: schemas
schemas: $(DEV) ## Generate the JSON Schemas from the types
	PYTHONPATH=functions .venv/bin/python -m schemas.generate

.PHONY: images
images: $(DEV) ## Generate the images of the documentation, with Chromium
	.venv/bin/python -m tests.template.dashboard_image
	@# With CI=true, a test that cannot run fails, so no outdated image is copied.
	CI=true .venv/bin/pytest --quiet \
		tests/e2e/test_report_page.py::test_its_top_is_a_small_image_for_the_documentation
	cp build/report-page/top.png docs/images/report-page.png

.PHONY: lint
lint: $(DEV) $(SAM) $(CHECKOV) ## Check style, types, templates and known weaknesses
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/bandit --quiet --configfile pyproject.toml --recursive bench cli examples functions local reporting schemas tools
	@# Not in .cfnlintrc, because SAM's cfn-lint reads that file too, and does not have these rules.
	.venv/bin/cfn-lint --append-rules cfn_lint_serverless.rules
	.venv-sam/bin/sam validate --lint
	.venv-checkov/bin/checkov

.PHONY: unit
unit: $(DEV) ## Run the unit tests
	.venv/bin/pytest $(TOGETHER) tests/unit

.PHONY: test
test: $(DEV) $(NODE) ## Run the unit, template, contract and integration tests, and a short simulation
	.venv/bin/pytest $(TOGETHER) -m "not slow" $(TESTS)

.PHONY: simulate
simulate: $(DEV) ## Run simulated histories (SEEDS=1000), or repeat one and print its events (SEED=123)
	@# Histories of automation are slower, and a thousand of them are enough.
	$(if $(SEED),SEED=$(SEED),SEEDS=$$(($(SEEDS) < 1000 ? $(SEEDS) : 1000))) .venv/bin/pytest tests/simulation/test_automation.py
	PYTHONPATH=functions .venv/bin/python -m tests.simulation --seeds $(SEEDS) $(addprefix --seed ,$(SEED))

.PHONY: mutants
mutants: $(DEV) ## Run the simulation against broken copies of the function; it must find each, and its seed is recorded
	.venv/bin/python -m tests.simulation.mutants --record

.PHONY: load
load: $(DEV) $(RUNTIME) ## Load the built artifact, with faults (REQUESTS=200 EVENTS=2000 SEED=1) and with throttling
	$(MAKE) build ARCH=$(HOST_ARCH)
	.venv/bin/python -m tests.load \
		$(addprefix --requests ,$(REQUESTS)) $(addprefix --events ,$(EVENTS)) $(addprefix --seed ,$(SEED))

.PHONY: fuzz
fuzz: $(DEV) ## Test malformed requests (EXAMPLES=2000 per test), and the decoders with atheris (SECONDS=60)
	EXAMPLES=$(EXAMPLES) .venv/bin/pytest tests/fuzz
	@if .venv/bin/python -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("atheris"))'; then \
		PYTHONPATH=functions .venv/bin/python -m tests.fuzz.decoders -max_total_time=$(SECONDS) -print_final_stats=1; \
	else echo "Skipping the decoders: atheris needs Linux on x86_64, and Python before 3.14."; fi

.PHONY: e2e
e2e: $(DEV) $(NODE) $(RUNTIME) $(CDK) ## Build for this machine, and run the end-to-end tests
	$(MAKE) build ARCH=$(HOST_ARCH)
	.venv/bin/pytest tests/e2e

.PHONY: check
check: lint test ## Run lint, test, the slow tests, and the local AWS, fuzz and load suites, as CI does
	.venv/bin/pytest $(TOGETHER) -m slow $(TESTS)
	.venv/bin/pytest $(TOGETHER) tests/local tests/fuzz tests/load

.PHONY: account-test
account-test: $(DEV) $(SAM) ## Try the application in a real account: docs/account-test.md (STACK=…, REGION=…, SACRIFICE=, OUTPUT=)
	@# Values with special characters are passed safely through the environment.
	@ARCH="$(ARCH)" PYTHONPATH=functions .venv/bin/python -m tests.account

.PHONY: bench
bench: $(DEV) $(RUNTIME) $(AWS) $(CLI) ## Measure, and compare with the targets
	$(MAKE) build peers dist ARCH=$(HOST_ARCH)
	@$(UV) pip install --quiet --no-deps --reinstall --python .venv-cli dist/mgn_finalize-*.whl
	.venv/bin/python -m bench

# Functions for the comparison of cold starts; plain `sam build` needs the runtime's Python on the PATH.
.PHONY: peers
peers: $(SAM) $(RUNTIME)
	PATH="$$(dirname "$$(.tools/bin/python -m tools.layer.interpreter)"):$$PATH" \
		.venv-sam/bin/sam build --template bench/peers/template.yaml --build-dir .aws-sam/peers \
		--parameter-overrides Architecture=$(ARCH)

# Ship

.PHONY: audit
audit: $(SUPPLY) ## Look for known vulnerabilities in the packages that are shipped (AUDIT=skip accepts no answer)
	@.venv-supply/bin/python -m tools.sbom.audit

.PHONY: build
build: $(SAM) $(SUPPLY) audit ## Build the artifact in .aws-sam/build and its bill of materials (ARCH=arm64)
	ARCH=$(ARCH) PATH="$(CURDIR)/.tools/bin:$$PATH" .venv-sam/bin/sam build
	@# The deployed template names the built architecture.
	@sed -i.bak 's/arm64/$(ARCH)/' .aws-sam/build/template.yaml && rm .aws-sam/build/template.yaml.bak
	@ARCH=$(ARCH) .venv-supply/bin/python -m tools.sbom.bill

.PHONY: dist
dist: $(SUPPLY) ## Write the wheel of the command line mgn-finalize to dist/
	@.venv-supply/bin/python -m tools.package.wheel

.PHONY: package
package: build ## Write the package to publish to dist/, from a commit (ARCH=arm64, SOURCE_URL=https://…, BUILDER=…)
	@ARCH=$(ARCH) .venv-supply/bin/python -m tools.package

.PHONY: lock
lock: .tools/uv-$(UV_VERSION) ## Update uv.lock, what is exported from it, and the version where else it is written
	$(UV) lock --python $(PYTHON)
	$(UV) export --quiet --frozen --no-dev --no-annotate --no-header --output-file layers/runtime/requirements.txt
	$(UV) export --quiet --frozen --only-group cdk --no-annotate --no-header --output-file examples/cdk/requirements.txt
	@version="$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" \
		&& sed -i.bak 's/\(SemanticVersion:\) [^ ]*/\1 '"$$version"'/' template.yaml \
		&& sed -i.bak 's/^VERSION = .*/VERSION = "'"$$version"'"/' $(VERSION_FILE) \
		&& rm template.yaml.bak $(VERSION_FILE).bak

.PHONY: clean
clean: ## Remove everything that was installed, built or cached
	rm -rf .tools .venv .venv-* node_modules .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
