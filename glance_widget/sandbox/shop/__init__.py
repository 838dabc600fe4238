"""Slow Heron, the demo shop of the sandbox: its pages, its products, and where its templates and assets lie.

Nothing is sold here. The shop exists to be looked at in a live view: several pages, pictures, a form with
personal fields, a table and a chart that change by themselves. It holds no routes; the sandbox's application
serves it.

The templates need these variables:

- ``base``: the shop's own address, ending in a slash, as "/shop/maria-21/"
- ``assets``: where ``ASSETS`` is served, as "/shop-assets/"
- ``page``: a key of ``PAGES``
- ``products``: ``PRODUCTS``
- ``visitorid``: None when anonymous
- ``visitor_name``: what the visitor is called
- ``groupid``: of the visitor script
- ``script_src``: the address of the visitor script
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

__all__ = ["ASSETS", "PAGES", "PRODUCTS", "TEMPLATES", "Gauge", "Product"]

TEMPLATES: Final = Path(__file__).parent / "templates"
ASSETS: Final = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Gauge:
    """What the chart of a product page shows: a reading that wanders around ``centre`` by at most ``swing``."""

    caption: str
    unit: str
    centre: float
    swing: float
    digits: int


@dataclass(frozen=True)
class Product:
    """One thing the shop pretends to sell. ``slug`` is its page and the name of its picture."""

    slug: str
    name: str
    tagline: str
    description: str
    price_cents: int
    image_alt: str
    option: str
    choices: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    gauge: Gauge
    starter_quantity: int = 0
    """How many of it lie in a new visitor's cart, so that cart and checkout always have something to show."""

    @property
    def image(self) -> str:
        """The file name of its picture among the assets."""
        return f"{self.slug}.webp"

    @property
    def price(self) -> str:
        """Its price as shown to people."""
        return f"€{self.price_cents / 100:.2f}"


PRODUCTS: Final[tuple[Product, ...]] = (
    Product(
        slug="heron-kettle",
        name="Heron Kettle",
        tagline="A gooseneck that pours as slowly as you like.",
        description="Enamelled steel, a spout with the patience of a wading bird, and a beech handle that "
        "stays cool. Holds 0.9 litres, enough for two unhurried cups and a refill.",
        price_cents=8900,
        image_alt="A teal gooseneck kettle with a wooden handle",
        option="Colour",
        choices=("Lake teal", "Morning mist", "Ember"),
        facts=(
            ("Capacity", "0.9 l"),
            ("Weight", "780 g"),
            ("Stoves", "Gas, electric, induction"),
            ("Handle", "Oiled beech"),
        ),
        gauge=Gauge("Water temperature in our test kettle", "°C", 93.0, 1.8, 1),
        starter_quantity=1,
    ),
    Product(
        slug="ripple-dripper",
        name="Ripple Dripper",
        tagline="Twenty-two ribs, one even draw-down.",
        description="A stoneware cone with deep ribs that lift the paper off the wall, so water leaves at "
        "the pace of the coffee and not of the filter. Comes with its glass server.",
        price_cents=3400,
        image_alt="A coral ribbed coffee dripper on a glass server",
        option="Size",
        choices=("One cup", "Two cups", "Four cups"),
        facts=(
            ("Material", "Glazed stoneware"),
            ("Filters", "Flat or cone, size 02"),
            ("Server", "500 ml"),
            ("Dishwasher", "Yes"),
        ),
        gauge=Gauge("Flow through our test dripper", "g/s", 4.2, 0.7, 2),
    ),
    Product(
        slug="reed-grinder",
        name="Reed Hand Grinder",
        tagline="Forty clicks between cloud and gravel.",
        description="Steel burrs on two bearings, a fluted sleeve that does not slip in cold hands, and a "
        "walnut drawer that closes with a soft knock. Eighteen grams take about forty "
        "seconds.",
        price_cents=11900,
        image_alt="A green fluted hand grinder with a walnut base and a crank",
        option="Burr",
        choices=("Filter", "Espresso"),
        facts=(("Burrs", "38 mm steel"), ("Steps", "40"), ("Holds", "24 g of beans"), ("Height", "19 cm")),
        gauge=Gauge("Grind size, measured every second", "µm", 640.0, 38.0, 0),
    ),
    Product(
        slug="pebble-cup",
        name="Pebble Cup",
        tagline="Speckled like the shore it is named after.",
        description="Thrown, trimmed and glazed by hand. The thick wall keeps a flat white warm through a "
        "long telephone call, and the saucer has room for a biscuit.",
        price_cents=2200,
        image_alt="A speckled white cup of coffee on a saucer, with two coffee beans",
        option="Volume",
        choices=("180 ml", "260 ml"),
        facts=(
            ("Material", "Speckled stoneware"),
            ("Made", "By hand, each one differs"),
            ("Saucer", "Included"),
            ("Dishwasher", "Yes"),
        ),
        gauge=Gauge("Coffee temperature in the cup", "°C", 61.0, 2.4, 1),
    ),
    Product(
        slug="level-scale",
        name="Level Pocket Scale",
        tagline="A tenth of a gram and a timer. Nothing else.",
        description="Two touch keys, one amber display. It starts its timer by itself when the first drop "
        "falls and forgets everything when you lift the cup.",
        price_cents=5400,
        image_alt="A dark flat scale showing 18.5 grams, with a cup on it",
        option="Edition",
        choices=("Slate", "Chalk"),
        facts=(
            ("Range", "0.1 g to 2 kg"),
            ("Timer", "Starts by itself"),
            ("Charge", "USB-C, 30 hours"),
            ("Size", "13 × 13 × 1.6 cm"),
        ),
        gauge=Gauge("Weight on our test scale", "g", 18.5, 0.4, 1),
    ),
    Product(
        slug="dawn-blend",
        name="Dawn Blend",
        tagline="Apricot, hazelnut, and a quiet finish.",
        description="Two washed lots and one natural, roasted on Tuesdays and rested for six days. Sweet "
        "enough for filter, round enough for milk.",
        price_cents=1450,
        image_alt="A teal bag of coffee with a sunrise label, and coffee beans beside it",
        option="Bag",
        choices=("250 g, whole beans", "250 g, ground for filter"),
        facts=(
            ("Roast", "Light to medium"),
            ("Altitude", "1,650 to 1,900 m"),
            ("Harvest", "This year"),
            ("Best", "7 to 40 days after roasting"),
        ),
        gauge=Gauge("Price of green coffee, live", "€/kg", 7.4, 0.35, 2),
        starter_quantity=2,
    ),
)

PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "home.html",
        "guide": "guide.html",
        "orders": "orders.html",
        "cart": "cart.html",
        "checkout": "checkout.html",
        "thanks": "thanks.html",
        **{product.slug: "product.html" for product in PRODUCTS},
    }
)
"""The shop's pages: the path behind ``base`` (empty for the home page) and the template that shows it."""
