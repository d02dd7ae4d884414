"""Images that are shown: files of the types that every browser draws, decoded and written anew when they were uploaded."""

from __future__ import annotations

from relata.kernel.metadata.kinds.file import File


class Image(File):
    name = "image"
    label = "Image"
    help = "Pictures, such as a logo or photographs: JPEG, PNG, GIF, WebP."
    types = ("image/jpeg", "image/png", "image/gif", "image/webp")
