"""Workbooks of Excel since 2007 (.xlsx, .xlsm), streamed: no sheet is ever held in memory.

Of the readers there are, those that are fast hold a sheet whole and do not tell a number's format, and those
that stream take several times as long (measured; DECISIONS.md). What is read here is little: the list of
sheets, the shared texts, which formats are days or zeros, and the cells.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files.disk import opened
from queries.source.files.formats import PLAIN, Shown, is_rounded, moment_of, number_text, shown_as
from queries.source.files.sheet import Cell, Loss, Losses, Row, Sheet

LARGEST = 4 << 30
"""A sheet of a million rows and forty columns takes up to so many bytes once unpacked."""
LARGEST_TEXTS = 1 << 30
_SUSPECT = 64 << 20
_DENSEST = 300
"""Real sheets become ten to fifty times smaller by packing; what is packed more is no sheet."""
_BLOCK = 1 << 18
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_COLUMN = 16_384


def sheets_of(path: Path) -> list[Sheet]:
    """Give the worksheets of a workbook in their order. Raises SourceUnavailable, SourceBroken."""
    with _unpacked(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.bin" in names:
            raise SourceBroken(f"Tệp «{path.name}» là .xlsb; mở bằng Excel rồi lưu lại thành .xlsx.")
        book = _find_book(archive, path)
        described = _described(archive, book, path)
    sheets = []
    for number, one in enumerate(described.sheets, 1):
        if one.place in names:
            sheets.append(Sheet(path, one.name, number, _reader(path, one.place, described), one.is_hidden))
    if not sheets:
        raise SourceBroken(f"Tệp «{path.name}» không có trang tính nào; xuất lại từ hệ thống.")
    return sheets


@dataclass(frozen=True)
class _Listed:
    name: str
    place: str
    is_hidden: bool


@dataclass(frozen=True)
class _Described:
    """What a workbook says of itself: its sheets, where shared texts lie, what its styles show."""

    sheets: tuple[_Listed, ...]
    texts: str | None
    shown: tuple[Shown, ...]
    since_1904: bool


@contextmanager
def _unpacked(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a workbook's archive; what fails in it is told."""
    try:
        with opened(path) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceUnavailable(
            f"Tệp «{path.name}» chưa trọn vẹn: có thể đang chép dở hoặc bị cắt khi tải; chép hoặc tải lại tệp."
        ) from error
    except expat.ExpatError as error:
        raise SourceBroken(
            f"Tệp «{path.name}» hỏng bên trong; mở bằng Excel (Excel sẽ sửa) rồi lưu lại, hoặc xuất lại."
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceBroken(
            f"Tệp «{path.name}» nén hoặc khóa theo cách không đọc được; mở bằng Excel rồi lưu lại thành .xlsx, "
            "không đặt mật khẩu."
        ) from error


# what a workbook says of itself


def _find_book(archive: zipfile.ZipFile, path: Path) -> str:
    for target in _related(archive, "", path).values():
        if target.kind == "officeDocument":
            return target.place
    raise SourceBroken(
        f"Tệp «{path.name}» không phải sổ tính Excel (.xlsx); xuất lại từ hệ thống ra Excel hoặc CSV."
    )


@dataclass(frozen=True)
class _Target:
    kind: str
    place: str


def _related(archive: zipfile.ZipFile, place: str, path: Path) -> dict[str, _Target]:
    """Give what a part of the archive refers to, by id."""
    folder, name = posixpath.split(place)
    described = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, _Target] = {}

    def start(tag: str, given: Mapping[str, str]) -> None:
        if tag == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[given.get("Id", "")] = _Target(
                given.get("Type", "").rpartition("/")[2], posixpath.normpath(whole)
            )

    if described in archive.namelist():
        _parse(archive, described, path, start)
    return found


