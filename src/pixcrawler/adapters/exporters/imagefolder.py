"""The imagefolder format: ``<split>/<class>/<file>``, with metadata beside it.

Hugging Face ``datasets``, torchvision, Ultralytics and FiftyOne read it; which traps of theirs it walks
round is told in docs/reference/dataset-folder.md.
"""

from pixcrawler.adapters.exporters.metadata import IMAGES, LOADING, METADATA_FILE, WithMetadata

_FOLDERS = """
torchvision's `ImageFolder` and Ultralytics read `train/`, `val/` and `test/` as they are. Class folders
carry names that no loader mistakes for something else; `label` in the metadata is the true name.
"""


class Imagefolder(WithMetadata):
    id = "imagefolder"
    files = (("<split>/<class>/<id>.<format>", IMAGES), METADATA_FILE)
    pictures = ("**",)

    def loading(self) -> str:
        return LOADING + _FOLDERS
