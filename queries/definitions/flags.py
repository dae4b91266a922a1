"""Every flag, defined once: its rule, its legal source, how grave it is, what it counts.

What a rule's texts may name is in ``flags_rule``; which dossiers a flag marks is in
``flags_dossiers``. A period's dossiers are those it has to resolve.
"""

from __future__ import annotations

from collections.abc import Mapping

from queries.definitions.flag_rule import ODD_KINDS, FlagRule
from queries.definitions.sources import CV_2245, CV_2307, MY_DUC, ONE_STOP, OURS, THACH_BAN

_SLIP = ("slips.dossier_code", "slips.kind", "slips.issued_at")
_OFFICER = ("dossiers.officer_code",)
_COMPLAINT = tuple(f"complaints.{name}" for name in ("unit_code", "received_on", "due_on", "answered_on"))
_ODD = "; ".join(ODD_KINDS.values())

_RULES = (
    FlagRule("unit_late", "Vượt ngưỡng",
             "Tỷ lệ trễ hẹn (cách tính {basis}) từ {threshold} trở lên; đúng {threshold} là vượt. "
             "Dưới {few} hồ sơ thì ghi “ít hồ sơ”.", (CV_2307,), "red", "unit",
             "{n} đơn vị có tỷ lệ trễ hẹn từ {threshold} trở lên",
             "Không đơn vị nào có tỷ lệ trễ hẹn từ {threshold} trở lên",
             "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn", "đơn vị có hồ sơ để tính", "units"),
    FlagRule("unit_near", "Sát ngưỡng",
             "Tỷ lệ trễ hẹn (cách tính {basis}) từ {near} đến dưới {threshold}.", (OURS,), "amber", "unit",
             "{n} đơn vị có tỷ lệ trễ hẹn từ {near} đến dưới {threshold}", "Không đơn vị nào sát ngưỡng",
             "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn", "đơn vị có hồ sơ để tính", "units"),
    FlagRule("unit_backlog", "Tồn quá hạn",
             "Chưa vượt ngưỡng theo cách tính A, nhưng sẽ từ {threshold} trở lên nếu hôm nay giải quyết xong "
             "toàn bộ hồ sơ quá hạn, kể cả khi chưa có hồ sơ nào giải quyết xong.", (OURS,), "amber", "unit",
             "{n} đơn vị sẽ vượt ngưỡng nếu hôm nay giải quyết xong toàn bộ hồ sơ quá hạn",
             "Không đơn vị nào sẽ vượt ngưỡng vì hồ sơ quá hạn", of="units", is_now=True),
    FlagRule("basis_matters", "Phụ thuộc cách tính",
             "Có cách tính (trong A, B, C, D có hồ sơ để tính) cho tỷ lệ từ {threshold} trở lên, có cách "
             "không; D chỉ xét khi kỳ đã hết, hoặc khi đang chọn D.", (OURS,), "note", "unit",
             "{n} đơn vị vượt hay không vượt {threshold} tùy cách tính",
             "Các cách tính cho cùng một kết luận ở mọi đơn vị có hồ sơ", of="units"),
    FlagRule("officer_late", "Công chức nhiều hồ sơ trễ",
             "Công chức có từ {officer_from} hồ sơ trễ trở lên trong các hồ sơ hẹn trả trong năm dương lịch "
             "{year}: xong trễ, hoặc quá hạn chưa giải quyết xong đến hết {judged}; không tính hồ sơ tạm "
             "dừng, từ chối, công dân rút. Xét trên mọi hồ sơ của người đó; bộ lọc chỉ chọn người có hồ sơ "
             "trễ ở đó.",
             (CV_2307,), "red", "person",
             "{n} công chức có từ {officer_from} hồ sơ trễ trở lên trong năm {year}",
             "Không công chức nào có từ {officer_from} hồ sơ trễ trở lên trong năm {year}",
             of="officials", needs=_OFFICER),
    FlagRule("no_apology", "Chưa xin lỗi",
             "Hồ sơ trễ (trễ hạn trong kỳ, hoặc quá hạn chưa giải quyết xong đến hết {judged}) mà đến lúc đó "
             "chưa có phiếu xin lỗi và hẹn lại.", (CV_2307, CV_2245), "red", "dossier",
             "{n} hồ sơ trễ chưa có phiếu xin lỗi",
             "Mọi hồ sơ trễ đều có phiếu xin lỗi", "Không có hồ sơ nào trễ hạn hay quá hạn",
             "hồ sơ trễ hạn, quá hạn", needs=_SLIP),
    FlagRule("late_apology", "Xin lỗi muộn",
             "Hồ sơ trễ hạn, quá hạn có phiếu xin lỗi mà phiếu đầu tiên {apology_limit}.",
             (CV_2307, ONE_STOP), "amber", "dossier",
             "{n} hồ sơ có phiếu xin lỗi ban hành muộn", "Không phiếu xin lỗi nào ban hành muộn",
             "Không có hồ sơ trễ hạn, quá hạn nào có phiếu xin lỗi",
             "hồ sơ trễ hạn, quá hạn có phiếu xin lỗi", needs=_SLIP),
    FlagRule("empty_apology", "Phiếu xin lỗi thiếu nội dung",
             "Hồ sơ phải giải quyết trong kỳ có phiếu xin lỗi, ban hành đến hết {judged}, không ghi lý do "
             "hoặc không ghi ngày hẹn mới.", (CV_2245,), "amber", "dossier",
             "{n} hồ sơ có phiếu xin lỗi thiếu lý do hoặc thiếu ngày hẹn mới",
             "Mọi phiếu xin lỗi đều ghi lý do và ngày hẹn mới", "Không có hồ sơ nào có phiếu xin lỗi",
             "hồ sơ có phiếu xin lỗi", needs=(*_SLIP, "slips.reason", "slips.new_due_at")),
    FlagRule("reappointed_twice", "Hẹn lại quá 1 lần",
             "Hồ sơ phải giải quyết trong kỳ có hơn 1 phiếu xin lỗi kèm ngày hẹn mới, ban hành đến hết "
             "{judged}.", (CV_2307,), "red", "dossier",
             "{n} hồ sơ hẹn lại quá 1 lần", "Không hồ sơ nào hẹn lại quá 1 lần",
             "Không có hồ sơ nào phải hẹn lại", "hồ sơ có hẹn lại", needs=(*_SLIP, "slips.new_due_at")),
    FlagRule("supplement_twice", "Bổ sung quá 1 lần",
             "Hồ sơ phải giải quyết trong kỳ bị cùng một cơ quan yêu cầu bổ sung quá 1 lần đến hết {judged}; "
             "phiếu không ghi cơ quan ban hành là của đơn vị giải quyết hồ sơ.", (CV_2245,), "red", "dossier",
             "{n} hồ sơ bị một cơ quan yêu cầu bổ sung quá 1 lần",
             "Không hồ sơ nào bị một cơ quan yêu cầu bổ sung quá 1 lần",
             "Không có hồ sơ nào bị yêu cầu bổ sung", "hồ sơ bị yêu cầu bổ sung", needs=_SLIP),
    FlagRule("supplement_on_due_day", "Bổ sung vào ngày hẹn trả",
             "Hồ sơ phải giải quyết trong kỳ có yêu cầu bổ sung ban hành vào hoặc sau ngày hẹn trả đang hiệu "
             "lực; phiếu không ghi ngày đó thì so với ngày hẹn trả đầu tiên, ghi “gần đúng”.",
             (CV_2307,), "amber", "dossier",
             "{n} hồ sơ bị yêu cầu bổ sung vào hoặc sau ngày hẹn trả",
             "Không hồ sơ nào bị yêu cầu bổ sung vào hoặc sau ngày hẹn trả",
             "Không có hồ sơ nào bị yêu cầu bổ sung", "hồ sơ bị yêu cầu bổ sung", needs=_SLIP),
    FlagRule("nobody_answerable", "Không rõ người chịu trách nhiệm",
             "Hồ sơ trễ hạn trong kỳ không ghi công chức chịu trách nhiệm.", (CV_2307,), "amber", "data",
             "{n} hồ sơ trễ hạn không ghi công chức chịu trách nhiệm",
             "Mọi hồ sơ trễ hạn đều ghi công chức chịu trách nhiệm", "Không có hồ sơ nào trễ hạn",
             "hồ sơ trễ hạn", needs=_OFFICER),
    FlagRule("refused_no_apology", "Từ chối không xin lỗi",
             "Hồ sơ đã tiếp nhận, bị từ chối trong kỳ, đến hết {judged} không có phiếu xin lỗi.",
             (MY_DUC,), "amber", "dossier",
             "{n} hồ sơ đã nhận rồi từ chối mà không có phiếu xin lỗi",
             "Mọi hồ sơ bị từ chối đều có phiếu xin lỗi", "Không có hồ sơ nào bị từ chối",
             "hồ sơ bị từ chối", needs=_SLIP),
    FlagRule("hidden_by_reappointment", "Trễ hạn bị che bởi hẹn lại",
             "Hồ sơ có kết quả trong kỳ sau ngày hẹn trả đầu tiên nhưng không sau ngày hẹn lại đang hiệu "
             "lực; ở đây vẫn tính là trễ hạn.", (OURS,), "amber", "dossier",
             "{n} hồ sơ trễ so với hẹn đầu tiên nhưng kịp hẹn lại",
             "Không hồ sơ trễ hạn nào kịp hẹn lại", "Không có hồ sơ nào trễ hạn", "hồ sơ trễ hạn",
             needs=("dossiers.current_due_at",)),
    FlagRule("complaint_overdue", "Phản ánh, kiến nghị quá hạn",
             "Phản ánh, kiến nghị có hạn trả lời trước ngày {judged} mà đến hết ngày đó chưa trả lời, kể cả "
             "tiếp nhận ở kỳ trước.", (CV_2307,), "amber", "duty",
             "{n} phản ánh, kiến nghị quá hạn chưa trả lời", "Không phản ánh, kiến nghị nào quá hạn trả lời",
             "Không có phản ánh, kiến nghị nào đang chờ trả lời", "phản ánh, kiến nghị chưa trả lời",
             "complaints", _COMPLAINT),
    FlagRule("contract_staff", "Lao động hợp đồng giải quyết",
             "Hồ sơ phải giải quyết trong kỳ do lao động hợp đồng chịu trách nhiệm.",
             (MY_DUC,), "amber", "person",
             "{n} hồ sơ do lao động hợp đồng chịu trách nhiệm",
             "Không hồ sơ nào do lao động hợp đồng chịu trách nhiệm",
             "Không có hồ sơ nào phải giải quyết", "hồ sơ phải giải quyết",
             needs=(*_OFFICER, "officers.officer_code", "officers.on_contract")),
    FlagRule("due_soon", "Sắp đến hạn",
             "Đang giải quyết, chưa quá hạn, hẹn trả từ nay đến hết {until}: {working_days} ngày làm việc "
             "tới, không kể ngày nghỉ và ngày lễ.", (OURS,), "work", "dossier",
             "{n} hồ sơ đến hạn từ nay đến hết {until}", "Không hồ sơ nào đến hạn từ nay đến hết {until}",
             is_now=True),
    FlagRule("satisfaction_drop", "Hài lòng giảm",
             "Tỷ lệ hài lòng thấp hơn mốc so sánh từ 5 điểm % trở lên, trên cùng các nguồn phiếu "
             "(trừ SIPAS), cả hai bên từ 30 phiếu trở lên.", (OURS,), "amber", "unit",
             "{n} đơn vị giảm hài lòng từ 5 điểm % trở lên",
             "Không đơn vị nào giảm hài lòng từ 5 điểm % trở lên",
             "Chưa đơn vị nào có đủ phiếu để so sánh", "đơn vị đủ phiếu để so sánh", "units"),
    FlagRule("online_low", "Trực tuyến dưới chỉ tiêu",
             "Tỷ lệ trực tuyến {levels} thấp hơn chỉ tiêu của địa phương (đặt ở cài đặt; chưa đặt thì không "
             "xét).",
             (OURS,), "amber", "unit",
             "{n} đơn vị có tỷ lệ trực tuyến dưới chỉ tiêu",
             "Không đơn vị nào có tỷ lệ trực tuyến dưới chỉ tiêu",
             "Chưa có hồ sơ nào để tính tỷ lệ trực tuyến", "đơn vị có hồ sơ để tính", "units"),
    FlagRule("odd_record", "Dữ liệu bất thường",
             f"Hồ sơ phải giải quyết trong kỳ có dấu hiệu ghi sai: {_ODD}; ngày tiếp nhận ở tương lai chỉ "
             "xét khi kỳ đang chạy.",
             (CV_2307,), "data", "data",
             "{n} hồ sơ có dấu hiệu ghi sai", "Không hồ sơ nào có dấu hiệu ghi sai",
             quote="đúng với quy trình, thời gian thực tế giải quyết TTHC"),
    FlagRule("commended", "Biểu dương",
             "Không có hồ sơ trễ hạn trong kỳ hay quá hạn chưa giải quyết xong, từ {commended_from} hồ sơ đã "
             "giải quyết trở lên.", (THACH_BAN,), "positive", "unit",
             "{n} đơn vị không có hồ sơ nào trễ hạn hay quá hạn",
             "Chưa đơn vị nào có từ {commended_from} hồ sơ mà không trễ hạn, không quá hạn",
             "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn", "đơn vị có hồ sơ để tính", "units"),
)  # fmt: skip

FLAGS: Mapping[str, FlagRule] = {one.id: one for one in _RULES}
