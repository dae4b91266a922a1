"""The addresses of files to take along, under /tai/.

They take the words of the pages, by the same rules: what means nothing falls back to its default, and the
file says so on its sheet "Về số liệu".
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import flask

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import BARRED
from dashboard.formats import count_text
from dashboard.frame.failures import logged
from dashboard.issued.again import ASK_AGAIN
from dashboard.issued.found import sheet_of
from dashboard.issued.record import PAGE
from dashboard.issued.register import RegisterError
from dashboard.question.access import the_reader
from dashboard.question.audit import DOSSIERS, given, noted
from dashboard.question.errors import Unavailable
from dashboard.question.listing import NotListed, whole_size
from dashboard.question.question import Question, the_source
from dashboard.question.reported import last_quarter, this_year, unit_of, usual
from dashboard.sheets import about
from dashboard.sheets.district_report import write_meeting
from dashboard.sheets.files import BY_UNIT, LIST, TABLES, name_of, write_list, write_table
from dashboard.sheets.issuing import (
    DISTRICT,
    DOCX,
    FORM,
    REPORTS,
    SAMPLE,
    UNIT,
    XLSX,
    asked_again,
    issue,
)
from dashboard.sheets.long_lists import Jobs
from dashboard.sheets.slides import write_slides
from dashboard.sheets.workbook import FULL_SHEET
from queries.asked.view import View

ROOT = "/tai"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCUMENTS: Mapping[str, tuple[str, Callable[..., None]]] = {
    "giao-ban.docx": (DOCX, write_meeting),
    "giao-ban.pptx": (PPTX, write_slides),
}
"""File → its kind and what writes it."""
AT_ONCE = 10_000
"""So many dossiers are written while the reader waits; more by a process of their own."""
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def register(server: flask.Flask) -> None:
    """Add the routes."""
    server.add_url_rule(f"{ROOT}/{LIST}.xlsx", "tai_ho_so", _guarded(_list), methods=["GET", "POST"])
    server.add_url_rule(f"{ROOT}/{FORM}.xlsx", "tai_bieu_ii06a", _guarded(_form), methods=["GET"])
    server.add_url_rule(f"{ROOT}/{UNIT}.docx", "tai_phieu", _guarded(_unit), methods=["GET"])
    server.add_url_rule(
        f"{ROOT}/{DISTRICT}.docx", "tai_bao_cao", _guarded(lambda: _issued(DISTRICT, asked(REPORTS)[0])),
        methods=["GET"],
    )  # fmt: skip
    server.add_url_rule(f"{ROOT}{PAGE}/<number>", "tai_phieu_so", _guarded(_again), methods=["GET"])
    server.extensions[ASK_AGAIN] = asked_again
    for name, (mimetype, write) in DOCUMENTS.items():
        server.add_url_rule(f"{ROOT}/{name}", f"tai_{name}", _guarded(_document(name, mimetype, write)),
                            methods=["GET"])  # fmt: skip
    server.add_url_rule(f"{ROOT}/<what>.xlsx", "tai_bang", _guarded(_table), methods=["GET"])
    server.add_url_rule(f"{ROOT}/viec/<job_id>", "tai_viec", _guarded(_progress), methods=["GET"])
    server.add_url_rule(f"{ROOT}/viec/<job_id>/tep.xlsx", "tai_tep", _guarded(_file), methods=["GET"])
    server.add_url_rule(f"{ROOT}/viec/<job_id>/huy", "tai_huy", _guarded(_stop), methods=["POST"])


def _guarded(answer: Callable[..., Any]) -> Callable[..., Any]:
    def view(**parts: str) -> Any:
        try:
            return answer(**parts)
        except NotListed as error:
            return _told(str(error), error.status)
        except RegisterError as error:
            code = logged(error, flask.request.path)
            return _told(f"Chưa mở được sổ phiếu. Hãy báo người quản trị. Mã: {code}", 503)
        except Unavailable as error:
            return _told(f"{error.told} Mã: {logged(error, flask.request.path)}", 503)
        except Exception as error:
            return _told(f"Không tạo được tệp. Mã lỗi: {logged(error, flask.request.path)}", 500)

    return view


def _told(sentence: str, status: int) -> flask.Response:
    return flask.Response(f"{sentence}\n", status, mimetype="text/plain")


def _without_figures(view: View) -> flask.Response:
    """Say why there is nothing to take along: the period is to come, or not the reader's."""
    if view.is_barred:
        return _told(f"{BARRED}: không có số liệu để tải.", 403)
    return _told("Kỳ này chưa bắt đầu: chưa có số liệu để tải.", 409)


