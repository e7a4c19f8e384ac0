"""From a table of orders to tags: recency, frequency and money make a layer, and each member carries one layer's tag.

    uv run python examples/tag_from_orders.py                        # a simulated company and invented orders
    uv run python examples/tag_from_orders.py orders.csv             # your company (PRIVCRM_*), preview only
    uv run python examples/tag_from_orders.py orders.csv --apply     # ... and tag

orders.csv has the columns unionid, paid_on (2026-03-01) and amount (in yuan).

How a layer comes about. For each buyer: how many days ago was the last order (recency), how many orders were there
(frequency), how much money came in. Each figure is cut into fifths of the buyers, from 1 (worst) to 5 (best); 4 and 5
count as high. Three figures, high or low, make the eight layers of LAYERS.
"""

import argparse
import csv
import os
import random
import sqlite3
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from privcrm import CRM
from privcrm.sandbox import Sandbox, VirtualClock
from privcrm.services.tagging import Key, TagOptions

GROUP = "RFM分层"
LAYERS: Mapping[tuple[bool, bool, bool], str] = {  # recent, frequent, much money
    (True, True, True): "重要价值客户",
    (True, False, True): "重要发展客户",
    (False, True, True): "重要保持客户",
    (False, False, True): "重要挽留客户",
    (True, True, False): "一般价值客户",
    (True, False, False): "一般发展客户",
    (False, True, False): "一般保持客户",
    (False, False, False): "一般挽留客户",
}
OPTIONS = TagOptions(key=Key.UNIONID, create_tags=True)
Order = tuple[str, str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("orders", nargs="?", type=Path, help="a CSV file; needs the variables of a company")
    parser.add_argument("--apply", action="store_true", help="tag, instead of only saying what would be done")
    options = parser.parse_args()
    if options.orders is None:
        in_a_simulated_company()
        return
    with CRM.from_env(store=os.environ.get("PRIVCRM_STORE", "sqlite:///privcrm.db")) as crm:
        tag_by_layer(crm, shop_database(read_orders(options.orders)), date.today(), apply=options.apply)  # noqa: DTZ011 - the shop's own day


def in_a_simulated_company() -> None:
    """Tag by the orders up to the end of March, and again a quarter later, when members have moved."""
    clock = VirtualClock(auto_advance=True)  # the vendor's limits hold, but nobody waits for them
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(members=500, clock=clock) as sandbox,
        CRM.from_env(sandbox.env, store=f"sqlite:///{folder}/jobs.db", clock=clock) as crm,
    ):
        shop = shop_database(invented_orders(crm))
        for today in (date(2026, 3, 31), date(2026, 6, 30)):
            tag_by_layer(crm, shop, today, apply=True)
            show_tags(crm)


# Orders


def invented_orders(crm: CRM, orders: int = 800, seed: int = 1) -> Iterator[Order]:
    """Yield orders of members over half a year: a few buy often, most once or twice."""
    chance = random.Random(seed)
    followed = crm.provider.members.list(sorted(crm.provider.staff.serving()))
    buyers = sorted({member.unionid for member in followed if member.unionid})
    for _ in range(orders):
        buyer = buyers[int(len(buyers) * chance.random() ** 3)]
        paid_on = date(2026, 1, 1) + timedelta(days=chance.randrange(181))
        yield buyer, paid_on.isoformat(), round(chance.lognormvariate(5, 1), 2)


def read_orders(file: Path) -> Iterator[Order]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source):
            yield row["unionid"], row["paid_on"], float(row["amount"])


def shop_database(orders: Iterable[Order]) -> sqlite3.Connection:
    """Put orders into a database, which is where a shop has them."""
    shop = sqlite3.connect(":memory:")
    shop.execute("CREATE TABLE orders (unionid TEXT, paid_on TEXT, amount REAL)")
    shop.executemany("INSERT INTO orders VALUES (?, ?, ?)", orders)
    return shop


# Layers


def layers(shop: sqlite3.Connection, today: date) -> dict[str, str]:
    """Return the layer of every buyer by the orders up to a day."""
    buyers = shop.execute(
        "SELECT unionid, julianday(max(paid_on)) - julianday(?1), count(*), sum(amount)"
        " FROM orders WHERE paid_on <= ?1 GROUP BY unionid ORDER BY unionid",
        (today.isoformat(),),
    ).fetchall()
    if not buyers:
        return {}
    unionids, *figures = zip(*buyers, strict=True)
    scores = zip(*map(fifths, figures), strict=True)
    return {
        unionid: LAYERS[recent > 3, frequent > 3, money > 3]
        for unionid, (recent, frequent, money) in zip(unionids, scores, strict=True)
    }


def fifths(values: Sequence[float]) -> list[int]:
    """Return for each value the fifth it lies in, 1 to 5; equal values lie in the same one."""
    ordered = sorted(values)
    return [1 + 5 * bisect_left(ordered, value) // len(ordered) for value in values]


# Tags


def tag_by_layer(crm: CRM, shop: sqlite3.Connection, today: date, *, apply: bool) -> None:
    """Put the layer's tag on every buyer, in place of an older one."""
    rows = list(tagging_rows(layers(shop, today), existing_layers(crm)))
    preview = crm.tagging.preview(rows, OPTIONS)
    print(f"\nOrders up to {today}: {preview.rows} buyers, {preview.members} of them members")
    print(f"  {preview.changes} relations change, {preview.no_ops} are as wanted already")
    if preview.tags_to_create:
        print(f"  to be created: {', '.join(preview.tags_to_create)}")
    if not apply:
        return
    job = crm.tagging.apply(rows, OPTIONS, created_by="tag_from_orders.py")
    proof = crm.tagging.verify(job.id)
    print(f"  job {job.id} is {job.state}: {proof.as_planned} of {proof.checked} relations read back as planned")


def existing_layers(crm: CRM) -> set[str]:
    return {tag.name for group in crm.provider.tags.list() if group.name == GROUP for tag in group.tags}


def tagging_rows(found: Mapping[str, str], existing: set[str]) -> Iterator[dict[str, object]]:
    """Yield a row for each buyer: this layer on, every other one off. What is so already costs no call."""
    for unionid, layer in found.items():
        others = [f"{GROUP}/{other}" for other in sorted(existing - {layer})]
        yield {"unionid": unionid, "add": f"{GROUP}/{layer}", "remove": others}


def show_tags(crm: CRM) -> None:
    """Count the layers as they hang on relations now, read back from the company itself."""
    names = {tag.tag_id: tag.name for group in crm.provider.tags.list() if group.name == GROUP for tag in group.tags}
    followed = crm.provider.members.list(sorted(crm.provider.staff.serving()))
    carried = [[names[tag] for tag in member.follows[0].tag_ids if tag in names] for member in followed]
    for layer, count in Counter(name for tags in carried for name in tags).most_common():
        print(f"  {layer}  {count:4}")
    print(f"  most layers on one relation: {max(map(len, carried))}")


if __name__ == "__main__":
    main()
