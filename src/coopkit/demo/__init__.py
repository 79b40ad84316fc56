"""The example that ships with coopkit: a made-up Hải Phòng of 2023, as sixteen workbooks."""

from __future__ import annotations

from pathlib import Path

from coopkit.demo.campaigns import load_campaigns
from coopkit.registry import State
from coopkit.workspace import Desk, Plugins, Preview, Progress

__all__ = ["PLUGINS", "demo_files", "load_campaigns", "load_demo", "load_plugin_data", "switch_on_plugins"]

PLUGINS = ("haiphong", "cathai", "vinhbao", "thuynguyen")
"""The plugins that the example is shown with, where they are installed."""

_IMPORTERS = {"vinhbao": "vinhbao.danh_sach_ocop"}
"""The importer for the district's own file, where it is not a workbook of coopkit's layout."""

_INSTALLED = Path(__file__).parent / "workbooks"
_EXAMPLES = Path(__file__).parents[3] / "examples"
_CHECKOUT = _EXAMPLES / "haiphong_2023" / "workbooks"


def demo_files() -> dict[str, bytes]:
    """The example's workbooks by file name, in order."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.xlsx"))}


def load_demo(desk: Desk, progress: Progress | None = None) -> Preview:
    """Load the example into a ledger; a second time changes nothing. Gives what was new, changed, unchanged, refused.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db") as workspace:
    ...     load_demo(workspace.as_(Actor.office("an"))).problems
    ()
    """
    return desk.import_files(demo_files(), reason="Nạp dữ liệu mẫu Hải Phòng 2023", progress=progress)


def load_plugin_data(desk: Desk) -> list[Preview]:
    """Load what the districts' plugins that are on have of their own: fishing seasons, OCOP products, later events.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> later = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{later.name}/so.db", registry=Registry.load()) as workspace:
    ...     load_plugin_data(workspace.as_(Actor.office("an")))
    []
    """
    on = {state.name for state in desk.workspace.registry.states if state.state is State.ON}
    folder = _INSTALLED if _INSTALLED.is_dir() else _EXAMPLES
    found = {name: sorted((folder / name).glob("*.xlsx")) for name in PLUGINS if name in on}
    return [
        desk.import_files(
            {path.name: path.read_bytes() for path in paths},
            reason=f"Nạp dữ liệu mẫu của tiện ích {name}",
            importer=_IMPORTERS.get(name, ""),
        )
        for name, paths in found.items()
        if paths
    ]


def switch_on_plugins(desk: Desk) -> dict[str, str]:
    """Switch on the example's plugins that are installed, as one journalled batch; gives what kept others off, by name.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> switched = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{switched.name}/so.db", registry=Registry.load()) as workspace:
    ...     switch_on_plugins(workspace.as_(Actor.office("an")))
    {}
    """
    return Plugins(desk).on_together(*PLUGINS, reason="Bật các tiện ích của dữ liệu mẫu")
