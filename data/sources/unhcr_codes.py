"""UNHCR's table of country codes: no observation, but what its own codes stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from data.readers import open_table
from data.sources.observation_rows import read_rows
from data.sources.unhcr_files import CODES
from data.task import SILENT


@dataclass(frozen=True, slots=True)
class Code:
    """A country, territory or group in UNHCR's words; `iso3` is None where it has no ISO code."""

    iso3: str | None
    name: str
    region: str | None


def read_codes(path: Path) -> Mapping[str, Code]:
    """Return what each of UNHCR's own codes stands for. Raises `FileRefused` where the file is no table of codes."""
    rows = read_rows(open_table(path), sorted(CODES), ["unhcr_region"], SILENT)
    columns = (rows.text(name).to_pylist() for name in ("unhcr_code", "iso_code", "name", "unhcr_region"))
    return MappingProxyType(
        {code: Code(iso3, name, region) for code, iso3, name, region in zip(*columns, strict=True) if code}
    )
