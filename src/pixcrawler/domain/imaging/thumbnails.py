"""Small versions of pictures: made when first asked for, kept beside the picture."""

SIDE = 256
"""Pixels of the square that a thumbnail fits."""

ENDING = f".thumb-{SIDE}.jpg"


def thumbnail_key(picture: str) -> str:
    """Where the thumbnail of the picture under this key is stored."""
    return picture + ENDING


def picture_key(key: str) -> str:
    """The picture that an object stands or falls with: the thumbnail's own, else the object itself."""
    return key.removesuffix(ENDING)