def _described(archive: zipfile.ZipFile, book: str, path: Path) -> _Described:
    related = _related(archive, book, path)
    listed: list[_Listed] = []
    since_1904 = False

    def start(tag: str, given: Mapping[str, str]) -> None:
        nonlocal since_1904
        if tag == "workbookPr":
            since_1904 = given.get("date1904") in ("1", "true")
        elif tag == "sheet":
            identity = next((value for name, value in given.items() if name.endswith(":id")), "")
            target = related.get(identity)
            if target is not None and target.kind == "worksheet":
                is_hidden = given.get("state", "visible") != "visible"
                listed.append(_Listed(given.get("name", ""), target.place, is_hidden))

    _parse(archive, book, path, start)
    by_kind = {one.kind: one.place for one in related.values()}
    names = set(archive.namelist())
    texts = by_kind.get("sharedStrings")
    styles = by_kind.get("styles")
    shown = _shown(archive, styles, path) if styles in names and styles is not None else ()
    return _Described(tuple(listed), texts if texts in names else None, shown, since_1904)


def _shown(archive: zipfile.ZipFile, place: str, path: Path) -> tuple[Shown, ...]:
    """Give what each cell style makes of a number."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    is_of_cells = False

    def start(tag: str, given: Mapping[str, str]) -> None:
        nonlocal is_of_cells
        if tag == "numFmt":
            codes[int(given.get("numFmtId", 0))] = given.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs"):
            is_of_cells = tag == "cellXfs"
        elif tag == "xf" and is_of_cells:
            styles.append(int(given.get("numFmtId", 0)))

    _parse(archive, place, path, start)
    return tuple(shown_as(one, codes.get(one)) for one in styles)


# reading


def _blocks(archive: zipfile.ZipFile, place: str, path: Path, largest: int) -> Iterator[bytes]:
    """Give the bytes of a part of the archive, and stop where they are more than any workbook has."""
    told = archive.getinfo(place)
    dense = told.file_size > max(_SUSPECT, _DENSEST * told.compress_size)
    size = 0
    with archive.open(told) as file:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > largest or dense:
                raise SourceBroken(
                    f"Tệp «{path.name}» khi giải nén lớn bất thường (trên {min(size, largest) >> 20} MB); không "
                    "đọc tiếp vì có thể là tệp phá hoại; xuất lại, chia theo tháng hoặc dùng CSV."
                )
            yield block


def _parser(path: Path) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536

    def refuse(*_: object) -> None:
        raise SourceBroken(f"Tệp «{path.name}» có khai báo XML mà Excel không bao giờ ghi; không đọc.")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(
    archive: zipfile.ZipFile, place: str, path: Path, start: Callable[[str, Mapping[str, str]], None]
) -> None:
    """Tell of each element of a small part by its name without prefix."""
    parser = _parser(path)
    parser.StartElementHandler = lambda tag, given: start(tag.rpartition(":")[2], given)
    for block in _blocks(archive, place, path, LARGEST_TEXTS):
        parser.Parse(block)
    parser.Parse(b"", True)


def _shared(archive: zipfile.ZipFile, place: str, path: Path) -> list[str]:
    """Give the texts that cells refer to by number."""
    texts: list[str] = []
    pieces: list[str] = []
    is_text = False
    aside = 0
    prefix = ""

    def start(tag: str, _given: object) -> None:
        nonlocal is_text, aside, prefix
        if tag.endswith("sst"):
            prefix = tag[:-3]
            return
        name = tag.removeprefix(prefix)
        if name == "t":
            is_text = not aside
        elif name == "rPh":  # how an East Asian text is read aloud
            aside += 1

    def end(tag: str) -> None:
        nonlocal is_text, aside
        name = tag.removeprefix(prefix)
        if name == "t":
            is_text = False
        elif name == "si":
            texts.append(_unescaped("".join(pieces)))
            pieces.clear()
        elif name == "rPh":
            aside -= 1

    def characters(text: str) -> None:
        if is_text:
            pieces.append(text)

    parser = _parser(path)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    for block in _blocks(archive, place, path, LARGEST_TEXTS):
        parser.Parse(block)
    parser.Parse(b"", True)
    return texts


def _unescaped(text: str) -> str:
    """Give a text with the signs that XML cannot hold (``_x000D_``)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _reader(
    path: Path, place: str, described: _Described
) -> Callable[[Collection[int] | None, Losses], Iterator[Row]]:
    def rows(wanted: Collection[int] | None, losses: Losses) -> Iterator[Row]:
        with _unpacked(path) as archive:
            texts = _shared(archive, described.texts, path) if described.texts else []
            cells = _Cells(texts, described, wanted, losses)
            parser = _parser(path)
            cells.listen(parser)
            for block in _blocks(archive, place, path, LARGEST):
                parser.Parse(block)
                yield from cells.taken()
            parser.Parse(b"", True)
            yield from cells.taken()

    return rows


