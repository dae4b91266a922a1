"""Sentences about how dossiers came, true for none, one, some and all; what several cards say alike."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import change, comparison_name, months_text, sure_change, whose
from dashboard.formats import (
    NOTHING,
    count_text,
    join_names,
    points_text,
    rate_text,
    sentence,
    share_text,
)
from queries.asked.view import View
from queries.definitions.metrics import ENOUGH_DOSSIERS, METRICS, Share, online_levels_on
from queries.definitions.sources import ONLINE_LEVELS
from queries.online.judging import LEVEL_WORDS, Online, OnlineGroup, OnlineRow, OnlineTally, OnlineTrend

NOT_YET = "chưa phát sinh"
FEW = "ít hồ sơ"
OVER_OFFERED = "trên hồ sơ của thủ tục có cung cấp"
COULD = "có thể nộp trực tuyến nhưng nộp cách khác"
MOST_NAMES = 4
NO_LEVELS = "Nguồn dữ liệu không ghi mức độ trực tuyến của hồ sơ hay của thủ tục."
NOTHING_RECEIVED = "Chưa có hồ sơ nào được tiếp nhận trong kỳ này"

LEVEL_NAMES = {"level_3": "mức độ 3", "level_4": "mức độ 4", "partial": "một phần", "full": "toàn trình"}
OFFERED = {"1": "mức độ 1", "2": "mức độ 2", "3": "mức độ 3", "4": "mức độ 4",
           "partial": "một phần", "full": "toàn trình"}  # fmt: skip
DECIMALS = METRICS["online_rate"].decimals


def levels(view: View) -> str:
    """Give "mức độ 3, 4", or "một phần / toàn trình" where the period ends on or after 15/8/2022."""
    return online_levels_on(view.end).name


def level_source(view: View) -> str:
    """Say where a dossier's level comes from, and by which decree in force it bears its name."""
    decree = view.rules.cited((ONLINE_LEVELS,), view.end)
    return f"Mức độ theo hồ sơ, không ghi thì theo thủ tục, giữ như nguồn ghi. Căn cứ: {decree}."


def levels_shown(tallies: Sequence[OnlineTally], view: View) -> tuple[str, ...]:
    """Give the levels to print: those of the words in force, and any other that was recorded."""
    in_force = online_levels_on(view.end).words
    return tuple(word for word in LEVEL_WORDS if word in in_force or any(tally[word] for tally in tallies))


def edges(found: Online) -> tuple[Fraction, ...]:
    """Give the target, which no printed rate may cross."""
    return () if found.target is None else (found.target,)


def target_text(found: Online) -> str:
    """Give the target as "60%" or "62,5%"; "—" without one."""
    return NOTHING if found.target is None else f"{float(found.target):g}%".replace(".", ",")


def rate(share: Share, found: Online) -> str:
    """Print a share of received or eligible dossiers."""
    return rate_text(share, DECIMALS, edges(found))


def with_share(text: str, share: Share) -> str:
    """Give "61,2% (1.020/1.667)"; the text alone where nothing is divided."""
    return f"{text} ({share_text(share)})" if share.b else text


def post_text(share: Share, has_contract: bool | None) -> str:
    """Print a share by post: "chưa phát sinh" for 0, unless a contract makes it a true 0%."""
    if not share.a and has_contract is not True:
        return NOT_YET
    return rate_text(share, METRICS["post_in"].decimals)


def finding(found: Online) -> str:
    """Say the page's finding: who is below the target, or what share came online."""
    share, name = found.district.tally.rate, levels(found.view)
    if not share.b:
        return NOTHING_RECEIVED
    if not found.recorded.levels:
        return "Nguồn dữ liệu không ghi mức độ trực tuyến"
    judged = found.judged
    if found.target is not None and judged:
        return _against_target(found)
    owner = f"{judged[0].unit.label}: " if found.view.unit_code is not None and len(judged) == 1 else ""
    if not share.a:
        text = f"Chưa có hồ sơ nào nộp trực tuyến {name} trong kỳ này"
    elif share.a == share.b:
        text = f"Mọi hồ sơ tiếp nhận trong kỳ đều nộp trực tuyến {name}"
    else:
        text = f"{rate(share, found)} hồ sơ tiếp nhận được nộp trực tuyến {name}"
    return f"{owner}{text[:1].lower()}{text[1:]}" if owner else text


def _against_target(found: Online) -> str:
    judged, low, target, name = found.judged, found.low, target_text(found), levels(found.view)
    if len(judged) == 1:
        row = judged[0]
        state = "dưới" if row.is_low else "đạt"
        return f"{row.unit.label} {state} chỉ tiêu {target}: trực tuyến {name} {rate(row.tally.rate, found)}"
    if not low:
        return f"Không đơn vị nào có tỷ lệ trực tuyến {name} dưới chỉ tiêu {target}"
    few = sum(row.is_few for row in low)
    weak = f" ({count_text(few)} đơn vị {FEW})" if few else ""
    who = f"Cả {len(judged)}" if len(low) == len(judged) else f"{len(low)}/{len(judged)}"
    return f"{who} đơn vị có tỷ lệ trực tuyến {name} dưới chỉ tiêu {target}{weak}"


