# One vocabulary for everybody: README, CI and hands use these targets only.
# Looked up before ours comes first in PATH: a half-made .venv must not be asked to make itself.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell command -v python3)
endif
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PLANE_SOURCES := $(shell find sfu/plane benchmarks -name '*.pyx' -o -name '*.pxd' -o -name '*.h' 2>/dev/null)
PAGE_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/index.html web/vite.config.ts web/tsconfig.json)

# Tests that want the machine for themselves; all others run two at a time.
ALONE := browser or sdk or alone

.PHONY: demo test check bench bench-check fuzz setup lock types system-packages clean

demo: setup
	$(BIN)/zvonok demo

test: setup system-packages
	cd web && npm test
	$(BIN)/pytest -n 2 --dist worksteal -m "not ($(ALONE))" $(PYTEST_ARGS)
	$(BIN)/pytest -m "$(ALONE)" $(PYTEST_ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cython-lint sfu benchmarks
	cd web && npm run check

bench: setup system-packages
	$(BIN)/zvonok bench $(BENCH_ARGS)

# Fails when a part of the plane has become more than 15 % slower than benchmarks/plane/baseline.json says.
bench-check: setup
	$(BIN)/zvonok bench check

fuzz: setup
	$(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

setup: $(VENV)/.plane web/dist/index.html

$(VENV)/.installed: requirements.lock
	@# Debian keeps ensurepip in a package of its own and its pip from installing for users (PEP 668).
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check pip; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/.plane: $(VENV)/.installed setup.py pyproject.toml $(PLANE_SOURCES)
	$(BIN)/python setup.py --quiet build_ext --inplace --parallel 2
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

web/dist/index.html: web/node_modules/.installed $(PAGE_SOURCES)
	cd web && npm run build
	find web/dist -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.wasm' | xargs gzip --best --keep --force
	touch $@

# What the tests and benchmarks need of Debian: browsers, PostgreSQL, Janus as the peer to compare with.
system-packages:
	.ci/system-packages

# The page's types of the messages that Python declares; a test fails when they differ.
types: setup
	$(BIN)/python -m server.typescript > web/src/protocol/classroom.ts

lock:
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --extra dev --extra bench --strip-extras --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build web/node_modules web/dist
	find sfu benchmarks -name '*.so' -delete -o -name '*.c' -delete
