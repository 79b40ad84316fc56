"""What the plugin's tests share: a workspace with the plugin loaded, and one that holds the examples."""

import datetime as dt
from pathlib import Path

import pytest

from coopkit import Actor, Registry, Workspace, load_demo

WORKBOOK = "thuy-nguyen-2024-2025.xlsx"
EXAMPLE = Path(__file__).parents[3] / "examples" / "thuynguyen"
NOW = dt.datetime(2026, 1, 10, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def opened():
    """Open a workspace in a folder with the plugin loaded, set as told."""

    def open_(folder, settings=()):
        registry = Registry.load(modules={"thuynguyen": "coopkit_thuynguyen"}, settings=settings)
        return Workspace.open(f"sqlite:///{folder}/so.db", registry=registry, clock=lambda: NOW)

    return open_


@pytest.fixture(scope="session")
def desk(opened, tmp_path_factory):
    """The made-up Hải Phòng of 2023, and what Thủy Nguyên sent for 2024 and 2025."""
    with opened(tmp_path_factory.mktemp("thuynguyen")) as workspace:
        office = workspace.as_(Actor.office("van-phong"))
        load_demo(office)
        assert office.import_files({WORKBOOK: (EXAMPLE / WORKBOOK).read_bytes()}).problems == ()
        yield office
