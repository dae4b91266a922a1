"""What is known of the data behind every page, until a new copy takes their place."""

from __future__ import annotations

from dataclasses import dataclass

from queries.contract import SAMPLE_SOURCE
from queries.copy.as_of import DataMoment
from queries.courses.opened import OpenCopy
from queries.courses.stock import Courses
from queries.definitions.units import Procedure, Unit


@dataclass(frozen=True)
class Known:
    """What is known of one copy: nothing here depends on a reader."""

    copy: OpenCopy
    as_of: DataMoment
    courses: Courses
    units: tuple[Unit, ...]
    fields: tuple[str, ...]
    procedures: tuple[Procedure, ...]

    @property
    def version(self) -> str:
        """What answers are kept by."""
        return self.copy.version

    @property
    def sample_name(self) -> str | None:
        """Give the name of the sample district; None where the data are no sample."""
        for source, _ in self.as_of.sources:
            if source.startswith(SAMPLE_SOURCE):
                # The district stands before what was loaded: "… · Quận Mẫu · Đánh giá hài lòng".
                name, *_ = source.removeprefix(SAMPLE_SOURCE).strip(" ·").split(" · ")
                return name or "Quận Mẫu"
        return None
