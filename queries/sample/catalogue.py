"""Names of the sample district: its wards, departments, fields and procedures.

All of it is fictional. The procedures carry the names such procedures have; their
codes only look like national ones.
"""

from __future__ import annotations

from dataclasses import dataclass

WARD_NAMES = (
    "Mỹ An",
    "An Lạc",
    "Quang Trung",
    "Bình Hưng",
    "Gia Hòa",
    "Thạnh Mỹ",
    "Long Sơn",
    "Ngọc Hà",
    "Vĩnh Hòa",
    "Đông Thạnh",
    "Phú Nhuận Đông",
    "Hưng Phú",
    "Yên Phụ",
    "Cầu Đá",
    "Kim Liên",
    "Tân Tiến",
)
WARD_WEIGHTS = (
    2305,
    2193,
    2157,
    1840,
    2016,
    1604,
    1980,
    1466,
    1375,
    2410,
    1921,
    1733,
    1511,
    1502,
    1247,
    1188,
)
"""How busy the wards are, beside each other; further wards go round again."""

MERGED_NAME = "Phường Bến Đò"

DEPARTMENT_NAMES = ("Phòng Nội vụ", "Phòng Tư pháp", "Phòng Tài chính – Kế hoạch", "Phòng Quản lý đô thị")
DEPARTMENT_SHARES = (0.0, 0.16, 0.24, 0.19)
"""Dossiers of a department for each one of an average ward; the first is the tiny one."""

NOI_VU, TU_PHAP, TAI_CHINH, DO_THI = range(4)

LATE_REASONS = (
    "Hồ sơ phức tạp, cần xác minh thêm",
    "Chờ ý kiến cơ quan phối hợp",
    "Chờ kết quả từ cơ quan cấp trên",
    "Thiếu nhân sự xử lý",
    "Lỗi phần mềm, đường truyền",
    "Công chức chậm xử lý",
)
SUPPLEMENT_REASONS = (
    "Thiếu bản chính để đối chiếu",
    "Tờ khai chưa đủ thông tin",
    "Thiếu giấy tờ chứng minh quan hệ",
    "Bản vẽ chưa đúng quy định",
    "Chưa nộp phí, lệ phí",
)
REFUSAL_REASONS = (
    "Không đủ điều kiện giải quyết theo quy định",
    "Không thuộc thẩm quyền giải quyết",
    "Không bổ sung hồ sơ trong thời hạn yêu cầu",
)
RECEPTION_KINDS = ("Định kỳ", "Thường xuyên", "Đột xuất")


@dataclass(frozen=True)
class Procedure:
    """One procedure: its limit in working days, how often it is asked for, how prone to lateness."""

    code: str
    name: str
    field: str
    level: str
    online_level: str
    limit: int
    weight: float
    interlinked: bool
    proneness: float
    department: int
    desk: int


_Row = tuple[str, int, str, float]

_LINKED = frozenset(
    {
        "Đăng ký khai sinh",
        "Đăng ký khai tử",
        "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
        "Giải quyết chế độ mai táng phí đối với người có công",
        "Cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi",
        "Đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất",
        "Đăng ký thành lập hộ kinh doanh",
        "Xác nhận tình trạng tranh chấp đất đai",
    }
)

