"""UCDP Georeferenced Event Dataset (GED) and Candidate Events: lethal events of organised violence since 1989."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from data.card import Card
from data.coverage import Coverage
from data.draft import EVENTS
from data.manifest import Origin
from data.readers import open_table
from data.readers.opened import Opened
from data.sources.kept_rows import refuse_unusable
from data.sources.layout import Layout
from data.sources.ucdp_coverage import release_coverage
from data.sources.ucdp_joined import is_joined, joined_coverage
from data.sources.ucdp_layout import looks_like_ucdp, recognise
from data.sources.ucdp_pieces import Pieces
from data.sources.ucdp_rows import Checks
from data.sources.ucdp_sheets import checked_sheets
from data.sources.ucdp_summary import is_final
from data.stream import Ending, Stream
from data.task import Task

GED: Final = Card(
    key="ucdp_ged",
    title="UCDP Georeferenced Event Dataset (GED)",
    publisher="Uppsala Conflict Data Program, Uppsala University",
    citation=(
        "Davies, Pettersson & Öberg, Organized violence (Journal of Peace Research, article of the release's year); "
        "Sundberg & Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4)"
    ),
    licence="CC BY 4.0",
    raw_shareable=True,
    rhythm="once a year, for the years to the end of the year before",
    lag_days=0,
    mutability="versioned",
    scope_note="Lethal events only, and only of organised violence with at least one recorded death.",
    namespace="ucdp",
    precedence=0,
)
CANDIDATE: Final = Card(
    key="ucdp_candidate",
    title="UCDP Candidate Events Dataset",
    publisher=GED.publisher,
    citation=(
        "Hegre, Croicu, Eck & Högbladh (2020), Introducing the UCDP Candidate Events Dataset, Research & Politics; "
        + GED.citation
    ),
    licence=GED.licence,
    raw_shareable=True,
    rhythm="every month, for the month before",
    lag_days=45,
    mutability="versioned",
    scope_note="Lethal events only, not all of them verified; figures of a year rise when it becomes final.",
    namespace="ucdp",
    precedence=1,
)
JOINED: Final = replace(
    CANDIDATE,
    key="ucdp_joined",
    title="UCDP events joined from several releases",
    citation=CANDIDATE.citation + "; joined by somebody else",
    scope_note="Lethal events only; its countries end in different years, so they cannot be compared.",
    precedence=2,
)
CARDS: Final = (GED, CANDIDATE, JOINED)
TITLE: Final = "UCDP GED or Candidate events"

_FIRST_ROWS: Final = 200


def detect(opened: Opened) -> bool:
    """Return whether a file's first rows are those of a UCDP event file, complete or not."""
    return looks_like_ucdp(opened.first_rows(2))


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Stream:
    """Return a GED or Candidate file as a stream; `coverage_end` is the last day that it covers, if a person says so.

    While it is taken it raises `FileRefused` where no row can be kept or where most points lie outside their stated
    country, `data.task.Cancelled` where the work was stopped; here where the columns are not UCDP's.
    """
    opened = opened or open_table(path)
    layout = recognise(opened.name, opened.first_rows(_FIRST_ROWS))
    return Stream(EVENTS, lambda: _Reading(opened, layout, coverage_end, task, today))


class _Reading:
    """One reading of a file from its start: pieces of the event table, then what else is known."""

    def __init__(self, opened: Opened, layout: Layout, coverage_end: date | None, task: Task, today: date) -> None:
        self._opened = opened
        self._layout = layout
        self._coverage_end = coverage_end
        self._task = task
        self._today = today
        self._made = Pieces()

    def pieces(self) -> Iterator[pa.Table]:
        """Yield the events, without the column `source`."""
        for checked, done, of in checked_sheets(self._opened, self._layout, Checks(self._today)):
            # Told here, not where it is read: a page is told in its own thread.
            self._task.step("reading", done, of)
            piece = self._made.add(checked)
            if piece is not None:
                yield piece
        last = self._made.rest()
        made = self._made
        refuse_unusable(self._opened.name, made.rejections, kept=made.kept, read=made.read, flipped=made.flipped)
        self._task.step("locating", 0, None)
        self._made.places.refuse_misplaced(self._opened.name)
        self._task.step("checking", 0, None)
        if last is not None:
            yield last

    def ending(self) -> Ending:
        """Return card, coverage and origin, once all pieces are taken."""
        summary, opened, today = self._made.summary, self._opened, self._today
        final, joined = is_final(summary, today), is_joined(summary)

        def covered(part: pa.Table) -> Coverage:
            return release_coverage(part, self._coverage_end, final=is_final(part, today))

        return Ending(
            card=JOINED if joined else GED if final else CANDIDATE,
            coverage=joined_coverage(summary, covered) if joined else covered(summary),
            origin=Origin(opened.name, opened.sha256(), opened.size, f"{opened.format}; columns: {self._layout.name}"),
            rejections=self._made.rejections,
            read=self._made.read,
        )
