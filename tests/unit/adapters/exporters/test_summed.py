"""Sums that are made beside the writing."""

import hashlib

from pixcrawler.adapters.exporters.summed import Summed


async def test_blocks_are_summed_up_in_their_order() -> None:
    blocks = [[b"%d" % number * 10_000, b"", b"%d" % number] for number in range(20)]
    summed = Summed()
    for block in blocks:
        await summed.add(block)
    whole = b"".join(piece for block in blocks for piece in block)
    assert await summed.hexdigest() == hashlib.sha256(whole).hexdigest()
    assert await summed.hexdigest() == hashlib.sha256(whole).hexdigest()


async def test_nothing_has_the_sum_of_nothing() -> None:
    assert await Summed().hexdigest() == hashlib.sha256().hexdigest()
