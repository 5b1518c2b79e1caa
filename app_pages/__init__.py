"""Pages, one a file: each has PAGE (its card) and render(desk). They are found here; nothing is registered by hand."""

import importlib
import pkgutil
from types import ModuleType


def discover() -> list[ModuleType]:
    """Return the page modules in the order of the navigation."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return sorted((module for module in modules if hasattr(module, "PAGE")), key=lambda module: module.PAGE.order)
