"""The district's figures of OCOP products. Each counts recognitions that hold on the period's last day."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from coopkit import Label, Metric, Ratio, RatioForm, Stock, Unit, distinct, total
from coopkit_vinhbao.recognition import KIND, STAR, STARS

TOPIC: Final = Label("Sản phẩm OCOP", "OCOP products")
PRODUCTS: Final = Unit("ocop_product", Label("sản phẩm", "products"), one="product")
COOPERATIVES: Final = Unit("unit", Label("HTX", "cooperatives"), one="cooperative")


def figures(min_stars: int) -> tuple[Metric | Ratio, ...]:
    """The metrics, over products of `min_stars` stars or more; the three classes always add up to all products.

    >>> [one.key for one in figures(3)][:2]
    ['vinhbao.ocop_products', 'vinhbao.ocop_3_stars']
    """
    some = Label(f"Sản phẩm OCOP từ {min_stars} sao", f"OCOP products from {min_stars} stars")
    products = evolve(_products("products", some, min_stars, STARS[-1]), beside="vinhbao.ocop_cooperatives")
    return (
        products,
        *(_products(f"{n}_stars", _of_stars(n), max(n, min_stars), n) for n in STARS),
        evolve(
            products,
            key="vinhbao.ocop_cooperatives",
            label=Label("HTX có sản phẩm OCOP", "Cooperatives with OCOP products"),
            unit=COOPERATIVES,
            measure=distinct("cooperative"),
            beside="",
        ),
        evolve(
            products,
            key="vinhbao.ocop_stars",
            label=Label("Tổng số sao của các sản phẩm OCOP", "Stars of all OCOP products"),
            unit=STAR,
            measure=total(f"event.{KIND}.stars"),
            beside="",
        ),
        AVERAGE,
    )


AVERAGE: Final = Ratio(
    key="vinhbao.ocop_average_stars",
    label=Label("Số sao bình quân một sản phẩm OCOP", "Average stars of an OCOP product"),
    unit=STAR,
    topic=TOPIC,
    numerator="vinhbao.ocop_stars",
    denominator="vinhbao.ocop_products",
    form=RatioForm.AVERAGE,
)
"""Divided once, after stars and products were counted."""


def _of_stars(stars: int) -> Label:
    return Label(f"Sản phẩm OCOP {stars} sao", f"OCOP products of {stars} stars")


def _products(name: str, label: Label, least: int, most: int) -> Metric:
    """Recognitions with so many stars that hold on the period's last day; none where `least` is above `most`."""
    return Metric(
        key=f"vinhbao.ocop_{name}",
        label=Label(f"{label.vi} còn hiệu lực", f"{label.en} in force"),
        unit=PRODUCTS,
        topic=TOPIC,
        table="participation",
        timing=Stock("event.start", f"event.{KIND}.valid_until"),
        where=lambda row: (
            (row["event.kind"] == KIND) & (row[f"event.{KIND}.stars"] >= least) & (row[f"event.{KIND}.stars"] <= most)
        ),
        source="Quyết định 148/QĐ-TTg ngày 24/02/2023",
    )
