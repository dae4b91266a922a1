"""What is known of the data behind every page, and what must be there to show any."""

from __future__ import annotations

from dataclasses import dataclass

from queries.contract import CONTRACT, SAMPLE_SOURCE
from queries.copy.as_of import AsOf
from queries.courses.bound import Bound
from queries.definitions.units import Procedure, Unit
from queries.source.engine import DatabaseUnavailable


class ContractBroken(DatabaseUnavailable):
    """The database answers, but required tables or columns are missing."""


@dataclass(frozen=True)
class Known:
    """What is known of the data until they change: nothing here depends on a reader."""

    as_of: AsOf
    bound: Bound
    units: tuple[Unit, ...]
    fields: tuple[str, ...]
    procedures: tuple[Procedure, ...]

    @property
    def version(self) -> str:
        """What answers are kept by."""
        return self.as_of.version

    @property
    def sample_name(self) -> str | None:
        """Give the name of the sample district; None where the data are no sample."""
        for source, _ in self.as_of.sources:
            if source.startswith(SAMPLE_SOURCE):
                # The district stands before what was loaded: "… · Quận Mẫu · Đánh giá hài lòng".
                name, *_ = source.removeprefix(SAMPLE_SOURCE).strip(" ·").split(" · ")
                return name or "Quận Mẫu"
        return None


def require(bound: Bound) -> None:
    """Raise ContractBroken, naming them, where required tables or columns are missing."""
    missing = [
        f"{spec.name}.{column.name}" if spec.name in bound.present else spec.name
        for spec in CONTRACT.values()
        if spec.required
        for column in spec.columns
        if column.required and not bound.has(f"{spec.name}.{column.name}")
    ]
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise ContractBroken(
            f"Cơ sở dữ liệu thiếu bảng hoặc cột bắt buộc: {names}. "
            "Chạy «motcua check» để xem cần bổ sung hay đổi tên gì."
        )
