# make demo, make test: a newcomer needs no other word. make check: what must hold before a commit.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test check format fuzz api-cases vocabularies clean

demo: $(STAMP)
	$(BIN)/vindplaats demo

test: $(STAMP)
	sh tests/prepare.sh
	$(BIN)/pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# every reader on inputs that nobody thought of, FUZZ_SECONDS each (60); finds are in var/fuzz
fuzz: $(STAMP)
	-$(BIN)/python -m pip install --quiet --only-binary atheris -c constraints.txt --group fuzz
	$(BIN)/python tests/fuzz

# the API asked 20,000 times what its description allows and what it does not, by a stranger: six minutes on two processors
api-cases: $(STAMP)
	VINDPLAATS_API_EXAMPLES=1000 $(BIN)/pytest tests/webapp/test_api_schemathesis.py -q -s

# one JSON of all vocabularies, made from their sources in schemas/
vocabularies: $(STAMP)
	$(BIN)/python -m catalog.vocabulary

# lists of words in schemas/words; of Dutch from OpenTaal's, where Debian's package wdutch puts it
words: $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt --group words
	$(BIN)/python -m catalog.index.words.making

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vindplaats needs Python 3.11 or later; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1" -c constraints.txt
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev -e .
	touch $@

clean:
	rm -rf $(VENV) var build dist .pytest_cache .mypy_cache .ruff_cache