class _Cells:
    """The cells of a sheet as its XML goes by."""

    def __init__(
        self, texts: list[str], described: _Described, wanted: Collection[int] | None, losses: Losses
    ) -> None:
        self._texts = texts
        self._shown = described.shown
        self._since_1904 = described.since_1904
        self._wanted = None if wanted is None else frozenset(wanted)
        self._losses = losses
        self._rows: list[Row] = []

    def taken(self) -> list[Row]:
        """Give the rows that are complete, once."""
        rows = self._rows.copy()
        self._rows.clear()
        return rows

    def listen(self, parser: Any) -> None:
        """Let the parser tell of cells and rows."""
        wanted, rows = self._wanted, self._rows
        columns: dict[str, int] = {}
        row_number = 0
        row: list[Cell] = []
        index = -1
        kind = style = None
        prefix = ""
        names: dict[str, str] = {}
        in_cell = is_value = has_formula = False
        pieces: list[str] = []
        aside = 0

        def start(tag: str, given: Mapping[str, str]) -> None:
            nonlocal row_number, row, index, kind, style, in_cell, is_value, has_formula, prefix, aside
            name = names.get(tag)
            if name == "c":
                place = given.get("r")
                if place is None:
                    index += 1
                else:
                    letters = place.rstrip("0123456789")
                    found = columns.get(letters)
                    if found is None:
                        found = columns[letters] = _index_of(letters)
                    index = found
                in_cell = wanted is None or index in wanted
                if in_cell:
                    kind, style, has_formula = given.get("t"), given.get("s"), False
            elif name == "v" or name == "t":
                is_value = in_cell and not aside
            elif name == "f":
                has_formula = True
            elif name == "row":
                told = given.get("r")
                row_number = int(told) if told else row_number + 1
                row, index = [], -1
            elif name == "rPh":
                aside += 1
            elif tag.endswith("worksheet") and not names:
                prefix = tag.removesuffix("worksheet")
                names.update({prefix + one: one for one in ("c", "v", "t", "f", "row", "rPh")})

        def end(tag: str) -> None:
            nonlocal is_value, aside
            name = names.get(tag)
            if name == "c":
                if in_cell and (pieces or has_formula):
                    value = self._value("".join(pieces), kind, style, row_number, index, has_formula)
                    pieces.clear()
                    if value is not None:
                        missing = index - len(row)
                        if missing > 0:
                            row.extend([None] * missing)
                            row.append(value)
                        elif missing == 0:
                            row.append(value)
                        else:
                            row[index] = value
            elif name == "v" or name == "t":
                is_value = False
            elif name == "row":
                if row:
                    rows.append((row_number, row))
            elif name == "rPh":
                aside -= 1

        def characters(text: str) -> None:
            if is_value:
                pieces.append(text)

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = characters

    def _value(
        self, text: str, kind: str | None, style: str | None, row: int, index: int, has_formula: bool
    ) -> Cell:
        if kind == "s":
            return self._texts[int(text)] or None if text else None
        if not text:
            if has_formula and kind != "str":
                self._losses.add(row, index, Loss.NO_RESULT)
            return None
        if kind == "n" or kind is None:
            return self._number(text, self._shown[int(style)] if style else PLAIN, row, index)
        if kind == "e":
            self._losses.add(row, index, Loss.ERROR)
            return None
        if kind == "d":
            return text.replace("T", " ").removesuffix("Z").removesuffix(" 00:00:00")
        if kind == "b":
            return text
        return _unescaped(text)

    def _number(self, text: str, shown: Shown, row: int, index: int) -> Cell:
        if shown.is_moment:
            return moment_of(float(text), since_1904=self._since_1904) or number_text(text)
        plain = text if text.isdigit() else number_text(text)
        if is_rounded(plain) and plain.lstrip("-").isdigit():
            self._losses.add(row, index, Loss.ROUNDED)
        return plain.zfill(shown.zeros) if shown.zeros else plain


def _index_of(letters: str) -> int:
    """Give a column's index, from 0, by its letters; Excel has no more than XFD."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return min(max(number, 1), _LAST_COLUMN) - 1
