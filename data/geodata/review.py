"""Rows of the tables that rest on memory alone, for docs/boundaries.md: `python -m data.geodata.review`."""

import sys

from data.geodata.profiles import MEMORY, table_rows, to_review

_HEAD = "| territory | profile | units | belongs to | line | toward | note |\n|---|---|---|---|---|---|---|"
_NAMES_HEAD = "| code | profile | name |\n|---|---|---|"


def rows_table() -> str:
    """Return the rows of `profiles.csv` that rest on memory alone, equal ones of a territory together."""
    groups: dict[tuple[str, ...], int] = {}
    for rule in to_review():
        key = (
            rule.territory,
            str(rule.profile),
            rule.belongs_to or "unchanged",
            rule.style or "nothing said",
            " ".join(sorted(rule.toward)) or "",
            rule.note,
        )
        groups[key] = groups.get(key, 0) + 1
    lines = [
        f"| {territory} | {profile} | {count} | {owner} | {style} | {toward} | {note} |"
        for (territory, profile, owner, style, toward, note), count in groups.items()
    ]
    return "\n".join([_HEAD, *lines])


def names_table() -> str:
    """Return the names of `names.csv` that rest on memory alone."""
    lines = [
        f"| {row['code']} | {profile} | {row[profile]} |"
        for row in table_rows("names")
        for profile in ("us", "un")
        if row[f"evidence_{profile}"] == MEMORY and row[profile]
    ]
    return "\n".join([_NAMES_HEAD, *lines])


if __name__ == "__main__":
    sys.stdout.write(f"{rows_table()}\n\n{names_table()}\n")
