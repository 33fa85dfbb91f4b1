"""The IT school's figures straight from its files: standard library only, no import of ours.

    python tests/infra/worlds/independent_it_school.py ../shared/data/it_school_crm

prints JSON: deals, won deals and revenue (all, by manager, by month), spend by source, and the
rows that cannot be counted, by reason. Money is text.
"""

import csv
import gzip
import json
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path


def money(text):
    """'' is 0; '1000' and '€ 3.500,00' are what they look like."""
    digits = "".join(c for c in text if c in "0123456789.,")
    if "," in digits:
        digits = digits.replace(".", "").replace(",", ".")
    return Decimal(digits or "0")


def rows(path):
    """All rows of a CSV file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def deals(folder):
    """Deals, wins and revenue; a deal without an id is no deal."""
    everything = rows(folder / "deals.csv")
    kept = [row for row in everything if row["Id"].strip()]
    managers = defaultdict(lambda: {"deals": 0, "won_deals": 0, "revenue": Decimal("0.00")})
    months = defaultdict(lambda: {"won_deals": 0, "revenue": Decimal("0.00")})
    for row in kept:
        manager = managers[row["Deal Owner Name"].strip() or "unknown"]
        manager["deals"] += 1
        if row["Stage"].strip() == "Payment Done":
            paid = money(row["Initial Amount Paid"])
            manager["won_deals"] += 1
            manager["revenue"] += paid
            closed = row["Closing Date"].strip()
            month = months[f"{closed[6:]}-{closed[3:5]}" if closed else "unknown"]
            month["won_deals"] += 1
            month["revenue"] += paid
    return {
        "deals": len(kept),
        "won_deals": sum(m["won_deals"] for m in managers.values()),
        "revenue": sum((m["revenue"] for m in managers.values()), Decimal("0.00")),
        "managers": managers,
        "months": months,
        "without_id": len(everything) - len(kept),
        "ids": sorted(row["Id"].strip() for row in kept),
    }


def spend(folder):
    """Spend by source; a row that repeats another in full is counted once."""
    everything = rows(folder / "spend.csv")
    once = {tuple(value.strip() for value in row.values()): row for row in everything}
    sources = defaultdict(lambda: Decimal("0.00"))
    google_days = defaultdict(list)
    for row in once.values():
        sources[row["Source"]] += Decimal(row["Spend"])
        if row["Source"] == "Google Ads":
            google_days[row["Campaign"], row["Date"]].append(row)
    silent = [
        day
        for day in google_days.values()
        if all(
            Decimal(row[name]) == 0 for row in day for name in ("Spend", "Impressions", "Clicks")
        )
    ]
    return {
        "spend": sources,
        "duplicates": len(everything) - len(once),
        "silent_google_rows": sum(map(len, silent)),
    }


def calls(folder):
    """Calls that were never made."""
    outcomes = Counter(row["Call Status"] for row in rows(folder / "calls.csv.gz"))
    return sum(outcomes[name] for name in ("Overdue", "Cancelled", "Scheduled")), sum(
        outcomes.values()
    )


def figures(folder):
    """Everything, as JSON can hold it."""
    sold, spent = deals(folder), spend(folder)
    never_made, all_calls = calls(folder)
    return {
        **{name: sold[name] for name in ("deals", "won_deals", "revenue", "managers", "months")},
        "spend": spent["spend"],
        "contacts": len(rows(folder / "contacts.csv")),
        "calls": all_calls - never_made,
        "left_out": {
            "deal no_id": sold["without_id"],
            "spend exact_duplicate": spent["duplicates"],
            "spend nothing_happened": spent["silent_google_rows"],
            "call never_made": never_made,
        },
        "ids": sold["ids"],
    }


if __name__ == "__main__":
    json.dump(figures(Path(sys.argv[1])), sys.stdout, default=str, sort_keys=True)
