"""A dropped file while a person looks at it: where it lies, what it is, and work on it that can be stopped."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from app_pages.mapping_form import forget
from data import mapping
from data.check import Found, Loaded, look
from data.task import Task
from export import checked
from geo.errors import TocsinError


@dataclass
class Upload:
    """A file that was dropped, kept until the next one: what it is, or why it was refused, and what came of it."""

    file_id: str
    path: Path
    found: Found | None = None
    refused: str = ""
    loaded: Loaded | None = None

    def look(self) -> None:
        """Find out what it is, once."""
        if not (self.found or self.refused or self.loaded):
            with self.working() as task:
                self.found = look(self.path, task=task)

    def by_hand(self) -> None:
        """Open it for a mapping, whatever it was taken for."""
        try:
            self.found, self.refused = Found(self.path, opened=mapping.open_any(self.path)), ""
        except TocsinError as error:
            self.refused = str(error)

    def again(self) -> None:
        """Forget that the work was stopped, so that it is looked at again."""
        self.refused = ""

    @contextmanager
    def working(self, key: str = "stop") -> Iterator[Task]:
        """A task whose progress is shown, with a button (`key`) that stops it; what is refused is kept to be said."""
        bar, stop = st.empty(), st.empty()
        stop.button("Stop", key=key, help="Stops the work. Nothing is written.")

        def progress(stage: str, done: int, total: int | None) -> None:
            share = min(done / total, 1.0) if total else 0.0
            bar.progress(share, f"{stage.capitalize()}: {done:,}{f' of {total:,}' if total else ''}")

        progress("reading", 0, None)
        self.refused = checked.STOPPED  # unless it comes to an end
        try:
            yield Task(progress)
            self.refused = ""
        except TocsinError as error:
            self.refused = str(error)
        bar.empty()
        stop.empty()


def upload_of(file: Any) -> Upload | None:  # noqa: ANN401 - Streamlit's own class
    """Return what is known of the file in the uploader; a new one is written where the readers can open it."""
    kept: Upload | None = st.session_state.get("upload-kept")
    if file is None:
        st.session_state.pop("upload-kept", None)
        return None
    if kept is None or kept.file_id != file.file_id:
        folder = Path(tempfile.mkdtemp(prefix="tocsin-"))
        kept = Upload(file.file_id, folder / (Path(file.name).name.replace("\0", "")[-100:] or "file"))
        weakref.finalize(kept, shutil.rmtree, folder, ignore_errors=True)  # it goes with the session, or the next file
        kept.path.write_bytes(file.getbuffer())
        st.session_state["upload-kept"] = kept
        forget()
    return kept
