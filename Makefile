# Everything a person does here. Needs make and Python 3.11 or newer with venv; what else is
# needed comes from the locks. Paths are relative, so that the folder may have blanks in its name.
#
#   PYTHON=python3.12   another Python for a new .venv
#   PORT=8051           make run: another port
#   ARGS="-k check"     make test, check: more for pytest; make bench, accept, screenshots: more for them
#   ROWS=5000000        make bench: so many dossiers; ARGS="--only pages,counts": those parts alone

PYTHON ?= python3
UV ?= uv
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
LOCK := pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --quiet \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv dev sample run test check check-source check-tests audit soak fix bench accept screenshots lock record compare

help:
	@echo 'make run          chạy thử với quận mẫu tại 127.0.0.1:8050 (cổng khác: make run PORT=8051)'
	@echo 'make test         kiểm thử, không cần trình duyệt hay máy chủ nào'
	@echo 'make venv         chỉ cài đặt vào .venv'
	@echo 'make check        như CI: ruff, mypy, import-linter, tài liệu, mọi kiểm thử; không sửa gì'
	@echo 'make soak         chạy màn hình treo tường 2.000 lượt, ngắt máy chủ và cơ sở dữ liệu giữa chừng; mọi sự cố khi đang đọc nguồn lớn; quyền, mọi cách hỏi; đối chiếu nhiều ví dụ hơn'
	@echo 'make fix          sửa những gì ruff sửa được, viết lại tài liệu sinh từ mã nguồn'
	@echo 'make bench        đo tốc độ (ROWS=5000000: số hồ sơ; ARGS="--only pages,counts": từng phần)'
	@echo 'make accept       nghiệm thu trên số liệu thật đã công bố'
	@echo 'make screenshots  chụp lại docs/tong-quan.png'
	@echo 'make lock         khóa lại các thư viện (cần uv; ARGS=--upgrade để nâng phiên bản)'

venv: $(VENV)/installed

dev: $(VENV)/installed-dev

# setuptools is in the lock, so installing ourselves (for the command motcua) downloads nothing.
$(VENV)/installed: requirements.lock pyproject.toml scripts/fetch_plotly.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Cần Python 3.11 trở lên; "$(PYTHON)" không có hoặc cũ hơn. Ví dụ: make PYTHON=python3.12 venv' >&2; \
		exit 1; }
	@$(PY) -c 'import pip' 2>/dev/null || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'Không tạo được .venv. Trên Debian, Ubuntu: cài gói python3-venv rồi chạy lại.' >&2; exit 1; }
	@echo 'Đang cài các thư viện vào .venv (lần đầu mất vài phút)…'
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PY) scripts/fetch_plotly.py
	@$(PY) -m compileall -q app.py dashboard queries
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@echo 'Đang cài các thư viện để kiểm thử…'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

sample: venv
	@$(PY) app.py sample --if-stale

run: sample
	@$(PY) app.py serve $(if $(PORT),--port $(PORT))

test: dev
	$(PY) -m pytest -n 2 --dist loadfile -m 'not browser and not soak' $(ARGS)

# Where a browser or MariaDB is missing, MOTCUA_TEST_ALL makes their tests fail instead of being left out.
# What only reads the source goes on beside the browsers, which often wait. A part that fails fails the
# whole, after the other parts' last line.
check: dev
	@$(MAKE) --no-print-directory --keep-going --jobs=2 check-source check-tests

check-source: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(PY) -m dashboard.command.documents --check
	$(PY) -m mypy .
	$(PY) scripts/audit.py

check-tests: dev
	MOTCUA_TEST_ALL=1 $(PY) -m pytest -n 2 --dist loadfile -m 'browser and not soak' $(ARGS)
	MOTCUA_TEST_ALL=1 $(PY) -m pytest -n 2 --dist loadfile -m 'not browser and not soak' $(ARGS)

audit: dev
	$(PY) scripts/audit.py --must

soak: dev
	MOTCUA_TEST_ALL=1 $(PY) -m pytest -s -m soak $(ARGS)
	MOTCUA_TEST_ALL=1 HYPOTHESIS_PROFILE=length $(PY) -m pytest -m drawn $(ARGS)

fix: dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	$(PY) -m dashboard.command.documents

bench: dev
	$(PY) -m bench $(if $(ROWS),--rows $(ROWS)) $(ARGS)

accept: dev
	$(PY) -m acceptance $(ARGS)

screenshots: dev sample
	$(PY) scripts/screenshots.py $(ARGS)

lock:
	@command -v '$(UV)' >/dev/null || { echo 'Cần uv: pip install uv, hoặc make lock UV=đường/dẫn/uv' >&2; exit 1; }
	$(UV) $(LOCK) $(ARGS) --output-file requirements.lock pyproject.toml
	$(UV) $(LOCK) $(ARGS) --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

# Before a large change: make record; after each step of it: make compare.
record: dev
	$(PY) scripts/record_views.py record var/recorded

compare: dev
	$(PY) scripts/record_views.py compare var/recorded $(ARGS)
