"""What a process that runs for long does with memory that it needs no more."""

import platform
import subprocess
import sys

import pytest

CHILD = """
import gc, resource
from pathlib import Path
from pixcrawler.bootstrap.thrift import be_thrifty

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

be_thrifty()
before = held()
for _ in range(2):  # the first tells glibc by its own rules that blocks of this size are worth keeping
    large = bytearray(b"x") * (24 << 20)
    del large
print(held() - before, gc.get_freeze_count())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other libraries give back by themselves")
def test_what_was_large_goes_back_each_time_and_what_was_loaded_is_not_looked_at_again() -> None:
    said = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, check=True, text=True).stdout
    kept, frozen = map(int, said.split())
    assert kept < 4 << 20
    assert frozen > 1_000


BLOCKS = """
import resource
from pixcrawler.adapters.malloc import blocks_kept
from pixcrawler.bootstrap.thrift import be_thrifty

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        block = bytes(4 << 20)[:-1]
        del block
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

be_thrifty()
alone = faults()
with blocks_kept(), blocks_kept():
    faults()
    kept = faults()
print(alone, kept, faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other libraries keep as they like")
def test_while_blocks_come_and_go_their_pages_are_kept_and_not_longer() -> None:
    said = subprocess.run([sys.executable, "-c", BLOCKS], capture_output=True, check=True, text=True).stdout
    alone, kept, after = map(int, said.split())
    assert kept < alone / 20
    assert after > alone / 2


SCATTERED = """
import resource
from pathlib import Path
from pixcrawler.bootstrap.thrift import be_thrifty, rest

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

be_thrifty()
small = [bytes(8_000) for _ in range(5_000)]
last = small[-1]
del small
before = held()
rest()
print(before - held())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other libraries give back by themselves")
def test_at_rest_what_is_free_goes_back_though_something_lies_behind_it() -> None:
    said = subprocess.run([sys.executable, "-c", SCATTERED], capture_output=True, check=True, text=True)
    assert int(said.stdout) > 30 << 20
