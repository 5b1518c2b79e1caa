"""The card of a page: its name in the navigation, its address, its place in the order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageCard:
    """`order` 0 is the page that opens."""

    title: str
    path: str
    order: int
