"""Plugins: found without being imported, tried in a process of their own, loaded, asked one by one."""

from coopkit.registry.manifest import PluginManifest, SettingSchema
from coopkit.registry.modes import Modes
from coopkit.registry.registry import OWN, Registry
from coopkit.registry.state import PluginState, State

__all__ = ["OWN", "Modes", "PluginManifest", "PluginState", "Registry", "SettingSchema", "State"]