def asked(page: str) -> tuple[Question, str]:
    """Understand the address as the page of that path would; give the word ``theo`` beside it."""
    words = flask.request.args.to_dict(flat=False)
    by = words.pop("theo", [BY_UNIT])[0]
    return Question.asked(words, page), by


def absolute(question: Question, page: str) -> str:
    """Give the whole address that opens the same view on a page, next month too."""
    return _whole(question, question.link(page, absolute=True))


def _whole(question: Question, link: str) -> str:
    return question.source.settings.address_of(link, flask.request.host_url)


def _table(what: str) -> flask.Response:
    if what not in TABLES:
        return _told("Không có tệp này.", 404)
    page = f"/{what}"
    question, by = asked(page)
    if by not in TABLES[what]:
        return _told(f"theo phải là {', '.join(TABLES[what])}.", 400)
    if not question.view.has_started:
        return _without_figures(question.view)
    file = io.BytesIO()
    write_table(file, question, TABLES[what][by](question), address=absolute(question, page))
    return sent(file, name_of(question, what, by))


def _form() -> flask.Response:
    words = flask.request.args.to_dict(flat=False)
    question = Question.asked(words, REPORTS)
    if "ky" not in words:
        question = usual(question, last_quarter(question))
    return _issued(FORM, question)


def _unit() -> flask.Response:
    words = flask.request.args.to_dict(flat=False)
    asked = Question.asked(words, REPORTS)
    if asked.view.unit_code is None:
        return _told("Phiếu số liệu giám sát là của một đơn vị: thêm don_vi.", 400)
    return _issued(UNIT, unit_of(asked if "ky" in words else usual(asked, this_year(asked))))


def _issued(kind: str, question: Question) -> flask.Response:
    """Answer with a numbered sheet."""
    if not question.view.has_started:
        return _without_figures(question.view)
    made = issue(kind, question, who=the_reader().name, reached=flask.request.host_url)
    if kind in (UNIT, SAMPLE):
        noted(question, DOSSIERS, "file")
    return sent(io.BytesIO(made.file), made.name, made.mimetype)


def _again(number: str) -> flask.Response:
    """Answer with the file of a numbered sheet, as it was made."""
    found = sheet_of(number, the_source().settings, the_reader().rights)
    if found.kept is None:
        return _told(found.missing, found.status)
    if found.kept.broken:
        return _told(f"{found.kept.broken}: tệp không được giao.", 409)
    record = found.kept.record
    if record.has_dossiers:
        given(the_source().settings, the_reader(), DOSSIERS, "file", f"{PAGE}/{record.number}")
    return sent(io.BytesIO(found.kept.file), record.file_name, record.file_type)


def _document(name: str, mimetype: str, write: Callable[..., None]) -> Callable[[], flask.Response]:
    """Give what answers with a document of the view."""

    def document() -> flask.Response:
        question, _ = asked(REPORTS)
        if not question.view.has_started:
            return _without_figures(question.view)
        file, (what, _, ending) = io.BytesIO(), name.rpartition(".")
        write(file, question, address=absolute(question, REPORTS))
        return sent(file, about.file_name(question, what, ending), mimetype)

    return document


def _list() -> Any:
    question, _ = asked(f"/{LIST}")
    if not question.view.has_started:
        return _without_figures(question.view)
    address, name, file = absolute(question, f"/{LIST}"), name_of(question, LIST), io.BytesIO()
    if question.parsed.extras.sample_size is not None:
        return _issued(SAMPLE, question)
    total = whole_size(question)
    if total <= AT_ONCE:
        noted(question, DOSSIERS, "file")
        write_list(file, question, address=address)
        return sent(file, name)
    return _long_list(question, total, name, address)


