"""What the words on screen mean, for readers."""

from __future__ import annotations

from queries.definitions.metrics import FEW

WORDS = (
    (
        "Số liệu đến",
        "Thời điểm của dữ liệu: mỗi nguồn lấy lần nạp mới nhất, rồi lấy nguồn cũ nhất trong số đó. "
        "Việc xảy ra sau thời điểm này coi như chưa xảy ra.",
    ),
    (
        "Ngày chốt",
        "Ngày cuối được tính của kỳ: ngày cuối kỳ, hoặc ngày của số liệu nếu kỳ chưa kết thúc.",
    ),
    (
        "Dương lịch, kỳ báo cáo",
        "Dương lịch: tháng từ ngày 1. Kỳ báo cáo: tháng từ ngày 15 tháng trước đến ngày 14 (Nghị "
        "định 09/2019/NĐ-CP); ngày đầu đổi được trong cài đặt.",
    ),
    (
        "So với kỳ trước, cùng kỳ năm trước",
        "Kỳ chưa kết thúc được so với đúng chừng ấy ngày của kỳ kia.",
    ),
    (
        "Ngày hẹn trả",
        "Ngày hẹn ĐẦU TIÊN. Chỉ tạm dừng đúng luật mới dời; phiếu xin lỗi và hẹn lại không dời, nên "
        "trễ vẫn là trễ.",
    ),
    (
        "Trước hạn, Đúng hạn, Trễ hạn",
        "Kết quả về đến bộ phận một cửa trước, trong, sau ngày hẹn trả.",
    ),
    (
        "Quá hạn chưa giải quyết xong",
        "Đã qua ngày hẹn trả mà chưa xong. Luôn đứng cạnh tỷ lệ trễ hẹn: để hồ sơ trễ nằm lại không "
        "làm đơn vị đẹp lên.",
    ),
    (
        "Tạm dừng",
        "Chờ công dân bổ sung hoặc nộp phí, và chưa quá hạn lúc bắt đầu chờ.",
    ),
    (
        "Không có ngày hẹn trả",
        "Đã giải quyết nhưng nguồn không ghi ngày hẹn: đếm riêng, không tính đúng hay trễ.",
    ),
    (
        "a/b",
        "Tử số trên mẫu số. Mẫu số 0 in “—”, không bao giờ 0% hay 100%.",
    ),
    (
        "Cách tính A, B, C, D",
        "Bốn tỷ lệ trễ hẹn đang dùng ở Việt Nam, khác nhau ở mẫu số; xem ví dụ ở trên.",
    ),
    (
        "Vượt ngưỡng, vượt rõ",
        "Từ ngưỡng trở lên là vượt. Vượt rõ: cận dưới khoảng tin cậy Wilson 95% cũng từ ngưỡng trở "
        "lên, khó là ngẫu nhiên.",
    ),
    (
        "Cảnh báo đỏ, mức đỏ, mức vàng",
        "Đơn vị có cảnh báo đỏ là đơn vị từ ngưỡng trễ hẹn trở lên. Việc mức đỏ phải làm ngay; việc mức vàng "
        "cần xem lại. Việc không làm đơn vị thành đỏ.",
    ),
    (
        "Sát ngưỡng",
        "Dưới ngưỡng nhưng từ mức sát ngưỡng trở lên.",
    ),
    (
        "ít hồ sơ",
        f"Dưới {FEW} hồ sơ trong mẫu số: vẫn nêu cảnh báo, nhưng không bị gọi tên là kém nhất.",
    ),
    (
        "ít phiếu",
        "Dưới 30 phiếu: có tỷ lệ, không nêu xu hướng.",
    ),
    (
        "Phụ thuộc cách tính",
        "Có cách tính cho kết quả vượt ngưỡng, có cách không.",
    ),
    (
        "điểm %",
        "Hiệu của hai tỷ lệ: từ 4% lên 5% là tăng 1 điểm %.",
    ),
    (
        "(không rõ đơn vị)",
        "Hồ sơ có mã đơn vị trống hoặc lạ: nằm trong số toàn địa bàn, không xếp hạng.",
    ),
    (
        "không có dữ liệu",
        "Nguồn không có bảng hoặc cột này. Khác với 0.",
    ),
    (
        "chưa phát sinh",
        "Có theo dõi nhưng trong kỳ không có hồ sơ nào qua bưu chính.",
    ),
    (
        "kỳ chưa kết thúc",
        "Số liệu dừng trước ngày cuối kỳ; trên biểu đồ là chấm rỗng, nét đứt.",
    ),
    (
        "dữ liệu cũ",
        "Số liệu cũ hơn mức mà cài đặt mong đợi.",
    ),
)
"""Term → meaning, in the order a reader meets them."""
