"""Each setting of the copy reaches what it is for, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.question.refresher import Rhythm
from dashboard.question.working_copy import kept_up_to_date, patience_of, reader_of, terms_of
from dashboard.settings.settings import Settings
from queries.copy.plausible import Limits
from queries.source.engines import Patience


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(
        **{"database_url": f"sqlite:///{folder / 'a.sqlite'}", "copy_folder": str(folder), **given}
    )


@pytest.mark.parametrize("limit", [one.name for one in fields(Limits)])
def test_each_limit_is_a_setting(tmp_path: Path, limit: str) -> None:
    value: Any = False if limit == "no_dossiers" else 37
    given = settings(tmp_path, **{f"refuse_{limit}": value})
    assert terms_of(given).limits == replace(Limits(), **{limit: value})
    assert terms_of(settings(tmp_path)).limits == Limits()


PATIENCE = {
    "source_connect_seconds": "connect", "source_silence_seconds": "silence",
    "statement_timeout_seconds": "question", "source_table_seconds": "table", "source_lock_seconds": "lock",
}  # fmt: skip


@pytest.mark.parametrize("setting", PATIENCE)
def test_each_wait_for_a_database_is_a_setting(tmp_path: Path, setting: str) -> None:
    assert set(PATIENCE.values()) == {one.name for one in fields(Patience)}
    usual = patience_of(settings(tmp_path))
    assert patience_of(settings(tmp_path, **{setting: 45})) == replace(usual, **{PATIENCE[setting]: 45})


def test_pace_memory_moment_and_rhythm_are_settings(tmp_path: Path) -> None:
    given = settings(
        tmp_path, read_rows_per_second=1_234, refresh_memory_mb=777, as_of="live", refresh_minutes=13,
        compare_hour=5, read_time_percent=11, compare="moment", loads_of={"Máy tính bảng": "ratings"},
    )  # fmt: skip
    assert reader_of(given).pace.rows_per_second == 1_234
    assert reader_of(settings(tmp_path)).pace.rows_per_second is None
    terms = terms_of(given)
    assert (terms.memory_mb, terms.live, terms.compare) == (777, True, "moment")
    assert dict(terms.sources_of) == {"Máy tính bảng": "ratings"}
    _, refresher = kept_up_to_date(given)
    assert refresher._rhythm == Rhythm(refresh_minutes=13, compare_hour=5, read_share=0.11)
