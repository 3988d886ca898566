"""Where exports go: a folder, or one archive; one file each."""
