"""The settings of one plugin: a form made from its manifest, for the city, a place or a campaign."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

import streamlit as st
from attrs import field, frozen
from streamlit.delta_generator import DeltaGenerator

from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.campaign import Campaign
from coopkit.errors import CoopkitError, PluginError
from coopkit.registry import PluginManifest, SettingSchema
from coopkit.text import Label
from coopkit.workspace import Plugins, SettingValue

ORIGINS = {
    "campaign": Label("của phong trào", "of the campaign"),
    "place": Label("của địa bàn", "of the place"),
    "city": Label("của thành phố", "of the city"),
    "default": Label("mặc định", "the default"),
}
"""Where a value comes from, the strongest first."""


@frozen
class Aim:
    """Whose value is set: a plugin's, for the city, one place (its code) or one campaign (its id)."""

    office: Plugins
    manifest: PluginManifest
    place: str = ""
    campaign: str = ""

    @property
    def name(self) -> str:
        """The plugin."""
        return self.manifest.id

    def held(self) -> list[SettingValue]:
        """The values as they hold there."""
        return self.office.settings(self.name, place=self.place, campaign=self.campaign)

    def set(self, key: str, value: Any, reason: str) -> int:
        """Set one; gives the number of the batch."""
        receipt = self.office.set(self.name, key, value, place=self.place, campaign=self.campaign, reason=reason)
        return receipt.number


@frozen
class Box:
    """A setting in the form: its schema, the value that holds, the one typed, and where to say what is wrong."""

    schema: SettingSchema
    held: SettingValue
    value: Any
    below: DeltaGenerator = field(repr=False)

    @property
    def changed(self) -> bool:
        """Whether another value was typed."""
        return bool(self.value != ("" if self.held.value is None else self.held.value))

    def fault(self) -> str:
        """What is wrong with what was typed."""
        try:
            self.schema.check(self.held.key, self.value)
        except PluginError as error:
            return str(error)
        return ""


def show(c: Ctx, office: Plugins, manifest: PluginManifest) -> None:
    """The part of the page: for whom, the values with where they come from, and the form."""
    st.subheader(c.t("Thiết đặt"))
    order = " → ".join(label.in_(c.lang) for label in ORIGINS.values())
    st.caption(c.t("Giá trị được lấy theo thứ tự: {order}.", order=order))
    aim = _aim(c, office, manifest)
    held = aim.held()
    told = repr((aim.place, aim.campaign, held))  # what another set meanwhile is shown, and not overwritten
    key = f"set:{aim.name}:{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    with st.form(key, enter_to_submit=False):
        boxes = [_box(c, manifest.settings[one.key], one, f"{key}:{one.key}") for one in held]
        reason = c.ask_why(c.t("Lý do đặt"), f"{key}:why")
        go = st.form_submit_button(c.t("Lưu thiết đặt"), type="primary", key=f"set-go:{aim.name}")
    if go:
        _save(c, aim, [box for box in boxes if box.changed], reason)


def _aim(c: Ctx, office: Plugins, manifest: PluginManifest) -> Aim:
    """For whom the values are set."""
    name, campaigns = manifest.id, {one.id: one.name for one in c.desk.snapshot().records(Campaign)}
    kinds = {"city": c.t("Cả thành phố"), "place": c.t("Một địa bàn")}
    if campaigns:
        kinds["campaign"] = c.t("Một phong trào")
    label = c.t("Đặt cho")
    kind = st.radio(label, list(kinds), format_func=lambda one: kinds[one], horizontal=True, key=f"aim:{name}:{c.lang}")
    if kind == "place":
        return Aim(office, manifest, place=_chosen(c.t("Địa bàn"), _places(c, manifest), f"aim-place:{name}"))
    if kind == "campaign":
        return Aim(office, manifest, campaign=_chosen(c.t("Phong trào"), campaigns, f"aim-run:{name}"))
    return Aim(office, manifest)


def _chosen(label: str, options: Mapping[str, str], key: str) -> str:
    return st.selectbox(label, list(options), format_func=lambda one: options[one], key=key)


def _places(c: Ctx, manifest: PluginManifest) -> dict[str, str]:
    """The plugin's own places, then all of the map that is shown, by their codes."""
    snapshot, found = c.desk.snapshot(), []
    for owner in manifest.owners:
        try:
            found.append(owner.of(snapshot))
        except CoopkitError:
            continue
    on = c.on_map or c.desk.workspace.clock().date()
    own = {place.code: f"{place.title} ({place.code})" for place in found}
    return own | {place.code: f"{place.title} ({place.code})" for place in snapshot.places.at(on)}


def _box(c: Ctx, schema: SettingSchema, held: SettingValue, key: str) -> Box:
    value = _widget(c, schema, held, key)
    below = st.empty()
    now, origin = _said(c, held.value), ORIGINS[held.origin].in_(c.lang)
    told = c.t("Đang dùng: {value} ({origin})", value=now, origin=origin)
    if held.origin != "default":
        told += c.t(", mặc định: {value}", value=_said(c, schema.default))
    st.caption(plain(told))
    return Box(schema, held, value, below)


def _said(c: Ctx, value: Any) -> str:
    if isinstance(value, bool):
        return c.t("có") if value else c.t("không")
    return str(value) if value not in (None, "") else c.t("chưa đặt")


def _widget(c: Ctx, schema: SettingSchema, held: SettingValue, key: str) -> Any:
    label, help_ = plain(f"{held.label.in_(c.lang)}"), _help(c, schema, held)
    try:
        value = schema.check(held.key, held.value)
    except PluginError:  # a secret that is not named yet, or what an earlier version of the plugin let
        value = schema.default
    if schema.type == "flag":
        return st.checkbox(label, value=value, key=key, help=help_)
    if schema.type == "int":
        return st.number_input(label, value=value, step=1, key=key, help=help_)
    if schema.type == "choice":
        return st.selectbox(label, schema.options, index=schema.options.index(value), key=key, help=help_)
    return st.text_input(label, value=value or "", key=key, help=help_)


def _help(c: Ctx, schema: SettingSchema, held: SettingValue) -> str:
    """What the manifest says of it, its bounds, and whether a secret's variable is there."""
    told = [held.key, schema.help]
    if schema.minimum is not None:
        told.append(c.t("ít nhất {value}", value=c.number(schema.minimum)))
    if schema.maximum is not None:
        told.append(c.t("nhiều nhất {value}", value=c.number(schema.maximum)))
    if schema.type == "secret":
        there = bool(held.value) and held.value in os.environ
        told.append(c.t("tên một biến môi trường, như MY_TOKEN"))
        told.append(c.t("biến này đã có") if there else c.t("chưa có biến này"))
    return plain(" · ".join(filter(None, told)))


def _save(c: Ctx, aim: Aim, changed: list[Box], reason: str) -> None:
    """Write what was changed, each a batch; nothing where any of it is wrong."""
    faults = [(box, fault) for box in changed if (fault := box.fault())]
    for box, fault in faults:
        box.below.error(plain(c.told(fault)))
    if faults:
        return
    if not changed:
        st.info(c.t("Không có gì thay đổi."))
        return
    try:
        batches = ", ".join(str(aim.set(box.held.key, box.value, reason)) for box in changed)
    except CoopkitError as error:  # somebody else wrote meanwhile
        tell(good=False, text=plain(c.told(error)))
    tell(good=True, text=c.t("Đã lưu thiết đặt (lô {batches}).", batches=batches))
