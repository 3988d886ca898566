"""Where exports go: a folder, or one archive; one file for each kind of archive."""

from pixcrawler.adapters.archives.container import Container
from pixcrawler.adapters.archives.seven_zip import SevenZip
from pixcrawler.adapters.archives.tar import Tar
from pixcrawler.adapters.archives.tar_zst import TarZst
from pixcrawler.adapters.archives.zip import Zip
from pixcrawler.domain.datasets.archive import Archive

ARCHIVES: dict[Archive, Container] = {
    Archive.ZIP: Zip(),
    Archive.TAR: Tar(),
    Archive.TAR_ZST: TarZst(),
    Archive.SEVEN_ZIP: SevenZip(),
}