# field, proneness to lateness, department that answers at district level, which desk
# of a unit handles it, procedures of the ward, procedures of the district; each
# procedure: name, working days, online level, how often asked for
_FIELDS: tuple[tuple[str, float, int, int, tuple[_Row, ...], tuple[_Row, ...]], ...] = (
    (
        "Chứng thực",
        0.4,
        TU_PHAP,
        0,
        (
            ("Chứng thực bản sao từ bản chính giấy tờ, văn bản tiếng Việt", 1, "partial", 330),
            ("Chứng thực chữ ký trong giấy tờ, văn bản", 1, "2", 78),
            ("Chứng thực hợp đồng, giao dịch liên quan đến tài sản là động sản", 2, "2", 9),
            ("Chứng thực hợp đồng, giao dịch liên quan đến quyền sử dụng đất, nhà ở", 2, "2", 12),
            ("Chứng thực di chúc", 2, "2", 2),
            ("Chứng thực văn bản từ chối nhận di sản", 2, "2", 3),
        ),
        (
            ("Chứng thực bản sao từ bản chính giấy tờ, văn bản tiếng nước ngoài", 1, "partial", 90),
            ("Chứng thực chữ ký người dịch là cộng tác viên dịch thuật", 1, "2", 60),
            ("Cấp bản sao có chứng thực từ bản chính hợp đồng, giao dịch", 1, "partial", 8),
            ("Chứng thực văn bản khai nhận di sản mà di sản là động sản", 2, "2", 3),
        ),
    ),
    (
        "Hộ tịch",
        0.65,
        TU_PHAP,
        1,
        (
            ("Đăng ký khai sinh", 1, "full", 62),
            ("Đăng ký lại khai sinh", 5, "partial", 14),
            ("Đăng ký khai sinh cho người đã có hồ sơ, giấy tờ cá nhân", 5, "partial", 6),
            ("Đăng ký kết hôn", 2, "partial", 34),
            ("Đăng ký lại kết hôn", 5, "partial", 3),
            ("Đăng ký khai tử", 1, "full", 24),
            ("Đăng ký lại khai tử", 5, "partial", 2),
            ("Đăng ký nhận cha, mẹ, con", 3, "partial", 5),
            ("Đăng ký giám hộ", 3, "partial", 2),
            ("Thay đổi, cải chính, bổ sung thông tin hộ tịch", 3, "partial", 17),
            ("Cấp giấy xác nhận tình trạng hôn nhân", 3, "full", 58),
            ("Cấp bản sao trích lục hộ tịch, bản sao giấy khai sinh", 1, "full", 70),
            ("Xác nhận thông tin hộ tịch", 3, "full", 8),
        ),
        (
            ("Đăng ký khai sinh có yếu tố nước ngoài", 2, "partial", 20),
            ("Đăng ký kết hôn có yếu tố nước ngoài", 10, "partial", 34),
            ("Ghi vào sổ hộ tịch việc kết hôn đã đăng ký ở nước ngoài", 8, "partial", 13),
            ("Ghi vào sổ hộ tịch việc ly hôn đã giải quyết ở nước ngoài", 8, "partial", 7),
            ("Cải chính hộ tịch cho người từ đủ 14 tuổi trở lên", 3, "full", 45),
            ("Cấp bản sao trích lục hộ tịch có yếu tố nước ngoài", 1, "full", 24),
            ("Đăng ký nhận cha, mẹ, con có yếu tố nước ngoài", 15, "partial", 3),
            ("Đăng ký khai tử có yếu tố nước ngoài", 2, "partial", 4),
        ),
    ),
    (
        "Nuôi con nuôi",
        1.0,
        TU_PHAP,
        1,
        (
            ("Đăng ký việc nuôi con nuôi trong nước", 20, "2", 1.2),
            ("Đăng ký lại việc nuôi con nuôi trong nước", 5, "2", 0.5),
        ),
        (),
    ),
    (
        "Hòa giải ở cơ sở",
        0.7,
        TU_PHAP,
        5,
        (
            ("Công nhận hòa giải viên", 5, "4", 0.8),
            ("Thôi làm hòa giải viên", 5, "4", 0.4),
            ("Thanh toán thù lao cho hòa giải viên", 5, "3", 1.2),
        ),
        (),
    ),
    (
        "Đất đai",
        2.6,
        DO_THI,
        2,
        (
            ("Xác nhận tình trạng tranh chấp đất đai", 10, "partial", 26),
            ("Hòa giải tranh chấp đất đai", 30, "2", 5),
            ("Xác nhận hồ sơ đề nghị cấp giấy chứng nhận lần đầu", 15, "partial", 14),
            ("Xác nhận đơn xin chuyển mục đích sử dụng đất", 7, "partial", 10),
            ("Tham vấn ý kiến khu dân cư về nguồn gốc đất", 15, "2", 4),
        ),
        (
            ("Đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất", 10, "full", 46),
            ("Đăng ký và cấp giấy chứng nhận quyền sử dụng đất lần đầu", 20, "partial", 20),
            ("Chuyển mục đích sử dụng đất của hộ gia đình, cá nhân", 15, "partial", 14),
            ("Tách thửa hoặc hợp thửa đất", 15, "partial", 18),
            ("Cấp đổi giấy chứng nhận quyền sử dụng đất", 7, "full", 20),
            ("Đính chính giấy chứng nhận đã cấp", 10, "partial", 7),
        ),
    ),
    (
        "Hoạt động xây dựng",
        2.2,
        DO_THI,
        3,
        (
            ("Xác nhận thông báo khởi công xây dựng nhà ở riêng lẻ", 3, "partial", 14),
            ("Xác nhận sửa chữa, cải tạo nhà ở riêng lẻ", 7, "partial", 9),
        ),
        (
            ("Cấp giấy phép xây dựng mới nhà ở riêng lẻ", 15, "full", 48),
            ("Cấp giấy phép sửa chữa, cải tạo nhà ở riêng lẻ", 15, "full", 16),
            ("Điều chỉnh giấy phép xây dựng nhà ở riêng lẻ", 15, "full", 9),
            ("Gia hạn giấy phép xây dựng nhà ở riêng lẻ", 5, "full", 9),
            ("Cấp giấy phép di dời công trình", 15, "partial", 1.5),
        ),
    ),
    (
        "Quy hoạch, kiến trúc",
        1.7,
        DO_THI,
        3,
        (),
        (
            ("Cung cấp thông tin quy hoạch xây dựng", 10, "full", 28),
            ("Cấp chứng chỉ quy hoạch", 15, "partial", 5),
            ("Thẩm định nhiệm vụ quy hoạch chi tiết xây dựng", 20, "partial", 1.5),
        ),
    ),
    (
        "Hạ tầng kỹ thuật",
        1.5,
        DO_THI,
        3,
        (("Cấp phép sử dụng tạm thời một phần hè phố", 5, "3", 5),),
        (
            ("Cấp phép đào đường, hè phố", 7, "4", 8),
            ("Cấp phép chặt hạ, dịch chuyển cây xanh", 10, "4", 4),
        ),
    ),
    (
        "Môi trường",
        1.4,
        DO_THI,
        2,
        (
            ("Tham vấn báo cáo đánh giá tác động môi trường", 15, "3", 1),
            ("Tiếp nhận đăng ký môi trường", 5, "full", 4),
        ),
        (("Cấp giấy phép môi trường cho cơ sở thuộc thẩm quyền cấp huyện", 20, "partial", 5),),
    ),
    (
        "Bảo trợ xã hội",
        1.1,
        NOI_VU,
        4,
        (
            ("Thực hiện trợ giúp xã hội hằng tháng", 10, "partial", 20),
            ("Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội", 3, "partial", 8),
            ("Xác định, xác định lại mức độ khuyết tật", 25, "2", 7),
            ("Đổi, cấp lại giấy xác nhận khuyết tật", 5, "partial", 3),
            ("Công nhận hộ nghèo, hộ cận nghèo phát sinh trong năm", 15, "partial", 5),
            ("Công nhận hộ thoát nghèo, thoát cận nghèo trong năm", 15, "partial", 3),
            ("Chi trả trợ cấp xã hội khi thay đổi nơi cư trú", 6, "3", 4),
            ("Trợ giúp xã hội đột xuất về nhà ở", 12, "2", 1.5),
        ),
        (),
    ),
    (
        "Người có công",
        1.3,
        NOI_VU,
        4,
        (
            ("Giải quyết chế độ mai táng phí đối với người có công", 12, "partial", 6),
            ("Xác nhận vào đơn đề nghị cấp lại bằng Tổ quốc ghi công", 5, "partial", 2),
            ("Ủy quyền hưởng trợ cấp, phụ cấp ưu đãi", 3, "3", 6),
            ("Đề nghị hưởng trợ cấp thờ cúng liệt sĩ", 10, "partial", 3),
            ("Xác nhận hồ sơ hưởng trợ cấp một lần đối với người hoạt động kháng chiến", 10, "2", 2.5),
            ("Cấp giấy giới thiệu thăm viếng mộ liệt sĩ", 2, "3", 1.5),
        ),
        (),
    ),
    (
        "Trẻ em",
        0.8,
        NOI_VU,
        4,
        (
            ("Cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi", 5, "full", 22),
            ("Áp dụng biện pháp can thiệp khẩn cấp bảo vệ trẻ em", 1, "2", 0.6),
            ("Chấm dứt việc chăm sóc thay thế cho trẻ em", 10, "partial", 0.5),
        ),
        (),
    ),
    (
        "Giáo dục và đào tạo",
        0.9,
        NOI_VU,
        5,
        (
            ("Thành lập nhóm trẻ, lớp mẫu giáo độc lập", 15, "partial", 1.5),
            ("Cho phép nhóm trẻ, lớp mẫu giáo hoạt động trở lại", 10, "partial", 0.8),
            ("Xác nhận hồ sơ hỗ trợ chi phí học tập", 5, "full", 6),
        ),
        (),
    ),
    (
        "Văn hóa cơ sở",
        0.8,
        NOI_VU,
        5,
        (
            ("Thông báo tổ chức lễ hội cấp xã", 10, "partial", 1),
            ("Xét tặng danh hiệu Gia đình văn hóa hằng năm", 5, "4", 3),
            ("Công nhận câu lạc bộ thể thao cơ sở", 7, "4", 0.8),
            ("Thông báo thành lập thư viện cộng đồng", 15, "partial", 0.3),
        ),
        (),
    ),
    (
        "Tín ngưỡng, tôn giáo",
        1.0,
        NOI_VU,
        5,
        (
            ("Đăng ký hoạt động tín ngưỡng", 12, "3", 1),
            ("Đăng ký sinh hoạt tôn giáo tập trung", 15, "3", 0.8),
            ("Thông báo danh mục hoạt động tôn giáo", 5, "4", 1.6),
            ("Thông báo tổ chức quyên góp trong địa bàn một xã", 3, "4", 0.8),
        ),
        (
            ("Đề nghị tổ chức cuộc lễ ngoài cơ sở tôn giáo", 15, "partial", 5),
            ("Thông báo tổ chức hội nghị thường niên của tổ chức tôn giáo", 5, "full", 5),
        ),
    ),
    (
        "Thi đua, khen thưởng",
        0.8,
        NOI_VU,
        5,
        (
            ("Tặng giấy khen về thực hiện nhiệm vụ chính trị", 10, "4", 3),
            ("Tặng danh hiệu Lao động tiên tiến", 10, "4", 2),
            ("Tặng giấy khen thành tích đột xuất", 5, "4", 1),
        ),
        (
            ("Tặng giấy khen của Chủ tịch UBND cấp huyện theo chuyên đề", 10, "full", 9),
            ("Tặng danh hiệu Chiến sĩ thi đua cơ sở", 15, "full", 5),
        ),
    ),
    (
        "Hội, tổ chức phi chính phủ",
        1.2,
        NOI_VU,
        5,
        (),
        (
            ("Cho phép thành lập hội có phạm vi hoạt động trong huyện", 20, "partial", 3),
            ("Phê duyệt điều lệ hội", 20, "partial", 3),
            ("Thông báo thành lập chi hội", 7, "partial", 2),
        ),
    ),
    (
        "Thành lập và hoạt động hộ kinh doanh",
        0.6,
        TAI_CHINH,
        3,
        (),
        (
            ("Đăng ký thành lập hộ kinh doanh", 3, "full", 120),
            ("Đăng ký thay đổi nội dung đăng ký hộ kinh doanh", 3, "full", 70),
            ("Tạm ngừng kinh doanh, tiếp tục kinh doanh trước thời hạn", 3, "full", 36),
            ("Chấm dứt hoạt động hộ kinh doanh", 3, "full", 48),
            ("Cấp lại giấy chứng nhận đăng ký hộ kinh doanh", 3, "full", 14),
        ),
    ),
    (
        "Lưu thông hàng hóa trong nước",
        1.2,
        TAI_CHINH,
        3,
        (),
        (
            ("Cấp giấy phép bán lẻ rượu", 10, "full", 18),
            ("Cấp lại giấy phép bán lẻ rượu", 7, "full", 6),
            ("Cấp sửa đổi, bổ sung giấy phép bán lẻ rượu", 7, "full", 4),
            ("Cấp giấy phép bán lẻ sản phẩm thuốc lá", 15, "full", 9),
        ),
    ),
)