def where(found: Online) -> str:
    """Say whose the sums are."""
    return whose(found.view)


def district_sentence(found: Online, before: Online | None) -> str:
    """Say the district's a/b, its change, and the share over what is offered online."""
    tally = found.district.tally
    share, eligible = tally.rate, tally.share("online_rate_eligible")
    if not share.b:
        return f"{where(found)}: không có hồ sơ nào trong mẫu số."
    if not found.recorded.levels:
        online = Share(tally["online"], tally["received"])
        return (
            f"{where(found)}: {with_share(rate_text(online, DECIMALS), online)} hồ sơ tiếp nhận nộp trực "
            "tuyến, không rõ mức độ."
        )
    # The title says the share itself, unless it speaks of the target.
    is_told = found.target is None or not found.judged
    told = share_text(share) if is_told else f"{rate(share, found)} ({share_text(share)})"
    text = f"{where(found)}: {told} hồ sơ tiếp nhận"
    points = sure_change(share, before.district.tally.rate if before else None)
    if points is not None:
        word = "tăng" if points > 0 else "giảm"
        moved = f"{word} {points_text(abs(points))[2:]} so với" if points else "bằng"
        text += f", {moved} {comparison_name(found.view)}"
    if eligible.b:
        text += f"; {OVER_OFFERED}: {with_share(rate_text(eligible, DECIMALS), eligible)}"
    return f"{text}."


def silent_sentence(found: Online) -> str:
    """Name the units that received nothing; empty where there are none."""
    names = [row.unit.label for row in found.silent]
    return f"Không tiếp nhận hồ sơ nào: {join_names(names, 6)}." if names else ""


def units_title(found: Online) -> str:
    """Name who is below the target, or the lowest and the highest; few dossiers are never named."""
    judged = found.judged
    sure = [row for row in found.ranked if row in judged and not row.is_few]
    if not judged:
        return NOTHING_RECEIVED
    if found.target is not None and (low := found.low):
        named = join_names([row.unit.label for row in low if not row.is_few], MOST_NAMES)
        return f"{named or f'{count_text(len(low))} đơn vị {FEW}'} dưới chỉ tiêu {target_text(found)}"
    if found.target is not None:
        who = judged[0].unit.label if len(judged) == 1 else "Mọi đơn vị có hồ sơ đều"
        return f"{who} đạt chỉ tiêu {target_text(found)}"
    if not sure:
        return f"{judged[0].unit.label} có {FEW}" if len(judged) == 1 else f"Mọi đơn vị có hồ sơ đều {FEW}"
    return _ends(sure, found)


def _ends(rows: Sequence[OnlineRow], found: Online) -> str:
    rates = [row.tally.rate.exact or Fraction(0) for row in rows]
    if len(rows) == 1:
        return f"{rows[0].unit.label} nộp trực tuyến {levels(found.view)} {rate(rows[0].tally.rate, found)}"
    if min(rates) == max(rates):
        return f"Các đơn vị đều nộp trực tuyến {levels(found.view)} {rate(rows[0].tally.rate, found)}"
    ends = []
    for word, end in (("thấp nhất", min(rates)), ("cao nhất", max(rates))):
        at = [row for row, one in zip(rows, rates, strict=True) if one == end]
        names = join_names([row.unit.label for row in at], 2)
        ends.append(f"{names} {word} ({rate(at[0].tally.rate, found)})")
    return ", ".join(ends)


def reachable(tally: OnlineTally) -> int:
    """Give how many dossiers could have come online at a level that counts, and did not."""
    return tally["eligible"] - tally["online_high"]


def fields_title(groups: Sequence[OnlineGroup], found: Online) -> str:
    """Name the field where most dossiers could have come online and did not."""
    name = levels(found.view)
    if not any(one.tally["eligible"] for one in groups):
        return f"Không hồ sơ nào thuộc thủ tục có cung cấp trực tuyến {name}"
    most = max(groups, key=lambda one: reachable(one.tally))
    left = reachable(most.tally)
    if not left:
        return f"Mọi hồ sơ của thủ tục có cung cấp trực tuyến {name} đều nộp trực tuyến"
    if left == sum(reachable(one.tally) for one in groups):
        return f"Chỉ {most.name} còn hồ sơ {COULD}: {count_text(left)}"
    return f"{most.name}: {count_text(left)} hồ sơ {COULD}, nhiều nhất"


