"""Workbooks of Excel since 2007 (.xlsx, .xlsm), streamed: no sheet is ever held in memory.

Of the readers there are, those that are fast hold a sheet whole and do not tell a number's format, and those
that stream take several times as long (measured; DECISIONS.md). What is read here is little: the list of
sheets, the shared texts, which formats are days or zeros, and the cells.
"""

from __future__ import annotations

import codecs
import html
import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files.columns import index_of, letters_of
from queries.source.files.disk import opened
from queries.source.files.formats import DIGITS, Moments, Shown, is_rounded, number_text, shown_as
from queries.source.files.sheet import Cell, Loss, Losses, Merged, Row, Sheet

LARGEST = 4 << 30
"""A sheet of a million rows and forty columns takes up to so many bytes once unpacked."""
LARGEST_TEXTS = 1 << 30
APART = 1_000_000
"""So many shared texts are held as they are."""
_SUSPECT = 64 << 20
LONGEST_ROW = 64 << 20
"""Signs of one row; one that never ends would be looked at anew with each block."""
_DENSEST = 300
"""Real sheets become ten to fifty times smaller by packing; what is packed more is no sheet."""
_BLOCK = 1 << 18
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def sheets_of(path: Path) -> list[Sheet]:
    """Give the worksheets of a workbook in their order. Raises SourceUnavailable, SourceBroken."""
    with _unpacked(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.bin" in names:
            raise SourceBroken(f"Tệp «{path.name}» là .xlsb; mở bằng Excel rồi lưu lại thành .xlsx.")
        book = _find_book(archive, path)
        described = _described(archive, book, path)
    sheets = [
        Sheet(
            path, one.name, number, _reader(path, one.place, described), is_hidden=one.is_hidden,
            since_1904=described.since_1904,
        )
        for number, one in enumerate(described.sheets, 1)
        if one.place in names
    ]  # fmt: skip
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
    held: list[_Texts] = field(default_factory=list, compare=False)


@contextmanager
def _unpacked(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a workbook's archive; what fails in it is told."""
    try:
        with opened(path) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceUnavailable(
            f"Tệp «{path.name}» chưa trọn vẹn: có thể đang chép dở hoặc bị cắt khi tải; chép hoặc tải "
            "lại tệp."
        ) from error
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise SourceBroken(_of_damage(path)) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceBroken(
            f"Tệp «{path.name}» nén hoặc khóa theo cách không đọc được; mở bằng Excel rồi lưu lại "
            "thành .xlsx, "
            "không đặt mật khẩu."
        ) from error


def _of_damage(path: Path) -> str:
    return f"Tệp «{path.name}» hỏng bên trong; mở bằng Excel (Excel sẽ sửa) rồi lưu lại, hoặc xuất lại."


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
                    f"Tệp «{path.name}» khi giải nén lớn bất thường (trên {min(size, largest) >> 20} "
                    "MB); không "
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


class _Marks:
    """The signs of a workbook's XML, whose elements may all have a prefix (``x:c``)."""

    def __init__(self, prefix: str) -> None:
        c, f, v, inline, t = (re.escape(prefix + one) for one in ("c", "f", "v", "is", "t"))
        self.row, self.row_end = f"<{prefix}row", f"</{prefix}row>"
        self.row_tag = re.compile(rf"{re.escape(self.row)}\b[^>]*>")
        self.ends = (f"</{prefix}sheetData>", f"<{prefix}sheetData/>")
        self.text_start, self.texts_end = f"<{prefix}si", f"</{prefix}sst>"
        self.cell_start = f"<{prefix}c"
        self.cell = re.compile(
            rf'<{c} r="([A-Z]+)[0-9]+"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?\s*'
            rf"(?:/>|>(?:(<{f})\b[^<>]*(?:/>|>[^<]*</{f}>))?"
            rf"(?:<{v}>([^<]*)</{v}>|<{v}/>|<{inline}><{t}\b[^<>]*>([^<]*)</{t}></{inline}>)?</{c}>)"
        )
        self.text = re.compile(rf"<{re.escape(prefix)}si><{t}\b[^<>/]*>([^<]*)</{t}></{re.escape(prefix)}si>")


_NUMBER = re.compile(r"""\br=["']([0-9]+)""")
_MERGED = re.compile(r'mergeCell\b[^<>]*\bref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')
_ROOT = re.compile(r"<((?:[\w.-]+:)?)(?:worksheet|sst)\b")
_DECLARED = re.compile(r"<!(?!--)")


def _pieces(blocks: Iterator[bytes], end: str, path: Path) -> Iterator[tuple[_Marks, str]]:
    """Give a large part's text in pieces that end with an element's end, and at last what is left.

    ``end``: the element's name. Its prefix is learned from the first piece.
    """
    first = next(blocks, b"")
    wide = first.startswith((b"\xff\xfe", b"\xfe\xff"))
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace")
    waiting = decoder.decode(first)
    root = _ROOT.search(waiting)
    if root is None or _DECLARED.search(waiting, 0, root.start()):
        raise SourceBroken(_of_damage(path))
    marks = _Marks(root[1])
    end = f"</{root[1]}{end}>"
    for block in blocks:
        whole, found, rest = waiting.rpartition(end)
        if found:
            yield marks, whole + found
        waiting = rest + decoder.decode(block)
        if len(waiting) > LONGEST_ROW:
            raise SourceBroken(_of_damage(path))
    yield marks, waiting


class _Texts:
    """The texts that cells refer to by number: the first as they are, the rest in a third of that memory.

    Where every moment is a text there may be millions, each of them once.
    """

    def __init__(self) -> None:
        self.first: list[str] = []
        self._rest = bytearray()
        self._ends = array("Q", [0])

    @property
    def at(self) -> Callable[[int], str]:
        """What gives a text by its number; raises IndexError where there is none."""
        return self._of_all if len(self._ends) > 1 else self.first.__getitem__

    def add(self, texts: Iterable[str]) -> None:
        """Add texts behind the others."""
        for one in texts:
            if len(self.first) < APART:
                self.first.append(one)
            else:
                self._rest += one.encode("utf-8", "surrogatepass")
                self._ends.append(len(self._rest))

    def _of_all(self, number: int) -> str:
        if number < APART:
            return self.first[number]
        number -= APART
        packed = self._rest[self._ends[number] : self._ends[number + 1]]
        return packed.decode("utf-8", "surrogatepass")


def _shared(archive: zipfile.ZipFile, place: str, path: Path) -> _Texts:
    """Give the texts that cells refer to by number."""
    texts = _Texts()
    for marks, piece in _pieces(_blocks(archive, place, path, LARGEST_TEXTS), "si", path):
        found = marks.text.findall(piece)
        if len(found) != piece.count(marks.text_start) or "<!" in piece:
            found = _parsed_texts(path, piece, marks)  # rich texts, and whatever else a program may write
        elif "&" in piece or "_x" in piece:
            found = [_unescaped(one) for one in found]
        texts.add(found)
    return texts


def _parsed_texts(path: Path, piece: str, marks: _Marks) -> list[str]:
    """Give the texts of a piece by a parser, without how they are read aloud."""
    texts: list[str] = []
    pieces: list[str] = []
    names: list[str] = []

    def start(tag: str, _given: object) -> None:
        names.append(tag.rpartition(":")[2])

    def characters(text: str) -> None:
        if names[-1] == "t" and "rPh" not in names:
            pieces.append(text)

    def end(_tag: str) -> None:
        if names.pop() == "si":
            texts.append(_ESCAPED.sub(_sign, "".join(pieces)))
            pieces.clear()

    parser = _parser(path)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    first = piece.find(marks.text_start)
    items = piece[first:].partition(marks.texts_end)[0] if first >= 0 else ""
    parser.Parse(f"<sst>{items}</sst>", True)
    return texts


def _sign(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _unescaped(text: str) -> str:
    """Give a text with the signs that are written by name (``&amp;``) or by number (``_x000D_``)."""
    if "&" in text:
        text = html.unescape(text)
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _texts_of(archive: zipfile.ZipFile, described: _Described, path: Path) -> _Texts:
    """Give the shared texts, unpacked once for all sheets and readings of a workbook that was opened."""
    if not described.held:
        described.held.append(_shared(archive, described.texts, path) if described.texts else _Texts())
    return described.held[0]


def _reader(
    path: Path, place: str, described: _Described
) -> Callable[[Collection[int] | None, Losses], Iterator[Row]]:
    def rows(wanted: Collection[int] | None, losses: Losses) -> Iterator[Row]:
        with _unpacked(path) as archive:
            cells = _Cells(path, _texts_of(archive, described, path), described, wanted, losses)
            blocks = _blocks(archive, place, path, LARGEST)
            is_ended = False
            for marks, piece in _pieces(blocks, "row", path):
                yield from cells.of(marks, piece)
                is_ended = is_ended or any(one in piece for one in marks.ends)
                losses.merged.extend(_merged(piece.rpartition(marks.ends[0])[2]))
            if not is_ended:
                raise SourceBroken(_of_damage(path))

    return rows


def _merged(rest: str) -> Iterator[Merged]:
    """Give the cells merged downwards, of what stands below the rows of a sheet."""
    for letters, first, last in _MERGED.findall(rest) if "mergeCell" in rest else ():
        if int(first) < int(last):
            yield Merged(index_of(letters), int(first), int(last))


class _Columns(dict[str, int]):
    """The index of a column by its letters; -1 where it is not wanted."""

    def __init__(self, wanted: Collection[int] | None) -> None:
        super().__init__()
        self._wanted = None if wanted is None else frozenset(wanted)

    def __missing__(self, letters: str) -> int:
        index = index_of(letters)
        self[letters] = index if self._wanted is None or index in self._wanted else -1
        return self[letters]


class _Cells:
    """The cells of a sheet as its XML goes by.

    Rows as every program writes them are read by a pattern, in a fourth of the time a parser takes; a row of
    which the pattern finds another number of cells than there are is left to the parser.
    """

    def __init__(
        self, path: Path, texts: _Texts, described: _Described, wanted: Collection[int] | None,
        losses: Losses,
    ) -> None:  # fmt: skip
        self._path = path
        self._texts = texts
        self._shown = described.shown
        moments = Moments(since_1904=described.since_1904)
        self._moments = {str(at): moments for at, one in enumerate(described.shown) if one.is_moment}
        self._width = 0
        self._columns = _Columns(wanted)
        self._losses = losses
        self._row = 0

    def of(self, marks: _Marks, piece: str) -> Iterator[Row]:
        """Give the rows of a piece of the sheet's XML."""
        find = marks.cell.findall
        *rows, rest = piece.split(marks.row_end)
        for one in rows:
            start = one.rfind(marks.row)
            tag_end = one.find(">", start)
            told = _NUMBER.search(one, start, tag_end)
            self._row = int(told[1]) if told else self._row + max(1, one.count(marks.row))
            cells = one[tag_end + 1 :]
            found = find(cells)
            if len(found) != cells.count(marks.cell_start) or "<!" in cells:
                found = self._parsed(cells, marks)
            row = self._values(found)
            if row:
                yield self._row, row
        for tag in marks.row_tag.findall(rest.partition(marks.ends[0])[0]):
            if not tag.endswith("/>"):
                raise SourceBroken(_of_damage(self._path))

    def _values(self, found: Iterable[tuple[str, str, str, str, str, str]]) -> list[Cell]:
        columns, text_at = self._columns, self._texts.at
        width = self._width
        row: list[Cell] = [None] * width
        is_blank = True
        for letters, style, kind, formula, text, inline in found:
            index = columns[letters]
            if index < 0:
                continue
            value: Cell
            if kind == "s":
                value = text_at(int(text)) if text else None
            elif not kind or kind == "n":
                moments = self._moments.get(style)
                if not text:
                    value = None
                elif moments is None:
                    value = self._number(text, style, index)
                else:
                    value = moments.text(text) or number_text(text)
            else:
                value = self._other(kind, text, inline, index)
            if not value:
                if formula and not text and kind != "str":
                    self._losses.add(self._row, index, Loss.NO_RESULT)
                continue
            is_blank = False
            if index >= width:
                row.extend([None] * (index + 1 - width))
                self._width = width = index + 1
            row[index] = value
        return [] if is_blank else row

    def _other(self, kind: str, text: str, inline: str, index: int) -> Cell:
        if kind == "e":
            self._losses.add(self._row, index, Loss.ERROR)
            return None
        if kind == "inlineStr":
            return _unescaped(inline)
        if kind == "d":
            return text.replace("T", " ").removesuffix("Z").removesuffix(" 00:00:00")
        return _unescaped(text)

    def _number(self, text: str, style: str, index: int) -> Cell:
        plain = text if text.isdigit() else number_text(text)
        if len(plain) > DIGITS and is_rounded(plain):
            self._losses.add(self._row, index, Loss.ROUNDED)
        zeros = self._shown[int(style)].zeros if style else 0
        return plain.zfill(zeros) if zeros else plain

    def _parsed(self, cells: str, marks: _Marks) -> list[tuple[str, str, str, str, str, str]]:
        """Give the cells of a row as the pattern does, by a parser."""
        found: list[tuple[str, str, str, str, str, str]] = []
        given: Mapping[str, str] = {}
        names: list[str] = []
        texts: dict[str, list[str]] = {}
        index = -1

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal given, index
            names.append(tag.rpartition(":")[2])
            if names[-1] == "c":
                given = attributes
                texts.clear()
                letters = given.get("r", "").rstrip("0123456789")
                index = index_of(letters) if letters else index + 1
            elif names[-1] == "f":
                texts["f"] = ["f"]

        def characters(text: str) -> None:
            if names[-1] in ("v", "t") and "rPh" not in names:
                texts.setdefault(names[-1], []).append(text)

        def end(_tag: str) -> None:
            if names.pop() == "c":
                text, inline = ("".join(texts.get(one, ())).replace("&", "&amp;") for one in ("v", "t"))
                formula = "f" if "f" in texts else ""
                place = letters_of(index)
                found.append((place, given.get("s", ""), given.get("t", ""), formula, text, inline))

        parser = _parser(self._path)
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = characters
        parser.Parse(f"<row>{cells}</row>", True)
        return found
