"""What the page's server needs for a rerun of each page over a large register, and with fifty readers at once.

The server is the real one, on loopback; a reader is a WebSocket that speaks as a browser does, and waits for the word
that the script has finished. 35,000 cooperatives with 1,000,000 turns are beside 300 with 10,000 in the same run.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from pathlib import Path
from tempfile import gettempdir
from typing import Final
from urllib.parse import urlencode

from attrs import define, field
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.city import ledger
from tests.browser.served import served

FOLDER: Final = Path(gettempdir()) / "coopkit-bench"
LARGE, SMALL, TURNS_EACH = (35_000, 1_000_000), (300, 10_000), 25
READERS, THINKING, RUNNING = 50, 3.0, 20.0
GOAL, READERS_GOAL, RATIO_BUDGET, BYTES_BUDGET = 150, 300, 1.5, 50_000
PAGES: Final[dict[str, dict[str, str]]] = {
    "": {},
    "htx": {},
    "htx-ho-so": {"ma": "c5"},
    "htx-sua": {"q": "Thủy sản An Ánh Ân"},
    "su-kien": {},
    "dia-ban": {},
    "thi-dua": {},
    "thi-dua-tieu-chi": {},
    "thi-dua-cham": {},
    "thi-dua-xep-hang": {},
    "thi-dua-khen": {},
    "bao-cao": {"ky": "2023"},
    "nhap": {},
    "tien-ich": {},
    "nhat-ky": {},
}
"""Every page, with what its URL asks."""

INCIDENT: Final = "Mã sự cố".encode()
"""What a page says that failed."""
EARLY: Final = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@define
class Reader:
    """One tab of a browser."""

    socket: ClientConnection
    known: str = ""
    """Which page was drawn last, as the server named it."""
    received: int = field(default=0, init=False)

    async def ask(self, page: str, asked: dict[str, str]) -> float:
        """Have the page drawn; how many milliseconds until the server said it was done. Fails with the page."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode(asked)
        message.rerun_script.page_name = page
        message.rerun_script.page_script_hash = self.known
        start, drawn = time.perf_counter(), False
        await self.socket.send(message.SerializeToString())
        while True:
            data = await self.socket.recv()
            assert isinstance(data, bytes)
            assert INCIDENT not in data, f"/{page} failed"
            self.received += len(data)
            told = ForwardMsg.FromString(data)
            if told.HasField("navigation"):
                self.known, drawn = told.navigation.page_script_hash, True
            if told.WhichOneof("type") == "script_finished" and told.script_finished != EARLY:
                assert drawn, f"/{page} was not drawn"
                return 1000 * (time.perf_counter() - start)


def tab(address: str) -> connect:
    """A tab that opens its socket."""
    socket, named = f"{address.replace('http', 'ws', 1)}/_stcore/stream", [Subprotocol("streamlit")]
    return connect(socket, origin=Origin(address), subprotocols=named, max_size=None)


def high(times: list[float]) -> float:
    """What 95 of 100 stay below."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


async def each(address: str) -> dict[str, tuple[float, float, float, int]]:
    """Of each page: milliseconds of the first run, the middle and the 95th percentile of reruns, bytes of the first."""
    found = {}
    for page, asked in PAGES.items():
        async with tab(address) as opened:
            reader = Reader(opened)
            first = await reader.ask(page, asked)
            received = reader.received
            times = [await reader.ask(page, {**asked, "trang": str(n % 6 + 1)}) for n in range(TURNS_EACH)]
        found[page] = first, statistics.median(times), high(times), received
    return found


async def together(address: str) -> list[float]:
    """Fifty readers turn the pages of the register, each thinking about three seconds between."""
    until, dice, times = time.monotonic() + RUNNING, random.Random(7), list[float]()  # noqa: S311 - made-up readers

    async def read(number: int) -> None:
        async with tab(address) as opened:
            reader = Reader(opened)
            await reader.ask("htx", {})
            while time.monotonic() < until:
                await asyncio.sleep(THINKING * dice.uniform(0.5, 1.5))
                times.append(await reader.ask("htx", {"trang": str(1 + (number + len(times)) % 600)}))

    await asyncio.gather(*(read(number) for number in range(READERS)))
    return times


def main() -> int:
    """Print the figures; 1 when what is held is missed."""
    with served(ledger(FOLDER, *LARGE)) as address:
        large = asyncio.run(each(address))
        times = asyncio.run(together(address))
    with served(ledger(FOLDER, *SMALL)) as address:
        small = asyncio.run(each(address))
    print(
        f"rerun of each page, {LARGE[0]:,} cooperatives, {LARGE[1]:,} turns (goal: p95 {GOAL} ms), beside {SMALL[0]}:"
    )
    for page, (first, middle, most, received) in large.items():
        over = " OVER THE GOAL" if most > GOAL else ""
        print(
            f"  /{page:<18} first {first:>6.0f} ms, {received / 1000:>5.0f} kB; rerun {middle:>5.0f} ms, "
            f"p95 {most:>5.0f} ms; of {SMALL[0]}: {small[page][1]:>5.0f} ms{over}"
        )
    ratio, received = large["htx"][1] / small["htx"][1], large["htx"][3]
    print(f"register page: ratio {ratio:.2f} (budget {RATIO_BUDGET}); first page {received:,} bytes ({BYTES_BUDGET:,})")
    print(
        f"{READERS} readers of the register, thinking {THINKING:.0f} s: {len(times)} reruns, "
        f"middle {statistics.median(times):.0f} ms, p95 {high(times):.0f} ms (goal {READERS_GOAL} ms)"
    )
    return int(ratio > RATIO_BUDGET or received > BYTES_BUDGET)


if __name__ == "__main__":
    sys.exit(main())
