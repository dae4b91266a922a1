"""What everybody tries first: words, years and runs of keys that passwords are put together from.

No list of other people's passwords is kept: such lists are theirs, long, and old when they are printed.
A password is taken apart instead; what is neither such a word nor a year nor a run has to be enough.
"""

from __future__ import annotations

import re

from queries.asked.typed import unmarked

LEAST_OTHER = 6
"""Signs that are no part of anything predictable."""
_LEAST_RUN = 3
_WORDS = """
abc abcd adm admin administrador administrator angel anh anhyeu anhyeuem baby bacgiang bacninh
bangtheodoi baocao baseball batman because bimat birthday blink bonjour bophan camau canbo cantho
changeme chao chelsea cho chocolate chung chuyenvien computer cong congchuc congviec conyeu cool cua
dalat danang dangnhap default dichvu dinh donvi dragon duc duong em emyeuanh everything facebook family
flower football forever freedom friend friends fuckyou gia giadinh giamsat google guest hai haiphong hanh
hanhchinh hanhphuc hanoi happy hello hethong hieu hoa hoang hochiminh home hong hoso hue hung huong huyen
iloveyou india internet jesus johncena khong khongbiet killer lan lanhdao le letmein linh liverpool loc
login long love lovely loveyou mai manager manchester manhinh master matkhau matkhaumoi michael microsoft
minecraft minh monkey monkeys motcua mother mylove mypassword nam naruto nghean ngoc nguyen nhat nhatrang
nhe nicole noivu nothing office oracle pass passphrase passw password passwords phongnoivu phuc phuong
pokemon princess private purple quan quang quanly quantri quantrivien quyen qwerty root saigon samsung
secret secure security server shadow shopping soccer sodo son spiderman starwars summer sunshine superman
superuser support sysadmin system tam temp temporary test testing thang thanh thanhpho thank thao thien
thu thutuc thuy tien tinh tinhuy together toi tphcm tran trang trinh trung trungtam trustno tuan tung
tuyen twilight ubnd ubndphuong ubndquan user username uyban van vanphong vanthu viet vietnam vinh vu
vungtau welcome whatever windows winter work xaphuong xinchao yahoo yeu zxcvbnm
"""
WORDS = frozenset(_WORDS.split())
"""Common words of passwords, English and Vietnamese without marks, and the words of the place we serve."""
_TRACKS = (
    "abcdefghijklmnopqrstuvwxyz", "0123456789", "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "!@#$%^&*()_+", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp", "147258369", "159753", "a1b2c3d4e5f6g7h8i9", "q1w2e3r4t5y6u7i8o9p0",
)  # fmt: skip
_RUNS = (*_TRACKS, *(track[::-1] for track in _TRACKS))
_YEAR = re.compile(r"(?:19|20)\d\d|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)?\d\d)")
_REPEATED = re.compile(r"(.{1,6}?)\1{2,}|(.{3,6})\2")
_LOOKS_LIKE = str.maketrans("013457@$!|", "oieastasil")
_LONGEST = max(map(len, WORDS))


def is_predictable(text: str, *own: str) -> bool:
    """Say whether too little of a text is its own.

    ``own``: words that are no secret here, as the name of its account.
    """
    plain = _plain(text)
    words = WORDS | {_plain(one) for one in own if len(one) >= _LEAST_RUN}
    longest = max(_LONGEST, *(len(one) for one in words))
    as_read, others, at = plain.translate(_LOOKS_LIKE), 0, 0
    while at < len(plain):
        length = max(_word(plain, as_read, at, words, longest), _run(plain, at), _pattern(plain, at))
        others += not length
        at += length or 1
    return others < LEAST_OTHER


def _plain(text: str) -> str:
    return unmarked.__wrapped__(text)  # past its cache: no password stays in memory


def _word(plain: str, as_read: str, at: int, words: frozenset[str] | set[str], longest: int) -> int:
    """Give the length of the longest word that begins here, also with signs that look like its letters."""
    for length in range(min(longest, len(plain) - at), 1, -1):
        if plain[at : at + length] in words or as_read[at : at + length] in words:
            return length
    return 0


def _run(plain: str, at: int) -> int:
    length = _LEAST_RUN
    while at + length <= len(plain) and any(plain[at : at + length] in track for track in _RUNS):
        length += 1
    return length - 1 if length > _LEAST_RUN else 0


def _pattern(plain: str, at: int) -> int:
    return max((len(found[0]) for one in (_YEAR, _REPEATED) if (found := one.match(plain, at))), default=0)
