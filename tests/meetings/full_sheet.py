"""A sheet with everything on it, each text as long as it may be: the fullest page there can be."""

from tracker.issues.material.models import (
    EFFECT_LENGTH,
    MOST_OPTIONS,
    MOST_VIGNETTES,
    OPTION_LENGTH,
    VIGNETTE_LENGTH,
    WHO_LENGTH,
)
from tracker.issues.statement import LINE_LENGTH, PART_LENGTH, STATEMENT_LENGTH, TITLE_LENGTH
from tracker.meetings import means, national

WORDS = "店が閉まり、坂の上の町内では車がないと米や飲み物を買えず、訪問のついでに届けている。"


def long(length: int) -> str:
    """Words of just this length."""
    return (WORDS * (length // len(WORDS) + 1))[:length]


FIGURES = {
    "cases": 128,
    "offices": 9,
    "clients_up_to": 97,
    "clients_exact": False,
    "minutes_total": 98765,
    "minutes_median": 62.5,
    "minutes_lower_quartile": 40.0,
    "minutes_upper_quartile": 90.0,
    "minutes_mean": 80.0,
    "largest_office_share": 0.456,
    "gaps": [[f"G{number}", 20 - number] for number in range(8)],
    "requesters": [["SELF", 60], ["FAMILY", 40], ["CITY", 28]],
    "outcomes": [["DONE_SELF", 100], ["HANDED", 28]],
    "urgencies": [["E1", 30], ["E2", 60], ["E3", 38]],
    "months": [[f"{2025 + (month > 12)}-{(month - 1) % 12 + 1:02}", month * 2]
               for month in range(12, 24)],
    "hour_bands": [["DAY", 80], ["EVENING", 30], ["NIGHT", 18]],
    "charges": [["NONE", 120], ["PAID", 8]],
    "charged_share": 0.0625,
    "asked_by_town": 28,
    "departments": [["長寿介護課", 20], ["福祉課", 8]],
    "bodies_agreed": [["NO", 28]],
    "household": [["ALONE", 60], ["DEMENTIA", 40], ["OLD_COUPLE", 20]],
    "tried": [
        {"category": "RS_SHOP", "name_ja": f"見晴らし号{number}便", "name_en": "Miharashi van",
         "cases": 30 - number, "results": [["FULL", 12], ["COST", 8], ["DISTANCE", 5]]}
        for number in range(8)
    ],
    "steps_missing": [],
    "steps": [
        {"text_ja": long(60), "text_en": "Ask the co-op", "cases": 20 - number,
         "results": [["TRIED", 12], ["NOT_AVAILABLE", 8]]}
        for number in range(8)
    ],
}  # fmt: skip
RESOURCE = {
    "name_ja": "移動販売見晴らし号",
    "name_en": "Miharashi van",
    "category": "RS_SHOP",
    "status": "live",
    "cost": "無料",
    "areas_ja": ["東", "西"],
    "areas_en": ["East", "West"],
    "assured_on": "2026-10-01",
    "stale": False,
}
PARTS = {
    "for_whom": long(LINE_LENGTH),
    "question": long(LINE_LENGTH),
    **{name: long(PART_LENGTH) for name in ("need", "existing", "cause", "effect")},
    "gap": "G1",
    "level": "municipality",
    "solver": "mutual",
}
ISSUE = {
    "number": "R8-07",
    "title": long(TITLE_LENGTH),
    "statement": long(STATEMENT_LENGTH),
    "parts": PARTS,
    "act_type": "買い物",
    "act_type_en": "Shopping",
    "area": "東",
    "area_en": "East",
    "evidence": FIGURES,
    "resources": [RESOURCE] * means.MOST,
    "national": national.concerning("HK03"),
    "vignettes": [{"text": long(VIGNETTE_LENGTH), "public": False}] * MOST_VIGNETTES,
    "options": [
        {
            "title": long(OPTION_LENGTH),
            "cost": "middle",
            "who": "事務局" + long(WHO_LENGTH - 3),
            "effect": long(EFFECT_LENGTH),
            "public": False,
        }
    ]
    * MOST_OPTIONS,
}
SHEET = {"shape": 2, "at": "2026-11-24T09:00:00+09:00", "issues": [ISSUE]}
