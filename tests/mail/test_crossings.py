"""``motcua send crossings``: once a crossing, to whom may see the unit, through a real mail server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from apps import SAMPLE, dossiers, loaded, unit
from mail_servers import Letterbox, mail_server
from mailing import Desk, copied
from stores import Row

from dashboard.mail.told import remembered
from queries.contract import SAMPLE_SOURCE

pytestmark = pytest.mark.usefixtures("no_settings")

BOTH = ("--role", "noi_vu", "--role", "lanh_dao")
EVERYBODY = (*BOTH, "--role", "don_vi", "--role", "giam_sat")
DAY = [datetime(2026, 11, day, 10, 15) for day in range(1, 31)]


def on(day: int) -> datetime:
    return DAY[day - 1]


def district(late: int, *, second: int = 0, october: int = 0) -> list[Row]:
    """P01 with 95 on time and so many late ones closed on the 14th; P02 likewise; October of P01."""
    return [
        *dossiers("P01", on_time=95, field="Hộ tịch"),
        *dossiers("P01", late=late, finished_at=datetime(2026, 11, 14, 9), field="Đất đai"),
        *dossiers("P02", on_time=95),
        *dossiers("P02", late=second, finished_at=datetime(2026, 11, 14, 9)),
        *dossiers("P01", on_time=100, month=datetime(2026, 10, 1).date()),
        *dossiers("P01", late=october, month=datetime(2026, 10, 1).date()),
    ]


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk whose readers were told on the 13th that nobody is over."""
    folder, box = tmp_path_factory.mktemp("desk"), Letterbox()
    with pytest.MonkeyPatch.context() as patched, mail_server(folder, box) as server:
        made = Desk(folder, patched, server)
        made.at(on(13), district(0))
        told = made.send("crossings", *EVERYBODY)
        assert told.exit_code == 0, told.output
        assert "nv: lần đầu, ghi nhận 0 đơn vị đang vượt, không gửi." in told.stdout
        assert box.taken == []
    return folder


