"""The plain words of the Help page."""

WHAT = """
Tocsin maps where violence against civilians is **growing**, below the level of countries, and how sure that is. It
serves atrocity prevention: analysts who explore, briefers who must show one map, field offices that look at one place.

It shows **what was recorded**. It does not predict. No evidence of change is never a proof of safety, and a place where
nobody looked is hatched, never blank.
"""

EXERCISE = """
No real incident may be shipped with the program, so it opens on an **exercise**: eight years of invented incidents,
displacement and forecasts on a real map, made by a simulator from published rates. Nothing in it happened; its
groups and people do not exist. Dates lie in 2041 to 2048, every id begins with EX-, and the mark stands over every map.
"""

MARKS_HEAD = ("On the map", "What it means")
MARKS = (
    ("Red, five shades", "how many incidents, or how many people killed"),
    ("Purple, three shades", "how much incidents rose, where the lower 95 % limit is above no change"),
    ("White land", "covered, and nothing recorded: zero"),
    ("Grey hatch", "not covered: nobody looked there or then"),
    ("Pale with a dashed outline", "provisional: late reports may still raise it"),
    ("Boxed number", "so many more are known only to be in that province"),
    ("Falling red lines", "shared from the province, not known to be there (only where you choose to spread)"),
    ("Dark outline of a cell", "possible coding artefact (only as coded)"),
    ("Black dot", "an incident at an exact place"),
    ("Ring in a wide circle", "an incident within about 25 km"),
    ("Blue tint under the cells", "a forecast of risk, not a record"),
    ("Blue arrow", "people newly displaced"),
    ("Open number", "fewer than half of the settings tried agree: may be chance"),
)

WORDS = (
    ("Incident:", "one reported happening; of violence against civilians where it was one-sided or killed a civilian."),
    (
        "Kept apart:",
        "a cell holds only what is known to be in it; the rest stands with its province or is counted as left out.",
    ),
    ("Stands in 22 of 27:", "the rise is found in 22 of 27 combinations of cell size, window and delay."),
    (
        "An ordinary week listed 3:",
        "the same rule gave about three areas in a week of the past year: the measure of chance.",
    ),
    ("As known on:", "no incident after this date is used; late reports about earlier days are, where they are held."),
)

REAL_DATA = """
Download a UCDP GED or UCDP Candidate file (CSV or Excel) from its publisher, then load it on the **Data** page, or type
`python -m data ingest FILE`. Choose **Real** at the top of a page to see it. UCDP records lethal incidents only.
"""
