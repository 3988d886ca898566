"""How near at hand an object is."""

from enum import StrEnum


class Tier(StrEnum):
    """One of two configured stores. In ``WARM`` lies what is seldom asked for, packed small; it is fetched
    back before it can be downloaded."""

    HOT = "hot"
    WARM = "warm"


class Move(StrEnum):
    """From one to the other."""

    ARCHIVING = "archiving"
    REHYDRATING = "rehydrating"