@pytest.fixture
def desk(first: Path, tmp_path: Path, box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The same desk, of one test alone."""
    with copied(first, tmp_path, box, monkeypatch, as_of=on(13).isoformat()) as made:
        yield made


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def page(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_a_unit_that_goes_over_is_told_once_with_when_and_why(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    assert desk.send("crossings", *BOTH).exit_code == 0
    (letter,) = box.to("nv@quan.vn")
    assert letter["Subject"] == "Một cửa: Phường 1 vừa vượt ngưỡng trễ hẹn 5%"
    told = text(letter)
    assert "▲ Phường 1 vượt ngưỡng: tháng 11/2026" in told
    assert "Trễ hẹn 5,00% (5/100 hồ sơ; cách tính A, trên hồ sơ đã giải quyết)." in told
    assert "Số liệu đến 10:15, 15/11/2026; lần xét trước, số liệu đến 10:15, 13/11/2026, chưa vượt." in told
    assert (
        "Hết ngày 12/11/2026 (tính lại từ dữ liệu hiện có): 0/95 hồ sơ, 0%; nay 5/100 hồ sơ, 5,00%." in told
    )
    assert "Thêm hồ sơ trễ nhiều nhất: lĩnh vực Đất đai, từ 0 lên 5 hồ sơ trễ." in told
    assert "Ngưỡng 5%: từ 5% là vượt" in told
    assert "https://motcua.quan.vn/don-vi/P01?ky=2026-11&" in told
    assert "Phường 2" not in told
    assert "https://motcua.quan.vn/don-vi/P01?ky=2026-11&amp;" in page(letter)
    for more in ("crossings",), ("crossings", "--also-standing"):
        again = desk.send(*more, *BOTH)
        assert again.exit_code == 0
        assert "Không có gì mới" in again.stdout
    desk.at(on(16), district(5))
    assert desk.send("crossings", *BOTH).exit_code == 0
    assert len(box.taken) == 2  # nv and ld, once each


def test_a_unit_below_by_one_dossier_is_no_news(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), [*district(5), *dossiers("P01", on_time=1)])  # 5/101
    assert desk.send("crossings", *BOTH).exit_code == 0
    assert box.taken == []


def test_a_unit_that_is_back_is_told_once(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    desk.send("crossings", *BOTH)
    desk.at(on(17), [*district(5), *dossiers("P01", on_time=30, finished_at=on(16), due_at=on(20))])
    for _ in range(2):
        assert desk.send("crossings", *BOTH).exit_code == 0
    _, letter = box.to("nv@quan.vn")
    assert letter["Subject"] == "Một cửa: Phường 1 đã xuống dưới ngưỡng"
    told = text(letter)
    assert "Trễ hẹn 3,85% (5/130 hồ sơ" in told
    assert "10:15, 15/11/2026, đang vượt." in told
    assert "5/100 hồ sơ, 5,00%; nay 5/130 hồ sơ, 3,85%." in told
    assert "▲" not in told


def test_a_crossing_and_its_way_back_between_two_runs_are_nobodys_news(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    desk.at(on(16), district(1))
    desk.send("crossings", *BOTH)
    assert box.taken == []


def test_each_account_is_told_of_its_own_units_and_periods_alone(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5, second=9, october=6))
    found = desk.send("crossings", *EVERYBODY)
    assert found.exit_code == 0, found.output
    told = {to: text(letter) for to, letter in box.taken}
    assert set(told) == {"nv@quan.vn", "ld@quan.vn", "p1@quan.vn", "doan@tinh.vn"}
    assert "Phường 1 vượt ngưỡng: tháng 11/2026" in told["nv@quan.vn"]
    assert "Phường 2 vượt ngưỡng: tháng 11/2026" in told["nv@quan.vn"]
    assert "Phường 1 vượt ngưỡng: tháng 10/2026" in told["nv@quan.vn"]
    assert "Tháng này đã hết; số liệu của tháng thay đổi sau lần xét trước." in told["nv@quan.vn"]
    assert "Phường 2" not in told["p1@quan.vn"]
    assert "Phường 1 vượt ngưỡng: tháng 11/2026" in told["p1@quan.vn"]
    assert "tháng 11/2026" not in told["doan@tinh.vn"]
    assert "Phường 1 vượt ngưỡng: tháng 10/2026" in told["doan@tinh.vn"]
    assert [one["To"] for _, one in box.taken] == [to for to, _ in box.taken]
    for name in ("het-han", "khoa", "khong-thu"):
        assert f"Không gửi cho {name}:" in found.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Nêu --role VAI_TRÒ hoặc --to TÊN"), (("--role", "man_hinh"), "Không gửi thư cho vai trò"),
        (("--to", "tv"), "là một màn hình"), (("--to", "ai-do"), "Không có tài khoản ai-do"),
        (("--role", "quan_tri"), "chỉ có noi_vu, lanh_dao, giam_sat, don_vi"),
        (("--to", "khoa"), "Không còn tài khoản nào"),
    ],
)  # fmt: skip
def test_who_cannot_be_written_to_is_one_sentence(desk: Desk, words: tuple[str, ...], told: str) -> None:
    found = desk.send("crossings", *words)
    assert found.exit_code != 0
    assert told in str(found.exception) + found.output


def test_a_new_account_is_told_of_what_stands_only_if_asked(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    desk.state.unlink()  # nobody has been told anything
    found = desk.send("crossings", *BOTH)
    assert "nv: lần đầu, ghi nhận 1 đơn vị đang vượt, không gửi." in found.stdout
    assert box.taken == []
    desk.state.unlink()
    desk.send("crossings", "--also-standing", "--to", "nv")
    ((to, letter),) = box.taken
    assert to == "nv@quan.vn"
    assert letter["Subject"] == "Một cửa: Phường 1 đang vượt ngưỡng trễ hẹn 5%"
    desk.send("crossings", "--also-standing", "--to", "nv")
    assert len(box.taken) == 1


def test_other_rights_and_other_rules_are_no_crossing(desk: Desk, box: Letterbox) -> None:
    desk.configure(thresholds='[{"percent": "2", "document": "Quy định thử"}]')
    desk.configure(near_bands='[{"percent": "1", "document": "Quy định thử"}]')
    desk.at(on(15), district(3))
    found = desk.send("crossings", "--to", "nv")
    assert "nv: quy định của tháng 11/2026 đã đổi nên ghi nhận lại, không gửi." in found.stdout
    assert box.taken == []
    state = json.loads(desk.state.read_text("utf-8"))
    state["crossings"]["nv"]["scope"] = "don_vi ('P02',) None"
    state["crossings"]["nv"]["over"] = {}
    desk.state.write_text(json.dumps(state), "utf-8")
    assert "nv: lần đầu" in desk.send("crossings", "--to", "nv").stdout
    assert box.taken == []


def test_a_new_month_begins_below(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    desk.send("crossings", "--to", "nv")
    december = datetime(2026, 12, 14, 10, 15)
    desk.at(december, [*district(5), *dossiers("P01", late=3, on_time=20, month=december.date())])
    desk.send("crossings", "--to", "nv")
    _, letter = box.to("nv@quan.vn")
    assert letter["Subject"] == "Một cửa: Phường 1 vừa vượt ngưỡng trễ hẹn 5%"
    assert "đây là lần đầu xét tháng này." in text(letter)
    assert "2 tháng liền, từ tháng 11/2026" in text(letter)
    assert "tháng 11/2026:" not in text(letter)


def test_few_dossiers_are_said_to_be_few(desk: Desk, box: Letterbox) -> None:
    desk.units = [unit(1), unit(2), unit(3)]
    desk.at(on(15), [*district(0), *dossiers("P03", on_time=3, late=1)])
    desk.send("crossings", "--to", "nv")
    (letter,) = box.to("nv@quan.vn")
    assert letter["Subject"] == "Một cửa: Phường 3 vừa vượt ngưỡng trễ hẹn 5% (ít hồ sơ)"


# what keeps a letter back


def test_a_server_that_is_away_leaves_everything_for_the_next_run(
    desk: Desk, box: Letterbox, tmp_path: Path
) -> None:
    before = desk.state.read_text("utf-8")
    desk.at(on(15), district(5))
    box.data_answer = "451 4.3.0 bận"
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 3
    assert "Không gửi được cho nv" in found.stderr
    assert json.loads(desk.state.read_text("utf-8")) == json.loads(before)
    box.data_answer = ""
    assert desk.send("crossings", *BOTH).exit_code == 0
    assert sorted(to for to, _ in box.taken) == ["ld@quan.vn", "nv@quan.vn"]


def test_one_refused_address_keeps_nobody_else_waiting_and_is_tried_again(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    box.refused = {"ld@quan.vn"}
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 3
    assert "Không gửi được cho ld: máy chủ thư không nhận địa chỉ này (mã 550" in found.stderr
    assert [to for to, _ in box.taken] == ["nv@quan.vn"]
    box.refused = set()
    assert desk.send("crossings", *BOTH).exit_code == 0
    assert [to for to, _ in box.taken] == ["nv@quan.vn", "ld@quan.vn"]


def test_a_line_that_breaks_between_two_letters_sends_the_second_next_time(
    desk: Desk, box: Letterbox
) -> None:
    desk.at(on(15), district(5))
    box.breaks_after = 1
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 3
    assert "Còn 1 thư chưa gửi; lần chạy sau sẽ gửi." in found.stderr
    box.breaks_after = None
    assert desk.send("crossings", *BOTH).exit_code == 0
    assert len({to for to, _ in box.taken}) == len(box.taken) == 2


def test_old_figures_are_told_and_not_judged(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    desk.configure(as_of=on(20).isoformat())
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 1
    assert found.stderr.splitlines()[-1].startswith("Dữ liệu cũ: số liệu mới đến 10:15, 15/11/2026.")
    assert box.taken == []


def test_a_reading_that_failed_is_told_and_not_judged(desk: Desk, box: Letterbox) -> None:
    desk.at(on(14), district(0))
    with pytest.raises(AssertionError, match="Số liệu cũ được giữ"):
        desk.at(on(15), [])
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 1
    assert "Số liệu chưa cập nhật được" in found.stderr
    assert "không gửi gì" in found.stderr
    assert box.taken == []


def test_figures_that_went_back_are_not_judged(desk: Desk, box: Letterbox) -> None:
    state = json.loads(desk.state.read_text("utf-8"))
    state["crossings"]["nv"]["as_of"] = on(20).isoformat()
    desk.state.write_text(json.dumps(state), "utf-8")
    desk.at(on(15), district(5))
    found = desk.send("crossings", "--to", "nv")
    assert found.exit_code == 1
    assert "Số liệu lùi về trước lần xét trước của nv (10:15, 20/11/2026): không xét." in found.stderr
    assert box.taken == []


def test_without_a_copy_there_is_nothing_to_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, monkeypatch)
    desk.configure(smtp_host="127.0.0.1")
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 1
    assert "chạy motcua refresh" in found.output


# the state


def test_the_state_is_ours_alone_and_a_damaged_one_is_told(desk: Desk, box: Letterbox) -> None:
    assert desk.state.stat().st_mode & 0o077 == 0
    desk.at(on(15), district(5))
    for damaged in ("{", '{"version": 2}', '{"version": 1, "crossings": {"nv": {}}, "reports": {}}', "[]"):
        desk.state.write_text(damaged, "utf-8")
        found = desk.send("crossings", *BOTH)
        assert found.exit_code == 4
        assert "hỏng: xóa tệp ấy" in found.stderr
    assert box.taken == []


def test_nothing_is_sent_that_could_not_be_remembered(
    desk: Desk, box: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.at(on(15), district(5))

    def full(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    found = desk.send("crossings", *BOTH)
    assert found.exit_code == 4
    assert "Không ghi được" in found.stderr
    assert box.taken == []
    assert not list(desk.state.parent.glob(".thu-da-gui*"))


def test_two_commands_at_once_send_once(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5))
    codes: list[int] = []
    held = threading.Event()

    def second() -> None:
        held.wait(10)
        codes.append(desk.send("crossings", "--to", "nv").exit_code)

    other = threading.Thread(target=second)
    other.start()
    with remembered(desk.state) as memory:
        held.set()
        other.join(1.0)
        assert other.is_alive()  # it waits
        memory.check()
    other.join(30)
    assert codes == [0]
    assert desk.send("crossings", "--to", "nv").exit_code == 0
    assert len(box.taken) == 1


def test_a_command_that_waits_too_long_gives_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.command.letters.WAIT_SECONDS", 0.2)
    with remembered(desk.state):
        found = desk.send("crossings", "--to", "nv")
    assert found.exit_code == 3
    assert "khác đang gửi" in found.stderr


def test_a_dry_run_sends_and_remembers_nothing(desk: Desk, box: Letterbox) -> None:
    before = desk.state.read_text("utf-8")
    desk.at(on(15), district(5))
    found = desk.send("crossings", "--dry-run", *BOTH)
    assert found.exit_code == 0
    assert "Cho nv (noi_vu): Một cửa: Phường 1 vừa vượt ngưỡng trễ hẹn 5%" in found.stdout
    assert "Sẽ gửi 2 thư; chưa gửi, chưa ghi gì." in found.stdout
    assert desk.state.read_text("utf-8") == before
    assert box.taken == []


# the letter


def test_a_letter_says_what_machines_and_people_must_know(desk: Desk, box: Letterbox) -> None:
    desk.at(on(15), district(5), load=loaded(SAMPLE["source"], on(15)))
    desk.send("crossings", "--to", "nv")
    (letter,) = box.to("nv@quan.vn")
    assert letter["Subject"] == "[DỮ LIỆU MẪU] Quận Mẫu: Phường 1 vừa vượt ngưỡng trễ hẹn 5%"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == '"Bảng theo dõi Một cửa" <motcua@quan.vn>' or "motcua@quan.vn" in letter["From"]
    assert letter["Message-ID"].endswith("@quan.vn>")
    assert letter["Date"].datetime.utcoffset() is not None
    assert text(letter).startswith("DỮ LIỆU MẪU: số liệu hư cấu")
    assert "DỮ LIỆU MẪU: số liệu hư cấu" in page(letter)
    assert SAMPLE_SOURCE in SAMPLE["source"]


def test_a_units_name_cannot_write_a_head_or_a_mark(desk: Desk, box: Letterbox) -> None:
    desk.units = [unit(1, name="Phường Ô\r\nBcc: ai@do.vn <b>x</b>"), unit(2)]
    desk.at(on(15), district(5))
    assert desk.send("crossings", "--to", "nv").exit_code == 0
    (letter,) = box.to("nv@quan.vn")
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Một cửa: Ô Bcc: ai@do.vn <b>x</b> vừa vượt ngưỡng trễ hẹn 5%"
    assert "<b>x</b>" not in page(letter)
    assert "&lt;b&gt;x&lt;/b&gt;" in page(letter)
