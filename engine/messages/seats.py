"""Words about seats: of a grade there may be so many."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "seats": {"zh": "名额", "en": "Seats"},
    "competing": {"zh": "参加排名", "en": "Competing"},
    "seated": {"zh": "占名额", "en": "seated"},
    "surplus": {"zh": "超出名额", "en": "beyond the seats"},
    "seat_open": {"zh": "待定", "en": "open"},
    "seats_section": {"zh": "名额与名次", "en": "Seats and places"},
    "seat_head": {"zh": "{grade}名额", "en": "seats for {grade}"},
    "seat_place": {"zh": "第 {place} 名", "en": "place {place}"},
    "seats_of_share": {
        "zh": "名额 {seats}（{base} × {share}，{round}）",
        "en": "seats {seats} ({base} × {share}, {round})",
    },
    "seats_fixed": {"zh": "名额 {seats}", "en": "seats {seats}"},
    "seats_within": {"zh": "{group}：", "en": "{group}: "},
    "seat_round_down": {"zh": "舍尾", "en": "rounded down"},
    "seat_round_up": {"zh": "进一", "en": "rounded up"},
    "seat_round_half": {"zh": "四舍五入", "en": "rounded half up"},
    "seat_line": {"zh": "第 {place} 名 {value}", "en": "place {place} has {value}"},
    "seat_key": {"zh": "{of} {value}", "en": "{of} {value}"},
    "seat_key_least": {"zh": "{of}（低的在前）{value}", "en": "{of} (the least first) {value}"},
    "clause_comma": {"zh": "，", "en": ", "},
    "seat_gives": {"zh": " → {grade}", "en": " → {grade}"},
    "seat_tied_means": {
        "zh": "并列在最后的名额上，全部列出，由人决定",
        "en": "level with others at the last seat: all of them are listed, for people to decide",
    },
    "seat_open_means": {
        "zh": "缺项未补齐，或别的单位还没有确定，名次和名额还不能确定",
        "en": "gaps, of this unit or of others, leave the place or the seats open",
    },
    "seat_not_competing": {"zh": "不参加排名（不是{grade}）", "en": "does not compete (not {grade})"},
    "obstacle_seat": {"zh": "名额已满（“{rule}”）", "en": "no seat is left for it (“{rule}”)"},
    "obstacle_seat_open": {
        "zh": "有没有名额（“{rule}”），还不能确定",
        "en": "it is still open if there is a seat (“{rule}”)",
    },
    "settled_to": {"zh": "名额已满（“{rule}”），评为{grade}", "en": "No seat is left (“{rule}”): {grade}"},
    "ties_to_decide": {
        "zh": "“{rule}”：{count} 个单位并列在最后的名额上，要由人决定",
        "en": "“{rule}”: {count} unit{s} level at the last seat, for people to decide",
    },
    "hint_seats": {"zh": "名额与名次", "en": "seats and places"},
}
