# Three commands: `make demo`, `make docs` and `make test`. Each makes its own environment when it is missing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Twenty processes load our modules in one run; where this is set, each of them would translate all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test docs lint types smoke sample unit coverage mutants fuzz oldest wheel format clean

demo: $(VENV)/.installed
	$(BIN)/siting demo --out out/demo

# Two at a time, installing too; what ends first makes room for the next. Each but `unit` keeps one core busy.
test:
	$(MAKE) --jobs=2 lint types smoke sample unit

lint: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/vulture
	$(BIN)/vulture siting benchmarks scripts tests

types: $(VENV)/.installed
	$(BIN)/mypy

unit: $(VENV)/.installed
	$(BIN)/python -m pytest -n 3 --dist worksteal $(TRACED)

coverage:
	$(MAKE) unit TRACED=--cov

# One mutant of sixty, from the first: a minute.
sample: $(VENV)/.installed
	$(BIN)/python -m tests.mutants --every 60

mutants: $(VENV)/.installed
	$(BIN)/python -m tests.mutants $(ROOMS)

smoke: $(VENV)/.installed
	$(BIN)/python -m benchmarks --quick

docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs]"
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo out/site/index.html

fuzz: $(VENV)/.installed
	$(BIN)/python -m tests.fuzz --cases $(or $(CASES),1000000)

# The lower bounds of pyproject.toml as they stand: what a fresh install on an old machine may bring.
oldest:
	mkdir -p out
	sed -n 's/^    "\(.*\)>=\(.*\)",$$/\1==\2.*/p' pyproject.toml > out/oldest.txt
	$(PYTHON) -m venv --clear out/oldest
	out/oldest/bin/python -m pip install --quiet --constraint out/oldest.txt --editable ".[dev]"
	out/oldest/bin/python -m pytest -n 2 --dist worksteal -W default \
		-W "ignore:Conversion of an array:DeprecationWarning" $(TESTS)

# The package as others get it: the wheel in an environment of its own, and beside it all of the tree but the sources.
wheel:
	rm -rf out/wheel && mkdir -p out/wheel
	$(PYTHON) -m venv out/wheel/venv
	out/wheel/venv/bin/python -m pip wheel --quiet --no-deps --wheel-dir out/wheel .
	out/wheel/venv/bin/python -m pip install --quiet --constraint constraints.txt "$$(echo out/wheel/*.whl)[dev]"
	git archive HEAD | tar -x -C out/wheel --exclude='siting'
	cd out/wheel && SITING_REAL_DATA=$(or $(SITING_REAL_DATA),$(CURDIR)/../shared/data/real) venv/bin/python -m pytest \
		-n 2 --dist worksteal --ignore tests/test_architecture.py --ignore tests/mutants \
		--deselect tests/synthetic/test_making.py::test_demo_folder_is_the_checkout $(or $(TESTS),--pyargs tests siting)

format: $(VENV)/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/.installed: $(VENV)/.packages $(VENV)/.programs
	touch $@

$(VENV)/.packages: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

$(VENV)/.programs:
	command -v chromium >/dev/null || apt-get install --yes --quiet chromium || \
		echo "No Chromium, so the tests of the map in a browser are skipped. On Debian: apt-get install chromium"
	ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || \
		apt-get install --yes --quiet --no-install-recommends postgresql postgresql-postgis || \
		echo "No PostGIS, so its tests are skipped. On Debian: apt-get install postgresql postgresql-postgis"
	mkdir -p $(VENV)
	touch $@

clean:
	rm -rf $(VENV) out
