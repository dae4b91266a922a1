"""Web pages saved under the name .xls, as many systems export."""

from __future__ import annotations

from pathlib import Path

from queries.source.errors import SourceBroken
from queries.source.files.sheet import Sheet


def is_markup(start: bytes) -> bool:
    """Say whether a file begins as HTML or XML does."""
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    return text.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<meta", b"<style"))


def sheets_of(path: Path) -> list[Sheet]:
    """Give the tables of a web page, each as a sheet."""
    raise SourceBroken(f"Tệp «{path.name}» là trang web; mở bằng Excel rồi lưu lại thành .xlsx.")
