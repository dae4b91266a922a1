"""Passwords that are tried first are refused; words of one's own are not, however they are written."""

from __future__ import annotations

import pytest

from dashboard.accounts.account import AccountError
from dashboard.accounts.passwords import LEAST, Passwords
from dashboard.accounts.predictable import is_predictable

TRIED_FIRST = """
    123456789012 password1234 Password123! P@ssw0rd123456! qwertyuiop123 1q2w3e4r5t6y 1qaz2wsx3edc
    Matkhau@123456 matkhau123456 Matkhau2026!! Admin@123456 admin123456789 iloveyou12345 Anhyeuem123456
    Nguyen@123456 NguyenVan@2026 UBND@2026!!!! Motcua@2026!! PhuongQuan7@2026 Welcome@12345 abcabcabcabc
    111111222222 asdfghjkl123 zxcvbnm123456 Hanoi@123456 Vietnam@2026! qwerty123456 Qwerty@123456
    administrator1 changeme1234 letmein123456 a1b2c3d4e5f6 0987654321123 abcd1234abcd 123123123123
    01012000abcd quantrivien1 noivu@123456 trustno1trustno1 passwordpassword sunshine12345 princess12345
    football12345 !@#$%^&*()_+ 147258369147 Canbo@2026quan 20112026abcd Xinchao@12345 Giadinh123456
    q1w2e3r4t5y6 phuong-noivu-2026
"""


@pytest.mark.parametrize("password", TRIED_FIRST.split())
def test_what_is_tried_first_is_predictable(password: str) -> None:
    assert is_predictable(password)


@pytest.mark.parametrize(
    "password",
    ["Một cửa phường 7 rất nhanh", "tau-hoa-xanh-chay-cham", "8342195722607741", "correct horse battery",
     "Kh9#vLq2!xTz", "ba con voi đi chợ Tết", "cà phê sữa đá vỉa hè", "mưa rơi trên mái tôn cũ", "рыба под снегом"],
)  # fmt: skip
def test_words_of_one_s_own_are_not(password: str) -> None:
    assert len(password) >= LEAST
    assert not is_predictable(password, "an")


def test_the_account_s_own_name_is_no_secret() -> None:
    assert is_predictable("thu-hà-1975-xy", "thu-ha")
    assert not is_predictable("thu-hà-1975-xy", "lan")


def test_such_a_password_is_refused_with_what_to_do() -> None:
    with pytest.raises(AccountError, match="Hãy ghép vài từ"):
        Passwords().hash("Matkhau@123456", "an")


@pytest.mark.parametrize("length", [1, 5, 12, 128])
def test_it_ends_whatever_is_typed(length: int) -> None:
    for sign in ("a", "1", "ab1", "\U0001f600", "ß", "İ", "ﬁ"):
        assert isinstance(is_predictable(sign * length), bool)