def _catalogue() -> tuple[Procedure, ...]:
    rows: list[Procedure] = []
    for field, proneness, department, desk, of_ward, of_district in _FIELDS:
        for level, group in (("commune", of_ward), ("district", of_district)):
            for name, limit, online_level, weight in group:
                number = (len(rows) * 7919 + 4873) % 9973
                rows.append(
                    Procedure(
                        code=f"{1 + len(rows) % 7 // 5}.{number:06d}",
                        name=name,
                        field=field,
                        level=level,
                        online_level=online_level,
                        limit=limit,
                        weight=weight,
                        interlinked=name in _LINKED,
                        proneness=proneness,
                        department=department,
                        desk=desk,
                    )
                )
    return tuple(rows)


PROCEDURES: tuple[Procedure, ...] = _catalogue()
"""The catalogue, one entry per procedure, in the order of its fields."""


def ward_name(position: int) -> str:
    """Give the name of the ward at that position, counted from 0."""
    return f"Phường {WARD_NAMES[position]}" if position < len(WARD_NAMES) else f"Phường {position + 1}"


def department_name(position: int) -> str:
    """Give the name of the department at that position, counted from 0."""
    return (
        DEPARTMENT_NAMES[position] if position < len(DEPARTMENT_NAMES) else f"Phòng chuyên môn {position + 1}"
    )
