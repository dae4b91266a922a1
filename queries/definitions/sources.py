"""The documents that rules and figures rest on, each from its day on; those of a locality by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Document:
    """A document by its name, the day it holds from (None: always), and what follows from its rules.

    ``unit_consequence``: for a unit at or over the threshold; ``official_consequence``: for an official
    with too many late dossiers. Empty where the document says nothing of it.
    """

    name: str
    since: date | None = None
    unit_consequence: str = ""
    official_consequence: str = ""


@dataclass(frozen=True)
class Source:
    """The documents on one matter: on any day the latest of those that hold by then.

    ``is_local``: one locality's own rule, which another replaces in its settings by ``id``.
    """

    id: str
    documents: tuple[Document, ...]
    is_local: bool = False

    def on(self, day: date) -> Document:
        """Give the document in force on a day; before all of them the oldest."""
        return in_force(self.documents, day) or self.documents[0]

    @property
    def history(self) -> str:
        """Give every document with the day it holds from: "A; từ 15/08/2022: B"."""
        return "; ".join(
            f"từ {one.since:%d/%m/%Y}: {one.name}" if one.since is not None and place else one.name
            for place, one in enumerate(self.documents)
        )


def in_force(documents: Sequence[Document], day: date) -> Document | None:
    """Give the document in force on a day: of those that hold by then the latest; None for none."""
    begun = [one for one in documents if one.since is None or one.since <= day]
    return max(begun, key=lambda one: one.since or date.min) if begun else None


def _standing(word: str, name: str) -> Source:
    return Source(word, (Document(name),))


def _local(word: str, name: str, unit: str = "", official: str = "") -> Source:
    return Source(word, (Document(name, None, unit, official),), is_local=True)


OURS = _standing("ours", "quy ước của hệ thống")
BIEU_II06 = Source(
    "bieu_ii06",
    (
        Document("Thông tư 02/2017/TT-VPCP"),
        Document("Biểu II.06a, Thông tư 01/2020/TT-VPCP", date(2020, 12, 5)),
    ),
)
QD_766 = _standing("qd_766", "Quyết định 766/QĐ-TTg (2022)")
QD_45 = _standing("qd_45", "Quyết định 45/2016/QĐ-TTg")
VINH_PHUC = _standing("vinh_phuc", "cách tính của tỉnh Vĩnh Phúc")
GIA_LAI = _standing("gia_lai", "cách tính của tỉnh Gia Lai")
REPORTED_2019 = _standing("reported_2019", "cách báo cáo của phường Thạch Bàn và thị trấn Nhà Bè (2019)")
NHA_BE_2019 = _standing("nha_be_2019", "cách báo cáo của thị trấn Nhà Bè (2019)")

_UNFULFILLED = "xem như không hoàn thành nhiệm vụ, xem xét xử lý kỷ luật"
CV_2307 = _local(
    "cv_2307", "Công văn 2307/UBND-NC (Cần Thơ, 2020)", f"{_UNFULFILLED} người đứng đầu", _UNFULFILLED
)
CV_2245 = _local("cv_2245", "Công văn 2245/UBND-CCHC")
MY_DUC = _local("my_duc", "Đề án của huyện Mỹ Đức (2019)")
THACH_BAN = _local("thach_ban", "Kế hoạch của phường Thạch Bàn (2019)")
LOCAL = {one.id: one for one in (CV_2307, CV_2245, MY_DUC, THACH_BAN)}
"""The rules of localities, which a district elsewhere replaces with its own."""

_ND_118 = "Nghị định 118/2025/NĐ-CP"
ONE_STOP = Source("one_stop", (
    Document("Nghị định 61/2018/NĐ-CP"),
    Document(_ND_118, date(2025, 7, 1)),
    Document(
        f"{_ND_118} (sửa đổi bởi Nghị định 367/2025/NĐ-CP, Nghị định 309/2026/NĐ-CP)", date(2026, 8, 5)
    ),
))  # fmt: skip
"""The decree on one-stop desks. That of 2025 stays the one to cite while it is amended."""

_ND_43, _ND_42 = Document("Nghị định 43/2011/NĐ-CP"), "Nghị định 42/2022/NĐ-CP"
# Its levels 1 to 4 of proactive services are another scale, and never taken for level 3 or 4.
_ND_224 = Document("Nghị định 224/2026/NĐ-CP", date(2026, 7, 1))
LEVELS_3_4 = Source("levels_3_4", (_ND_43,))
PARTIAL_AND_FULL = Source("partial_and_full", (Document(_ND_42), _ND_224))
ONLINE_LEVELS = Source("online_levels", (_ND_43, Document(_ND_42, date(2022, 8, 15)), _ND_224))
"""What the levels of online services are called by."""
