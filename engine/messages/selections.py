"""Words about selections: who was chosen, and why."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "selection": {"zh": "评选", "en": "Selection"},
    "selections": {"zh": "评选", "en": "Selections"},
    "candidates": {"zh": "候选", "en": "Candidates"},
    "group": {"zh": "范围", "en": "Within"},
    "rank": {"zh": "名次", "en": "Place"},
    "status": {"zh": "结果", "en": "Result"},
    "keys": {"zh": "排序依据", "en": "Ordered by"},
    "chosen": {"zh": "入选", "en": "chosen"},
    "tied": {"zh": "并列待定", "en": "tied"},
    "open": {"zh": "待定", "en": "open"},
    "undecidable": {"zh": "资料不全", "en": "undecidable"},
    "passed_over": {"zh": "未入选", "en": "passed over"},
    "not_eligible": {"zh": "不符合条件", "en": "not eligible"},
    "tied_means": {
        "zh": "并列在最后的名额上，全部列出，由人决定",
        "en": "level with others at the last place: all of them are listed, for decision",
    },
    "open_means": {
        "zh": "要等资料不全的候选补齐，才知道是否入选",
        "en": "it depends on candidates whose facts are not complete",
    },
    "undecidable_means": {
        "zh": "是否符合条件、名次靠前靠后，还缺资料",
        "en": "whether it is eligible, or where it stands, is not known yet",
    },
    "place_of": {"zh": "第 {place} 名，共 {count} 个候选", "en": "place {place} of {count}"},
    "places": {"zh": "名额 {places}", "en": "places: {places}"},
    "places_in": {"zh": "{group}的名额 {places}", "en": "places in {group}: {places}"},
    "most_first": {"zh": "{of}（高的在前）{value}", "en": "{of} (the most first) {value}"},
    "least_first": {"zh": "{of}（低的在前）{value}", "en": "{of} (the least first) {value}"},
    "at_the_line": {"zh": "，最后入选者 {value}", "en": ", at the line {value}"},
    "hint_select": {"zh": "评选的结果", "en": "who was selected"},
}
