"""Anybody's file as events or observations, through a column mapping that is guessed, shown, corrected and kept.

    opened = open_any(path)
    mapping = saved(store, opened) or guess(opened)
    shown = preview(opened, mapping)
    store.commit(draft(path, mapping))

A file is read through a mapping only where a person asks for it: no source claims such a file by itself.
"""

from data.mapping.ask import KIND_OPTIONS, PRECISION_OPTIONS
from data.mapping.drafting import assumptions, card_of, draft, ingest_mapped
from data.mapping.fields import Field, fields_of
from data.mapping.guess import ask, guess
from data.mapping.header import Header, header
from data.mapping.mapping import Found, Mapping, Question
from data.mapping.preview import Preview, preview
from data.mapping.read import open_any
from data.mapping.saved import apart, read_mapping, save, saved, saved_all
from data.mapping.settings import Settings

__all__ = [
    "KIND_OPTIONS",
    "PRECISION_OPTIONS",
    "Field",
    "Found",
    "Header",
    "Mapping",
    "Preview",
    "Question",
    "Settings",
    "apart",
    "ask",
    "assumptions",
    "card_of",
    "draft",
    "fields_of",
    "guess",
    "header",
    "ingest_mapped",
    "open_any",
    "preview",
    "read_mapping",
    "save",
    "saved",
    "saved_all",
]
