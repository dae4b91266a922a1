"""The metrics of a unit's life beside its deadlines: apologies, complaints, receptions, procedures."""

from __future__ import annotations

from queries.definitions.metric import Metric
from queries.definitions.sources import CV_2307, NHA_BE_2019

COMPLAINT_COUNTS = ("complaints", "complaints_answered", "complaints_overdue")
"""What is counted of the complaints received in a period."""

UNIT_COUNTS = (
    *COMPLAINT_COUNTS, "receptions", "procedures", "procedures_used", "fields", "fields_used", "apologized",
)  # fmt: skip
"""What the metrics of this file divide; ``queries.unit_life`` and the flags say what each holds."""

_RECEIVED_ON = "ngày tiếp nhận phản ánh trong kỳ"
_RECEIVED_IN = "ngày tiếp nhận hồ sơ trong kỳ"
_LEVEL = "Phường, xã, thị trấn theo danh mục cấp xã; đơn vị khác theo danh mục cấp huyện."

UNIT_METRICS = (
    Metric("apology_rate", "Tỷ lệ hồ sơ trễ có phiếu xin lỗi", "%",
           "Hồ sơ có phiếu xin lỗi và hẹn lại ban hành đến hết ngày chốt / (trễ hạn trong kỳ + quá hạn "
           "chưa giải quyết xong).", "ngày kết thúc trong kỳ, hoặc ngày chốt", CV_2307,
           "apologized", "c_late", 1),
    Metric("complaints", "Phản ánh, kiến nghị", "phản ánh", "Phản ánh, kiến nghị tiếp nhận trong kỳ.",
           _RECEIVED_ON, NHA_BE_2019, "complaints"),
    Metric("complaints_answered", "Phản ánh, kiến nghị đã trả lời", "%",
           "Trong phản ánh, kiến nghị tiếp nhận trong kỳ: số trả lời đến hết ngày chốt.",
           _RECEIVED_ON, None, "complaints_answered", "complaints", 1),
    Metric("complaints_overdue", "Phản ánh, kiến nghị quá hạn trả lời", "%",
           "Trong phản ánh, kiến nghị tiếp nhận trong kỳ: số đến hết ngày chốt chưa trả lời mà hạn trả lời "
           "đã qua.", _RECEIVED_ON, CV_2307, "complaints_overdue", "complaints", 1),
    Metric("receptions", "Buổi tiếp công dân", "buổi", "Buổi tiếp công dân tổ chức trong kỳ, mọi loại.",
           "ngày tiếp trong kỳ", NHA_BE_2019, "receptions"),
    Metric("procedures", "Số thủ tục", "thủ tục", f"Thủ tục trong danh mục của cấp mình. {_LEVEL}",
           "danh mục hiện tại", NHA_BE_2019, "procedures"),
    Metric("procedures_used", "Thủ tục có phát sinh hồ sơ", "%",
           "Thủ tục của cấp mình có hồ sơ tiếp nhận trong kỳ / số thủ tục.", _RECEIVED_IN, None,
           "procedures_used", "procedures", 1),
    Metric("fields", "Số lĩnh vực", "lĩnh vực", f"Lĩnh vực của thủ tục trong danh mục của cấp mình. {_LEVEL}",
           "danh mục hiện tại", NHA_BE_2019, "fields"),
    Metric("fields_used", "Lĩnh vực có phát sinh hồ sơ", "%",
           "Lĩnh vực có thủ tục của cấp mình phát sinh hồ sơ trong kỳ / số lĩnh vực.", _RECEIVED_IN, None,
           "fields_used", "fields", 1),
)  # fmt: skip