def _long_list(question: Question, total: int, name: str, address: str) -> Any:
    """Ask first, and begin to write when the reader says so."""
    back = question.link(f"/{LIST}", absolute=True)
    action = flask.request.script_root + flask.request.full_path
    if flask.request.method == "GET":
        sheets = -(-total // FULL_SHEET)
        many = f", trên {sheets} trang tính" if sheets > 1 else ""
        least, most = max(1, round(total / 600_000)), max(2, round(total / 250_000))
        return _page(
            title=f"Tải {count_text(total)} hồ sơ", state="asked", action=action,
            text=f"Danh sách dài: {count_text(total)} hồ sơ trong một tệp Excel{many}. Tạo tệp mất khoảng "
            f"{least}–{most} phút; xem được tiến độ, hủy được bất cứ lúc nào.",
            back=back, written=0, total=total, refresh="", file="",
        )  # fmt: skip
    if not is_ours(flask.request):
        return _told("Yêu cầu không đến từ trang này.", 403)
    noted(question, DOSSIERS, "file")
    words = flask.request.args.to_dict(flat=False)
    words["den"] = [question.view.as_of.isoformat()]
    job = _jobs().begin(words, total=total, name=name, address=address, back=back)
    if job is None:
        return _told("Đang có nhiều tệp lớn được tạo. Hãy thử lại sau ít phút.", 503)
    return flask.redirect(f"{_here()}/viec/{job.id}", 303)


def is_ours(request: flask.Request) -> bool:
    """Say whether a browser sends this from a page of ours."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == request.host


def _here() -> str:
    """Give where the files are, under the path of a proxy too."""
    return flask.request.script_root + ROOT


def _jobs() -> Jobs:
    return Jobs(the_source().settings, the_reader())


_TITLES = {
    "running": "Đang tạo tệp Excel", "done": "Tệp Excel đã sẵn sàng", "stopped": "Đã hủy",
    "failed": "Không tạo được tệp",
}  # fmt: skip
_TEXTS = {
    "running": "Cứ để trang này mở; tệp tự tải về khi xong.",
    "done": "Tệp được giữ một giờ.",
    "stopped": "Tệp chưa xong đã được xóa.",
    "failed": "Việc tạo tệp dừng giữa chừng. Hãy thử lại; nếu vẫn lỗi, xem nhật ký của máy chủ.",
}  # fmt: skip


def _progress(job_id: str) -> flask.Response:
    job = _jobs().get(job_id)
    if job is None:
        return _told("Không còn tệp này. Hãy tải lại từ danh sách hồ sơ.", 404)
    here = f"{_here()}/viec/{job.id}"
    file = f"{here}/tep.xlsx" if job.state == "done" else ""
    refresh = f"1;url={here}" if job.is_running else f"0;url={file}" if file else ""
    return _page(
        title=_TITLES[job.state], state=job.state, action=f"{here}/huy", text=_TEXTS[job.state],
        back=job.back, written=job.written, total=job.total, refresh=refresh, file=file,
    )  # fmt: skip


def _file(job_id: str) -> flask.Response:
    jobs = _jobs()
    job, path = jobs.get(job_id), jobs.file(job_id)
    if job is None or path is None:
        return _told("Không còn tệp này. Hãy tải lại từ danh sách hồ sơ.", 404)
    answer = flask.send_file(path.resolve(), XLSX, as_attachment=True, download_name=job.name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stop(job_id: str) -> Any:
    if not is_ours(flask.request):
        return _told("Yêu cầu không đến từ trang này.", 403)
    _jobs().stop(job_id)
    return flask.redirect(f"{_here()}/viec/{job_id}", 303)


def _page(**told: Any) -> flask.Response:
    answer = flask.Response(
        markup("long_list.html", root=flask.request.script_root, **told), mimetype="text/html"
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sent(file: io.BytesIO, name: str, mimetype: str = XLSX) -> flask.Response:
    """Give a file to the reader."""
    file.seek(0)
    answer = flask.send_file(file, mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
