"""Every setting: its default, what it may be, its help, and where its value came from.

    command line  >  environment MOTCUA_*  >  motcua.toml  >  default

``load()`` reads those sources; ``Settings(...)`` itself reads nothing but its arguments,
so that a test's settings do not depend on the machine. A later source replaces an
earlier one whole: ``tables`` of the environment is not merged with that of motcua.toml.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from dashboard.settings.sources import (
    COMMAND_LINE,
    DEFAULT,
    PREFIX,
    SettingsError,
    Source,
    problem,
    read_environment,
    read_file,
    unknown,
    variable,
)
from dashboard.settings.values import (
    LIVE,
    ColumnNames,
    DatabaseUrl,
    DatedRule,
    DatedRules,
    DateFormats,
    Days,
    FileRow,
    Files,
    FormRow,
    Forms,
    HostNames,
    MailAddress,
    Moment,
    Networks,
    OwnRule,
    OwnRules,
    PublicUrl,
    SecretUrl,
    SourceTables,
    TableNames,
    Target,
    TimeZone,
    UrlPrefix,
    Whole,
    Words,
    Zones,
    moment_of,
    old_names,
)
from queries.asked.view import DEFAULT_RULES, Rule, Rules
from queries.definitions.sources import LOCAL
from queries.source.mapping import DAY_FIRST, SourceMapping

__all__ = ["Settings", "SettingsError", "allowed", "drafted", "load", "names", "public_name"]


def _setting(default: Any, allowed: str, description: str, **more: Any) -> Any:
    return Field(default, description=description, json_schema_extra={"allowed": allowed}, **more)


def _whole(default: int, low: int, high: int, description: str) -> Any:
    return _setting(default, f"số nguyên từ {low} đến {high}", description, ge=low, le=high)


def _yes_no(default: bool, description: str) -> Any:
    return _setting(default, "true hoặc false", description)


def _rows(rules: tuple[Rule, ...]) -> tuple[DatedRule, ...]:
    return tuple(
        DatedRule(
            percent=one.percent, since=one.since, document=one.document, consequence=one.consequence
        )
        for one in rules
    )  # fmt: skip


_RULES = (
    'danh sách dòng {percent = "5", since = 2026-01-01, document = "…", consequence = "…"}; '
    "0 < percent < 100; không có since: áp dụng từ đầu"
)
_II06A = FormRow(
    code="Biểu số II.06a/VPCP/KSTT",
    title="TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT TTHC TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT TTHC",
    recipient="Văn phòng Ủy ban nhân dân cấp trên trực tiếp",
    document="Thông tư số 01/2020/TT-VPCP ngày 21/10/2020 của Văn phòng Chính phủ",
)
_DAYS = "danh sách ngày, ví dụ 2026-01-02, 2026-04-30"


class Settings(BaseSettings):
    """All settings, checked and frozen. ``load()`` makes one from every source."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_prefix_target="all", env_ignore_empty=True, enable_decoding=False,
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, hide_input_in_errors=True,
    )  # fmt: skip

    database_url: DatabaseUrl = _setting(
        SecretUrl("duckdb:///var/mau.duckdb"),
        "địa chỉ SQLAlchemy: duckdb:///tệp, sqlite:///tệp, "
        "postgresql+psycopg://tài_khoản:mật_khẩu@máy_chủ/csdl, "
        "mysql+pymysql://tài_khoản:mật_khẩu@máy_chủ/csdl",
        "Cơ sở dữ liệu một cửa, chỉ mở để đọc. Tệp tính từ thư mục đang chạy. Có files mà không đặt mục này: "
        "chỉ đọc tệp.",
    )
    files: Files = _setting(
        (), 'danh sách dòng [[files]] {path = "du-lieu/ho-so-*.xlsx", table = "dossiers", sheet = "HoSo"}; '
        "chỉ path là bắt buộc",
        "Tệp Excel (.xlsx, .xls) hoặc CSV được đọc, riêng hay cùng cơ sở dữ liệu; path là tên tệp hoặc mẫu "
        "tên, tính từ thư mục đang chạy. table, sheet: chỉ khai khi motcua check không tự nhận ra.",
    )  # fmt: skip
    db_schema: str | None = _setting(
        None, "tên schema", "Schema chứa các bảng; bỏ trống: schema mặc định của tài khoản.",
        alias="schema", min_length=1,
    )  # fmt: skip
    tables: TableNames = _setting(
        {}, 'bảng tên, ví dụ dossiers = "V_HS"; trong biến môi trường {"dossiers": "V_HS"}',
        "Tên bảng trong cơ sở dữ liệu, khi khác.",
    )  # fmt: skip
    columns: ColumnNames = _setting(
        {}, 'bảng tên theo từng bảng, [columns.dossiers] rồi due_at = "NGAY_HEN"; trong biến môi trường '
        '{"dossiers": {"due_at": "NGAY_HEN"}}',
        "Tên cột trong cơ sở dữ liệu, khi khác.",
    )  # fmt: skip
    values: Words = _setting(
        {}, 'bảng từ theo từng cột, [values.state] hay [values.dossiers.state] rồi "4" = "open"; left_out: '
        'bỏ qua dòng; trong biến môi trường {"state": {"4": "open"}}',
        "Nghĩa của từ và số trong cơ sở dữ liệu, khi khác từ của quy ước; motcua check viết sẵn những dòng "
        "còn thiếu.",
    )  # fmt: skip
    zones: Zones = _setting(
        {}, 'bảng múi giờ, [zones] rồi "dossiers.received_at" = "UTC", hay dossiers = "UTC" cho cả bảng; '
        'UTC, tên múi giờ IANA, hoặc session; trong biến môi trường {"dossiers.received_at": "UTC"}',
        "Múi giờ của từng cột thời điểm, khi không phải time_zone; session: như phiên của cơ sở dữ liệu "
        "hiển thị.",
    )  # fmt: skip
    date_formats: DateFormats = _setting(
        DAY_FIRST, 'danh sách khuôn ngày, dùng %d %m %Y %H %M %S; ví dụ "%m/%d/%Y" là tháng trước ngày',
        "Cách viết ngày ở cột kiểu chữ, thử lần lượt, có hay không có giờ theo sau; năm viết trước "
        "(2026-11-21) luôn đọc được.",
    )  # fmt: skip
    first_year: Whole = _whole(1990, 1900, 2100, "Ngày trước năm này không phải ngày thật, bị coi là trống.")
    last_year: Whole = _whole(2100, 1990, 9999, "Ngày sau năm này không phải ngày thật, bị coi là trống.")
    district_name: str | None = _setting(
        None, "chữ", "Tên huyện, quận ở đầu trang; bỏ trống: lấy từ dữ liệu (dữ liệu mẫu là “Quận Mẫu”).",
        min_length=1,
    )  # fmt: skip
    time_zone: TimeZone = _setting(
        "Asia/Ho_Chi_Minh", "tên múi giờ IANA, ví dụ Asia/Ho_Chi_Minh", "Múi giờ của đồng hồ và của dữ liệu."
    )
    as_of: Moment = _setting(
        None, "thời điểm như 2026-11-21T10:15, ngày như 2026-11-21 (hết ngày đó), hoặc live",
        "Ghim “bây giờ” vào một thời điểm, để kiểm thử và trình diễn; live: số liệu đến lần cập nhật bản sao "
        "gần nhất (cơ sở dữ liệu tác nghiệp); bỏ trống: theo lần nạp dữ liệu.",
    )  # fmt: skip
    thresholds: DatedRules = _setting(
        _rows(DEFAULT_RULES.threshold), _RULES, "Ngưỡng tỷ lệ trễ hẹn, %: từ ngưỡng trở lên là vượt."
    )
    near_bands: DatedRules = _setting(
        _rows(DEFAULT_RULES.near), _RULES, "Cận dưới của vùng sát ngưỡng, %; luôn nhỏ hơn ngưỡng cùng ngày."
    )
    local_rules: OwnRules = _setting(
        (), 'danh sách dòng {replaces = "cv_2307", document = "Quyết định …", since = 2027-01-01, '
        f'unit_consequence = "…", official_consequence = "…"}}; replaces: {", ".join(LOCAL)}',
        "Văn bản của địa phương thay cho quy định của địa phương khác làm căn cứ cảnh báo: Công văn 2307 "
        "(Cần Thơ), Công văn 2245, Đề án Mỹ Đức, Kế hoạch Thạch Bàn; và hệ quả với đơn vị từ ngưỡng trở lên, "
        "với công chức nhiều hồ sơ trễ. Không có since: từ đầu.",
    )  # fmt: skip
    late_rate_basis: Literal["A", "B", "C", "D"] = _setting(
        "A", "A (hồ sơ đã giải quyết), B (đến hạn), C (phải giải quyết), D (tiếp nhận)",
        "Cách tính tỷ lệ trễ hẹn mặc định; người xem đổi được bằng cach_tinh.",
    )  # fmt: skip
    compare: Literal["day", "moment"] = _setting(
        "day", "day (theo ngày), moment (theo giờ phút)", "So hẹn với xong theo ngày, hay theo giờ phút."
    )
    cutoff_day: Whole = _whole(15, 1, 28, "Ngày đầu của kỳ báo cáo tháng (Nghị định 09/2019/NĐ-CP: ngày 15).")
    due_soon_working_days: Whole = _whole(2, 1, 30, "“Sắp đến hạn”: còn chừng này ngày làm việc trở xuống.")
    late_apology_days: Whole = _whole(
        1, 0, 30, "Phiếu xin lỗi phải ban hành trước ngày hẹn trả chừng này ngày lịch; sau đó là muộn."
    )
    extra_days_off: Days = _setting((), _DAYS, "Ngày nghỉ thêm ngoài lịch nghỉ lễ (nghỉ bù, hoán đổi).")
    extra_working_days: Days = _setting((), _DAYS, "Ngày nghỉ được đổi thành ngày làm việc (làm bù).")
    online_target: Target = _setting(
        None, "số trên 0, nhiều nhất 100, ví dụ 60",
        "Chỉ tiêu tỷ lệ trực tuyến mức độ 3, 4 (một phần / toàn trình), %: đơn vị thấp hơn được cảnh báo; "
        "bỏ trống: không cảnh báo.",
    )  # fmt: skip
    form_ii06a: Forms = _setting(
        (_II06A,),
        'danh sách dòng [[form_ii06a]] {since = 2026-01-01, code = "…", title = "…", recipient = "…", '
        'document = "…"}; không có since: áp dụng từ đầu',
        "Số hiệu, tên, nơi nhận, căn cứ của Biểu II.06a theo thời kỳ; lấy mẫu có hiệu lực ở ngày cuối kỳ. So "
        "với biểu đang được giao trước khi nộp: nơi nhận do địa phương phân công, mẫu có thể đã thay.",
    )  # fmt: skip
    closed_count_on_time: bool = _yes_no(
        False, "Biểu II.06a: cộng hồ sơ từ chối và công dân rút vào cột (9) đúng hạn."
    )
    expected_age_minutes: Whole = _whole(
        1440, 1, 525_600, "Số liệu cũ hơn chừng này phút được ghi “dữ liệu cũ”."
    )
    wall_scene_seconds: Whole = _whole(20, 5, 600, "Mỗi cảnh, mỗi trang của màn hình treo tường, giây.")
    statement_timeout_seconds: Whole = _whole(30, 1, 3600, "Thời gian tối đa của một câu truy vấn, giây.")
    cache_seconds: Whole = _whole(
        900,
        0,
        86_400,
        "Giữ kết quả đã tính nhiều nhất chừng này giây; có số liệu "
        "mới thì tính lại trong 20 giây. 0: không giữ.",
    )
    copy_folder: str = _setting(
        "var", "đường dẫn thư mục",
        "Thư mục giữ bản sao làm việc, là nơi trả lời mọi câu hỏi; tính từ thư mục đang chạy. Chỉ tài khoản "
        "chạy bảng theo dõi đọc được tệp trong đó.",
        min_length=1,
    )  # fmt: skip
    kept_generations: Whole = _whole(3, 2, 20, "Giữ chừng này bản sao gần nhất, để lùi về khi bản mới hỏng.")
    refresh_minutes: Whole = _whole(
        10, 1, 1440, "Cập nhật bản sao ít nhất chừng này phút một lần; sớm hơn khi thấy nguồn có gì mới."
    )
    compare_hour: Whole = _whole(
        2, 0, 23, "Giờ bắt đầu đối chiếu toàn bộ mỗi đêm, để thấy hồ sơ bị xóa hoặc sửa lặng lẽ ở nguồn."
    )
    read_time_percent: Whole = _whole(
        5, 1, 100, "Tự cập nhật dùng nhiều nhất chừng này phần trăm thời gian để đọc nguồn."
    )
    read_rows_per_second: Whole = _whole(
        0, 0, 10_000_000, "Đọc nguồn nhiều nhất chừng này dòng một giây; 0: không giới hạn."
    )
    refresh_memory_mb: Whole = _whole(350, 128, 65_536, "Bộ nhớ nhiều nhất khi tạo bản sao, MB.")
    writing_account: bool = _yes_no(
        False,
        "Dùng cả tài khoản cơ sở dữ liệu ghi được hoặc là tài khoản quản trị. Bảng theo dõi không ghi gì, "
        "nhưng khóa thật là quyền của tài khoản: nên in SQL tạo tài khoản chỉ đọc bằng motcua account.",
    )
    source_connect_seconds: Whole = _whole(5, 1, 300, "Chờ nguồn nhận kết nối nhiều nhất chừng này giây.")
    source_silence_seconds: Whole = _whole(
        60, 1, 3600, "Đang đọc mà nguồn im lặng chừng này giây thì thôi, lần sau đọc lại."
    )
    source_lock_seconds: Whole = _whole(10, 1, 300, "Chờ một bảng đang bị khóa nhiều nhất chừng này giây.")
    source_table_seconds: Whole = _whole(3600, 10, 86_400, "Đọc một bảng nhiều nhất chừng này giây.")
    loads_of: SourceTables = _setting(
        {}, 'bảng tên, ví dụ {"Kiosk đánh giá": "ratings"}',
        "Nguồn (loads.source) nào là của bảng khác, không phải của hồ sơ: số liệu đến lúc nào tính theo các "
        "nguồn của hồ sơ.",
    )  # fmt: skip
    refuse_no_dossiers: bool = _yes_no(True, "Không nhận lần đọc không có hồ sơ nào, khi trước đó có.")
    refuse_table_down_percent: Whole = _whole(
        10, 0, 100, "Không nhận lần đọc có bảng giảm từ chừng này phần trăm số dòng. 0: luôn nhận."
    )
    refuse_dossiers_up_percent: Whole = _whole(
        50, 0, 10_000, "Không nhận lần đọc có số hồ sơ tăng từ chừng này phần trăm. 0: luôn nhận."
    )
    refuse_empty_up_points: Whole = _whole(
        10, 0, 100,
        "Không nhận lần đọc có cột dùng đến mà phần giá trị trống hoặc không rõ tăng từ chừng này điểm phần "
        "trăm. 0: luôn nhận.",
    )  # fmt: skip
    refuse_future_percent: Whole = _whole(
        1, 0, 100,
        "Không nhận lần đọc có hồ sơ tiếp nhận ở tương lai quá chừng này phần trăm và gấp đôi lần trước. "
        "0: luôn nhận.",
    )  # fmt: skip
    refuse_unknown_units_percent: Whole = _whole(
        1, 0, 100,
        "Không nhận lần đọc có hồ sơ không rõ đơn vị quá chừng này phần trăm và gấp đôi lần trước. "
        "0: luôn nhận.",
    )  # fmt: skip
    refuse_as_of_back_hours: Whole = _whole(
        24, 0, 8760, "Không nhận lần đọc có nguồn lùi quá chừng này giờ so với lần trước. 0: luôn nhận."
    )
    refuse_clock_apart_minutes: Whole = _whole(
        120, 0, 525_600,
        "Không nhận lần đọc khi đồng hồ máy này lệch đồng hồ cơ sở dữ liệu quá chừng này phút. 0: luôn nhận.",
    )  # fmt: skip
    refuse_least_rows: Whole = _whole(
        5, 1, 1000, "Bảng ít dòng hơn chừng này không bị xét theo phần trăm, trừ bảng hồ sơ."
    )
    host: str = _setting(
        "127.0.0.1", "tên máy hoặc địa chỉ IP",
        "Địa chỉ phục vụ; 0.0.0.0: mọi máy vào được, chỉ khi đã có tài khoản (motcua user add).",
        min_length=1,
    )  # fmt: skip
    port: Whole = _whole(8050, 1, 65_535, "Cổng phục vụ.")
    url_prefix: UrlPrefix = _setting(
        "", "đường dẫn như /motcua",
        "Đường dẫn mà reverse proxy đặt bảng theo dõi ở dưới, như /motcua cho https://cong.quan.vn/motcua/; "
        "bỏ trống: ở gốc của tên miền.",
    )  # fmt: skip
    public_url: PublicUrl = _setting(
        "", "địa chỉ như https://motcua.quan.vn, hay https://cong.quan.vn/motcua khi có url_prefix",
        "Địa chỉ mà mọi người mở bảng theo dõi, để ghi vào tệp và thư; bỏ trống: tệp tải từ trang ghi "
        "địa chỉ người tải đang mở, tệp của motcua report chỉ ghi phần sau tên máy.",
    )  # fmt: skip
    hosts: HostNames = _setting(
        (), "danh sách tên máy, ví dụ motcua.quan.vn, motcua",
        "Tên máy mà trình duyệt được dùng để mở bảng theo dõi, ngoài localhost; địa chỉ IP luôn được. "
        "Tên khác bị từ chối: trang lạ không mượn được trình duyệt của người xem để đọc số liệu.",
    )  # fmt: skip
    workers: Whole = _whole(
        0,
        0,
        64,
        "Số tiến trình phục vụ; 0: theo máy, một tiến trình cho bốn lõi. Mỗi tiến trình giữ kết quả riêng.",
    )
    lists_per_hour: Whole = _whole(
        600, 1, 1_000_000,
        "Mỗi người (chưa có tài khoản: mỗi máy) mở nhiều nhất chừng này trang danh sách hồ sơ và tệp Excel "
        "một giờ, mọi tiến trình cộng lại.",
    )  # fmt: skip
    health_host: str = _setting(
        "127.0.0.1", "tên máy hoặc địa chỉ IP", "Địa chỉ của /healthz, /readyz, /metrics cho máy giám sát.",
        min_length=1,
    )  # fmt: skip
    health_port: Whole = _whole(
        0,
        0,
        65_535,
        "Cổng riêng của /healthz, /readyz, /metrics, người xem không làm nghẽn được; 0: port + 1.",
    )
    accounts_file: str = _setting(
        "var/tai-khoan.sqlite", "tên tệp",
        "Tệp tài khoản, chỉ tài khoản chạy bảng theo dõi đọc được; motcua user add tạo tệp.", min_length=1,
    )  # fmt: skip
    issued_file: str = _setting(
        "var/so-phieu.sqlite", "tên tệp",
        "Sổ phiếu: mỗi phiếu, biểu, báo cáo có số được giữ ở đây nguyên như khi lập; mở lại ở /phieu/SỐ. "
        "Phải có trong sao lưu.", min_length=1,
    )  # fmt: skip
    audit_folder: str = _setting(
        "var/nhat-ky", "tên thư mục",
        "Nơi ghi ai đã xem, tải danh sách hồ sơ, tên công chức, mỗi tháng một tệp; xem bằng motcua audit.",
        min_length=1,
    )  # fmt: skip
    audit_months: Whole = _whole(24, 2, 240, "Giữ nhật ký ấy chừng này tháng gần nhất.")
    session_hours: Whole = _whole(12, 1, 168, "Phiên đăng nhập dài nhất chừng này giờ.")
    session_idle_minutes: Whole = _whole(
        60, 5, 1440, "Không bấm gì chừng này phút thì hết phiên; trang để mở không tính là bấm."
    )
    trusted_proxies: Networks = _setting(
        (), "danh sách địa chỉ IP hoặc mạng, ví dụ 127.0.0.1, 10.1.0.0/24",
        "Máy trung gian (nginx, Caddy) được tin khi nói người xem ở địa chỉ nào, có dùng TLS không; máy khác "
        "nói thì bỏ qua.",
    )  # fmt: skip
    proxy_user_header: str | None = _setting(
        None, "tên tiêu đề HTTP, ví dụ X-Remote-User",
        "Máy trung gian trong trusted_proxies đã xác thực người xem và ghi tên tài khoản ở tiêu đề này. "
        "Máy ấy phải xóa tiêu đề do trình duyệt gửi.", pattern="[A-Za-z0-9-]{1,64}",
    )  # fmt: skip
    oidc_issuer: str | None = _setting(
        None, "địa chỉ https://…", "Đăng nhập một lần (OpenID Connect): địa chỉ của nơi cấp.", min_length=8
    )
    oidc_client_id: str | None = _setting(
        None, "chuỗi", "Đăng nhập một lần: mã của bảng theo dõi ở nơi cấp.", min_length=1
    )
    oidc_client_secret: SecretStr | None = _setting(
        None, "chuỗi", "Đăng nhập một lần: khóa của bảng theo dõi ở nơi cấp.", min_length=1
    )
    oidc_name_claim: str = _setting(
        "preferred_username", "tên một mục của id_token",
        "Đăng nhập một lần: mục nào của id_token là tên tài khoản (motcua user add … --sso).", min_length=1,
    )  # fmt: skip
    smtp_host: str | None = _setting(
        None, "tên máy hoặc địa chỉ IP",
        "Máy chủ thư (SMTP) của cơ quan, để motcua send gửi báo cáo và tin vượt ngưỡng; bỏ trống: không gửi.",
        min_length=1, pattern=r"[A-Za-z0-9.:_-]{1,253}",
    )  # fmt: skip
    smtp_port: Whole = _whole(587, 1, 65_535, "Cổng của máy chủ thư: 587 với starttls, 465 với implicit.")
    smtp_tls: Literal["starttls", "implicit", "none"] = _setting(
        "starttls", "starttls, implicit, none",
        "Mã hóa đường đến máy chủ thư: starttls (bắt buộc, không có thì không gửi), implicit (TLS ngay từ "
        "đầu); none chỉ được khi smtp_host là chính máy này.",
    )  # fmt: skip
    smtp_ca_file: str | None = _setting(
        None, "tên tệp PEM",
        "Chứng thư gốc của cơ quan, khi máy chủ thư không dùng chứng thư mà máy này tin sẵn.", min_length=1,
    )  # fmt: skip
    smtp_user: str | None = _setting(
        None, "chuỗi", "Tài khoản đăng nhập máy chủ thư; bỏ trống: máy chủ không đòi đăng nhập.", min_length=1
    )
    smtp_password: SecretStr | None = _setting(
        None, "chuỗi",
        "Mật khẩu của smtp_user; nên đặt trong biến môi trường, hoặc trong tệp riêng (smtp_password_file).",
        min_length=1,
    )  # fmt: skip
    smtp_password_file: str | None = _setting(
        None, "tên tệp",
        "Tệp một dòng chứa mật khẩu của smtp_user, chỉ tài khoản chạy lệnh đọc được; thay cho smtp_password.",
        min_length=1,
    )  # fmt: skip
    mail_from: MailAddress | None = _setting(
        None, "địa chỉ thư như motcua@quan.vn", "Địa chỉ gửi thư đi; phải có khi đặt smtp_host."
    )
    mail_most_mb: Whole = _whole(
        15, 1, 100, "Tệp lớn hơn chừng này MB không gửi kèm: thư chỉ nêu địa chỉ để mở trên bảng theo dõi."
    )
    secret_key: SecretStr | None = _setting(
        None, "chuỗi ngẫu nhiên từ 16 ký tự", "Khóa ký phiên làm việc, chung cho mọi tiến trình.",
        min_length=16,
    )  # fmt: skip

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _hints: tuple[str, ...] = PrivateAttr(default=())

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Read the arguments only: ``load()`` reads the sources, to know what came from where."""
        return (init_settings,)

    @field_validator("as_of", mode="before")
    @classmethod
    def _read_moment(cls, value: object, info: ValidationInfo) -> object:
        return moment_of(value, info.data.get("time_zone", "Asia/Ho_Chi_Minh"))

    @model_validator(mode="after")
    def _agree(self) -> Settings:
        rules = self.rules()
        for day in sorted({row.since or date.min for row in (*self.thresholds, *self.near_bands)}):
            near, threshold = rules.near_on(day), rules.threshold_on(day)
            if near.fraction >= threshold.fraction:
                reason = f"{near.percent}% không nhỏ hơn ngưỡng {threshold.percent}% (thresholds)"
                raise PydanticCustomError("near_bands", "{reason}", {"reason": reason})
        if both := set(self.extra_days_off) & set(self.extra_working_days):
            reason = f"ngày {min(both)} cũng nằm trong extra_days_off"
            raise PydanticCustomError("extra_working_days", "{reason}", {"reason": reason})
        path = urlsplit(self.public_url).path
        if path not in ("", self.url_prefix):
            reason = f"đường dẫn {path} khác url_prefix ({self.url_prefix or 'bỏ trống'})"
            raise PydanticCustomError("public_url", "{reason}", {"reason": reason})
        if self.first_year > self.last_year:
            reason = f"năm {self.last_year} trước first_year {self.first_year}"
            raise PydanticCustomError("last_year", "{reason}", {"reason": reason})
        return self

    def form_on(self, day: date) -> FormRow:
        """Give the form II.06a in force on a day: of those begun the latest, else the oldest known."""
        begun = [one for one in self.form_ii06a if one.since is None or one.since <= day]
        return begun[-1] if begun else self.form_ii06a[0]

    @property
    def is_live(self) -> bool:
        """Say whether the moment of the data is that of the last refresh."""
        return self.as_of == LIVE

    @property
    def source_url(self) -> str | None:
        """The database's address with its password; None where files alone are read."""
        if self.files and "database_url" not in self.model_fields_set:
            return None
        return self.database_url.get_secret_value()

    def now(self) -> datetime:
        """Give the pinned moment, else the clock's, as local wall-clock time."""
        if isinstance(self.as_of, datetime):
            return self.as_of
        return self.clock()

    def clock(self) -> datetime:
        """Give the true time, as local wall-clock time, whatever moment the settings pin."""
        return datetime.now(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    def rules(self) -> Rules:
        """Give threshold and near band as the queries know them, oldest first."""
        return Rules(
            threshold=tuple(row.rule() for row in self.thresholds),
            near=tuple(row.rule() for row in self.near_bands),
            local=tuple(row.rule() for row in self.local_rules),
        )

    def processes(self) -> int:
        """Give how many workers serve: as set, else one for every four cores."""
        return self.workers or max(1, min(8, (os.cpu_count() or 1) // 4))

    def served_as(self) -> tuple[str, ...]:
        """Give the names a browser may call this server by."""
        return (*self.hosts, self.host, *filter(None, [urlsplit(self.public_url).hostname]))

    def address_of(self, link: str, otherwise: str = "") -> str:
        """Give the whole address of a link of ours, prefix and all, as it stands in files and letters.

        ``otherwise``: where this server is reached ("http://127.0.0.1:8050"), for want of ``public_url``.
        """
        if not self.public_url:
            return otherwise.rstrip("/") + link
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}{link}"

    def mapping(self) -> SourceMapping:
        """Give how the source's names, words, zones and dates differ from the contract's."""
        return SourceMapping(
            self.db_schema, self.tables, self.columns, self.values, self.zones, self.date_formats,
            self.first_year, self.last_year,
        )  # fmt: skip

    def hints(self) -> list[str]:
        """Give what is still read but better written otherwise, one Vietnamese sentence each."""
        return list(self._hints)

    def to_environment(self) -> dict[str, str]:
        """Give MOTCUA_* variables for what the command line said: ``load()`` then makes the same elsewhere.

        A worker has our variables and reads the file itself, so that one begun by a reload finds what the
        file says by then. Passwords are in them as they are: for its environment, never for a log.
        """
        return {
            variable(public_name(name)): _as_text(getattr(self, name))
            for name in sorted(self.model_fields_set)
            if getattr(self, name) is not None and self.origin(public_name(name)) == COMMAND_LINE
        }

    def origin(self, name: str) -> str:
        """Give where the value of a setting came from."""
        field = _field_name(name)
        given = COMMAND_LINE if field in self.model_fields_set else DEFAULT
        return self._origins.get(public_name(field), given)


def public_name(field: str) -> str:
    """Give the name a field has in motcua.toml ("schema" for db_schema)."""
    return Settings.model_fields[field].alias or field


def _field_name(name: str) -> str:
    return next((field for field in Settings.model_fields if public_name(field) == name), name)


def names() -> list[str]:
    """Give the names of all settings, in the order they are explained."""
    return [public_name(field) for field in Settings.model_fields]


def allowed(name: str) -> str:
    """Give, in Vietnamese, what a setting may be."""
    extra = Settings.model_fields[_field_name(name)].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["allowed"])


def _as_text(value: object) -> str:
    if isinstance(value, SecretUrl | SecretStr):
        return value.get_secret_value()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool | Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        rows = [
            one.model_dump(mode="json")
            if isinstance(one, DatedRule | FileRow | FormRow | OwnRule)
            else str(one)
            for one in value
        ]
        return json.dumps(rows, ensure_ascii=False)
    return str(value)


def load(**overrides: Any) -> Settings:
    """Read the settings from every source; ``overrides`` (None: not given) are the command line.

    Raises SettingsError naming every unknown key and bad value, with its source.
    """
    return _made([read_file(), read_environment(Settings, names()), _of_command_line(overrides)])


def drafted(text: str, label: str, **overrides: Any) -> Settings:
    """Read the settings as ``load`` would were ``text`` the settings file; ``label`` names it.

    Raises SettingsError as ``load`` does.
    """
    sources = [Source(label, tomllib.loads(text)), read_environment(Settings, names())]
    return _made([*sources, _of_command_line(overrides)])


def _of_command_line(overrides: Mapping[str, Any]) -> Source:
    given = {public_name(key) if key in Settings.model_fields else key: one for key, one in overrides.items()}
    return Source(COMMAND_LINE, {key: one for key, one in given.items() if one is not None})


def _made(sources: list[Source]) -> Settings:
    if strange := [unknown(key, source, names()) for source in sources for key in source.strange(names())]:
        raise SettingsError("\n".join(strange))
    # An empty text is "not set" wherever it stands, as in a variable or a filled-in template.
    set_by = {key: source for source in sources for key, one in source.values.items() if one != ""}
    values = {key: source.values[key] for key, source in set_by.items()}
    origins = {key: source.origin_of(key) for key, source in set_by.items()}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        found = [problem(one, origins, allowed) for one in error.errors(include_url=False)]
        # Not "from error": what pydantic keeps holds the values, passwords and all.
        raise SettingsError("\n".join(dict.fromkeys(found))) from None
    settings._origins = origins
    settings._hints = tuple(old_names(values.get("columns"), origins.get("columns", "")))
    return settings
