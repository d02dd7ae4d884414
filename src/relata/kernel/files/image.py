"""Images are never kept as they came: they are decoded within limits and written anew, upright and in sRGB, so that no place
they were taken at, no thumbnail of what was cropped and no second meaning of their bytes is left. A small preview is made of each.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from relata.errors import Fault, Invalid

PIXELS = 50_000_000
ALL_PIXELS = 200_000_000
FRAMES = 500
SECONDS = 20.0
"""Limits of one image: its pixels, those of all its frames, its frames, and the time for decoding them."""
PREVIEW = 320
"""Pixels of the longer side of a preview."""
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92}, "PNG": {}, "GIF": {"comment": b""}, "WEBP": {"quality": 90},
}  # fmt: skip
BARE = {"exif": b"", "xmp": b"", "icc_profile": b""}
KEPT = ("transparency", "duration", "loop", "background", "disposal", "blend")
"""What is said of an image that its looks depend on."""
MODES = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "WEBP": ("RGB", "RGBA")}
SRGB = ImageCms.createProfile("sRGB")
TOO_LARGE = f"An image has at most {PIXELS:,} pixels, and {ALL_PIXELS:,} in at most {FRAMES} frames: make it smaller, or pack it as a ZIP file."
BROKEN = "The image cannot be read: it may be cut off; open it in a program for images and save it again."


@dataclass(frozen=True, slots=True)
class Picture:
    """How large an image is, in pixels."""

    width: int
    height: int


def written_anew(source: Path, target: Path, preview: Path, type_: str) -> Picture:
    """Write the image and its preview; raises Invalid, and OSError where the disk is full."""
    format_ = FORMATS[type_]
    try:
        with Image.open(source, formats=(format_,)) as image:
            check(image.width * image.height <= PIXELS)
            frames = 1 if format_ == "JPEG" else counted(image)
            image.load()
            first = upright(image, format_)
            small = first.convert("RGBA" if first.has_transparency_data else "RGB")
            small.thumbnail((PREVIEW, PREVIEW))
            bytes_ = encoded(image if frames > 1 else first, format_, animated=frames > 1)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refused(TOO_LARGE, "too_large") from None
    except MemoryError:
        raise refused(TOO_LARGE, "too_large") from None
    except Exception as error:  # decoders meet hostile bytes, and fail in whatever way these make them
        raise refused(BROKEN, "bad_image") from error
    target.write_bytes(bytes_)
    preview.write_bytes(encoded(small, "WEBP"))
    return Picture(first.width, first.height)


def counted(image: Image.Image) -> int:
    """The frames, each of them decoded once within the limits."""
    until, count = time.monotonic() + SECONDS, 0
    while True:
        try:
            image.seek(count)
        except EOFError:
            break
        image.load()
        count += 1
        check(count <= FRAMES and count * image.width * image.height <= ALL_PIXELS and time.monotonic() < until)
    image.seek(0)
    return count


def upright(image: Image.Image, format_: str) -> Image.Image:
    """One frame as it is to be seen, in sRGB and a mode of its format, with nothing said about it."""
    turned = in_srgb(ImageOps.exif_transpose(image))
    if turned.mode not in MODES.get(format_, (turned.mode,)):
        turned = turned.convert("RGBA" if turned.has_transparency_data and format_ != "JPEG" else "RGB")
    turned.info = {name: value for name, value in turned.info.items() if name in KEPT}
    return turned


def in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        made = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(BytesIO(profile)), SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made or image


def encoded(image: Image.Image, format_: str, *, animated: bool = False) -> bytes:
    made = BytesIO()
    image.save(made, format_, **OPTIONS[format_], **BARE, **({"save_all": True} if animated else {}))
    return made.getvalue()


def check(holds: bool) -> None:  # noqa: FBT001  # reads as a sentence
    if not holds:
        raise refused(TOO_LARGE, "too_large")


def refused(message: str, code: str) -> Invalid:
    return Invalid([Fault("", code, message)])
