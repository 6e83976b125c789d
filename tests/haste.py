"""What makes thousands of short tests cheap for a process: rubbish, bytecode, folders, order."""

import gc
import os
import sys

import pytest

from tests.servers import in_memory

gc.set_threshold(50_000, 50, 50)  # collecting costs more than memory

# What is imported is compiled once, for the next run and for the programs that tests start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Folders of tests are made and removed by the thousand.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first, so that no worker waits for another at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """What is there for good, modules and tests, is not looked through for rubbish again."""
    gc.collect()
    gc.freeze()