def missed_title(groups: Sequence[OnlineGroup], found: Online) -> str:
    """Say how many dossiers could have come online and did not, and of which procedure most."""
    name = levels(found.view)
    total = reachable(found.district.tally)
    if not found.district.tally["eligible"]:
        return f"Không hồ sơ nào thuộc thủ tục có cung cấp trực tuyến {name}"
    most = max(groups, key=lambda one: reachable(one.tally), default=None)
    if not total or most is None or not reachable(most.tally):
        return f"Mọi hồ sơ của thủ tục có cung cấp trực tuyến {name} đều nộp trực tuyến"
    if len([one for one in groups if reachable(one.tally)]) == 1:
        return f"{count_text(total)} hồ sơ {COULD}, đều của {most.name}"
    return f"{count_text(total)} hồ sơ {COULD}; nhiều nhất: {most.name} ({count_text(reachable(most.tally))})"


def procedures_title(ten: Sequence[OnlineGroup], found: Online) -> str:
    """Name the busy procedure that is offered online and used so least."""
    offered = [one for one in ten if one.tally["eligible"]]
    many = "thủ tục nhiều hồ sơ nhất"
    if not offered:
        return f"{len(ten)} {many} đều chưa cung cấp trực tuyến {levels(found.view)}"
    low = offered[0]
    share = low.tally.rate
    if share.a == share.b:
        return f"Trong {len(ten)} {many}, thủ tục nào có cung cấp cũng nộp trực tuyến 100%"
    text = f"{low.name}: {rate(share, found)} nộp trực tuyến"
    if len(offered) == 1:
        return f"{text}, thủ tục duy nhất có cung cấp trong {len(ten)} {many}" if len(ten) > 1 else text
    return f"{text}, thấp nhất trong {len(offered)} thủ tục có cung cấp"


def help_title(found: Online) -> str:
    """Say how many online dossiers an official typed."""
    tally = found.district.tally
    helped = Share(tally["assisted"], tally["assisted_known"])
    if not helped.b:
        return "Chưa có hồ sơ trực tuyến nào ghi ai nộp"
    if not helped.a:
        return "Mọi hồ sơ trực tuyến có ghi người nộp đều do công dân tự nộp"
    if helped.a == helped.b:
        return "Mọi hồ sơ trực tuyến có ghi người nộp đều được công chức hỗ trợ nộp"
    return f"{rate_text(helped, DECIMALS)} hồ sơ trực tuyến được công chức hỗ trợ nộp"


def post_title(found: Online) -> str:
    """Say what went by post, both ways."""
    into, out = (found.district.tally.share(word) for word in ("post_in", "post_out"))
    contract = found.has_contract
    told = post_text(into, contract)
    back = post_text(out, contract) if found.recorded.returns else NO_DATA
    if told == back == NOT_YET:
        return "Bưu chính công ích: chưa phát sinh"
    return f"Bưu chính công ích: nộp hồ sơ {told}, trả kết quả {back}"


def trend_title(trend: OnlineTrend, found: Online, name: str) -> str:
    """Say how the share moved over the months that are over and have dossiers enough to tell."""
    last = len(trend.months) - (2 if trend.view.is_running else 1)
    known = [(i, tally.rate) for i, tally in enumerate(trend.district[: last + 1])
             if tally.rate.b >= ENOUGH_DOSSIERS]  # fmt: skip
    if len(known) < 2:
        return f"Tỷ lệ trực tuyến của {name} trong {months_text(trend.months, trend.view)}"
    (first, then), (end, now) = known[0], known[-1]
    moved = change(now, then) or Fraction(0)
    months = [trend.months[i].name() for i in (first, end)]
    if not moved:
        return f"Tỷ lệ trực tuyến {months[1]} bằng {months[0]}: {rate(now, found)}"
    word, end_word = ("tăng", "lên") if moved > 0 else ("giảm", "xuống")
    return (
        f"Tỷ lệ trực tuyến {word} từ {rate(then, found)} ({months[0]}) {end_word} "
        f"{rate(now, found)} ({months[1]})"
    )


def levels_text(tally: OnlineTally, found: Online, *, most: int | None = None) -> str:
    """Give each level apart: "một phần 38,0% · mức độ 3: 1,0%", the words in force first.

    ``most``: so many of them, the largest.
    """
    in_force = online_levels_on(found.view.end).words
    words = sorted(levels_shown([tally], found.view), key=lambda word: word not in in_force)
    largest = sorted(words, key=lambda word: -tally.share(word).a)[:most]
    # "mức độ 3 1,0%" would be read as one number.
    names = {word: LEVEL_NAMES[word] + ":" * word.startswith("level_") for word in words if word in largest}
    texts = (f"{name} {rate_text(tally.share(word), DECIMALS)}" for word, name in names.items())
    # No line may begin with a figure whose name stands on the line before.
    return " · ".join(text.replace(" ", "\xa0") for text in texts)


def self_text(tally: OnlineTally, found: Online) -> str:
    """Give the share citizens typed themselves; what is not recorded says so."""
    share = tally.share("self_submitted")
    if not found.recorded.assisted:
        return NO_DATA
    return rate_text(share, DECIMALS) if share.b else NOTHING


def capital(word: str) -> str:
    """Give a level's name as it begins a line."""
    return sentence(LEVEL_NAMES[word])
