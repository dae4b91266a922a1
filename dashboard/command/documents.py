"""What is written from code: docs/settings.md, docs/contract.md, half of docs/glossary.md, the palettes.

``python -m dashboard.command.documents`` writes them; with ``--check`` it only says whether they
are up to date (exit 1 when not).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path

from dashboard.command.licences import licences_document
from dashboard.settings.explained import as_toml, explain
from dashboard.settings.settings import Settings
from dashboard.settings.sources import FILE, FILE_VARIABLE
from dashboard.theme import PALETTE, WALL_PALETTE, palette_css
from queries.asked.periods import year_of
from queries.asked.view import View
from queries.check.shape import KIND_WORDS
from queries.check.words import NATIONAL
from queries.contract import CONTRACT, Table
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS
from queries.source.mapping import DAY_FIRST

FOLDER = Path(__file__).resolve().parents[2] / "docs"
GLOSSARY = "glossary.md"
_FROM_HERE = "<!-- From here on written from code by `python -m dashboard.command.documents`. -->"
_A_DAY = date(2026, 11, 21)
"""Of any year: the rules in force by default have no day."""
_WRITTEN = "<!-- Viết từ mã nguồn bằng `python -m dashboard.command.documents`; đừng sửa tay. -->"


def settings_document() -> str:
    """Give docs/settings.md: every setting, then a motcua.toml to start from."""
    rows = [
        (f"`{row.name}`", f"`{row.variable}`", row.default, row.allowed, row.help)
        for row in explain(Settings())
    ]
    return "\n".join([
        _WRITTEN, "", "# Cài đặt", "",
        "Thứ tự ưu tiên: dòng lệnh, rồi biến môi trường `MOTCUA_…`, rồi tệp "
        f"`{FILE}` trong thư mục chạy (hoặc tệp mà `{FILE_VARIABLE}` chỉ đến), rồi mặc định. "
        "Nguồn ưu tiên hơn thay thế trọn giá trị, kể cả danh sách và bảng tên. "
        "Giá trị rỗng nghĩa là không đặt.", "",
        "Tên cài đặt lạ, biến `MOTCUA_…` lạ hoặc giá trị sai đều là lỗi và chương trình không chạy. "
        "`python app.py settings` in giá trị đang dùng và nguồn của nó; mật khẩu luôn được che. "
        "Trong biến môi trường, danh sách ngày viết cách nhau bằng dấu phẩy; bảng tên và danh sách dòng viết "
        "bằng JSON.", "",
        *_table(("Tên", "Biến môi trường", "Mặc định", "Cho phép", "Ý nghĩa"), rows), "",
        f"## {FILE}", "",
        "Tệp này do `python app.py settings --toml` in ra.", "",
        "```toml", as_toml(Settings()).rstrip("\n"), "```", "",
    ])  # fmt: skip


def contract_document() -> str:
    """Give docs/contract.md: the tables, their columns and words, and how they are read."""
    lines = [
        _WRITTEN, "", "# Quy ước dữ liệu", "",
        "Quản trị cơ sở dữ liệu mở các bảng này dưới dạng view, trong schema bất kỳ; tên khác thì khai trong "
        "cài đặt `schema`, `[tables]`, `[columns.BẢNG]`; từ và số khác thì khai ở `[values.CỘT]`. Bảng theo "
        "dõi chỉ đọc và không cần dữ liệu cá nhân của công dân.", "",
        "Các bảng này cũng lấy được từ tệp Excel, CSV (`[[files]]`), riêng hay cùng cơ sở dữ liệu: xem "
        "[files.md](files.md).", "",
        "Cột **đậm** là bắt buộc. Mọi cột khác, và mọi bảng ngoài `units` và `dossiers`, có thể thiếu: phần "
        "dựa vào đó hiện “không có dữ liệu”, không bao giờ hiện 0. `motcua check` đọc thử toàn bộ nguồn và "
        "nói còn thiếu gì, dữ liệu nào lạ; `motcua refresh` đọc vào bản sao làm việc.", "",
    ]  # fmt: skip
    for table in CONTRACT.values():
        lines += _contract_table(table)
    return "\n".join([*lines, *_reading()])


def _reading() -> Iterable[str]:
    """Give how what is written at the source is read, and the one index it needs."""
    formats = ", ".join(f"`{one}`" for one in DAY_FIRST)
    codes = (
        (f"`{column}`", f"`{code}`", f"`{word}`") for column, words in NATIONAL.items()
        for code, word in words.items()
    )  # fmt: skip
    return [
        "## Đọc như thế nào", "",
        "Nguồn được đọc một lần vào bản sao làm việc, và mọi câu hỏi được trả lời ở đó. Khi đọc:", "",
        "- Chữ được bỏ khoảng trắng hai đầu và đổi về Unicode dựng sẵn (NFC); số, uuid và enum đọc thành "
        "chữ.",
        "- Mã đơn vị, thủ tục, công chức viết khác danh mục chỉ ở chữ hoa, chữ thường thì lấy mã của danh "
        "mục.",
        "- Thời điểm mang múi giờ được đổi về giờ địa phương (`time_zone`); thời điểm không kèm múi giờ đọc "
        "như đã ghi; `[zones]` khai múi giờ riêng của từng cột.",
        "- Ngày ở cột kiểu chữ: năm viết trước luôn đọc được; cách viết khác theo `date_formats`, mặc định "
        f"ngày trước ({formats}).",
        "- Ngày không có thật (0000-00-00, 30/02, infinity, ngoài `first_year`–`last_year`) là trống.",
        "- Khóa trùng: giữ dòng cập nhật sau cùng. Giữa các tệp (và cơ sở dữ liệu) cũng vậy khi dòng nào "
        "cũng có `updated_at`; nếu không thì giữ dòng của cơ sở dữ liệu, rồi của tệp mới hơn. Bảng không có "
        "khóa (`ratings`, `receptions`, `events`…): dòng giống hệt nhau ở hai tệp là một.",
        "- Dòng của tệp: đơn vị, thủ tục ghi bằng tên thì hiểu theo tên khi đúng một tên khớp; từ quen dùng "
        "(“Trực tiếp”, “Đã giải quyết”) hiểu theo bảng từ có sẵn. Không có mã hoặc ngày chính thì không "
        "dùng được. Không có bảng `units` thì đơn vị được suy ra từ hồ sơ. Điều nào cũng được nói ra.", "",
        "Những gì đã sửa hay bỏ được đếm theo bảng, cột, lý do; `motcua check` và trang /phuong-phap cho "
        "xem.", "",
        "Mã quốc gia, để khai ở `[values.state]` và `[values.channel]`:", "",
        *_table(("Cột", "Mã", "Nghĩa"), codes), "",
        "## Chỉ mục nên có", "",
        "Chỉ một: trên `updated_at` của bảng gốc, để chỉ đọc những gì thay đổi. Không cần chỉ mục nào "
        "khác.", "",
        "```sql", "CREATE INDEX dossiers_updated_at ON dossiers (updated_at);", "```", "",
    ]  # fmt: skip


def _contract_table(table: Table) -> Iterable[str]:
    needed = "bắt buộc" if table.required else "có thể thiếu"
    rows = [
        (
            f"**`{one.name}`**" if one.required else f"`{one.name}`",
            KIND_WORDS[one.kind] + (", khóa" if one.key else ""),
            one.meaning,
            ", ".join(f"`{word}`" for word in one.words),
        )
        for one in table.columns
    ]
    title = f"## `{table.name}`: {table.label} ({needed})"
    return [title, "", *_table(("Cột", "Kiểu", "Ý nghĩa", "Giá trị cho phép"), rows), ""]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(one.replace('|', chr(92) + '|') for one in cells)} |"

    return [line(head), f"|{'---|' * len(head)}", *(line(row) for row in rows)]


def glossary_document(folder: Path = FOLDER) -> str:
    """Give docs/glossary.md: the terms as they stand there, then every metric and flag."""
    file = folder / GLOSSARY
    terms = file.read_text("utf-8").partition(_FROM_HERE)[0].rstrip() if file.is_file() else ""
    metrics = (
        (f"`{one.id}`", one.name, one.definition, one.days, one.cited.history if one.cited else "")
        for one in METRICS.values()
    )
    view, parameters = View(year_of(_A_DAY), datetime.combine(_A_DAY, time())), Parameters()
    flags = (
        (
            f"`{one.id}`",
            one.name,
            one.level,
            one.scope,
            one.rule_text(view, parameters),
            "; ".join(each.history for each in one.cited),
        )
        for one in FLAGS.values()
    )
    return "\n".join([
        *([terms, ""] if terms else []), _FROM_HERE, "",
        "## Every metric", "", "As readers see it on /phuong-phap: `queries/definitions/metrics.py`.", "",
        *_table(("id", "name", "definition", "days", "source"), metrics), "",
        "## Every flag", "", "As readers see it, with default values: `queries/definitions/flags.py`.", "",
        *_table(("id", "name", "level", "scope", "rule", "source"), flags), "",
    ])  # fmt: skip


def documents(folder: Path = FOLDER) -> dict[str, str]:
    """Give every document written from code: file name, seen from docs/ → text."""
    return {
        "settings.md": settings_document(), "contract.md": contract_document(),
        GLOSSARY: glossary_document(folder), "dependencies.md": licences_document(),
        "../assets/palette.css": palette_css(PALETTE),
        "../assets/wall/palette.css": palette_css(WALL_PALETTE),
    }  # fmt: skip


def stale(folder: Path = FOLDER) -> list[str]:
    """Give the names of the documents that differ from what the code says."""
    return [
        name
        for name, text in documents(folder).items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text
    ]


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Write the documents, or with --check compare them; give the exit code."""
    old = stale(folder)
    if "--check" in arguments:
        for name in old:
            print(f"docs/{name} đã cũ; chạy: python -m dashboard.command.documents", file=sys.stderr)
        return 1 if old else 0
    for name in old:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(documents(folder)[name], "utf-8")
        print(f"Đã viết docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
