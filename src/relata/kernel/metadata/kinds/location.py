"""A place on the earth: latitude and longitude in degrees (WGS 84), to about a centimetre."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column

from relata.errors import Fault
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Part, Schema
from relata.kernel.metadata.kinds.cell_text import is_json_object, json_of, number_of
from relata.kernel.metadata.kinds.checks import kind_of, pointer
from relata.kernel.metadata.kinds.number import checked_decimal, plain

BOUNDS = {"lat": 90, "lon": 180}
STEP = Decimal("0.0000001")
NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
ADVICE = "write it as 52.52, 13.405"

# Forms that name latitude and longitude in this order: what people write, and links of maps.
FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"{NUMBER}\s*[,;\s]\s*{NUMBER}",
        rf"geo:{NUMBER},{NUMBER}(?:[,;?].*)?",
        rf"https?://\S*?[?&]mlat={NUMBER}&mlon={NUMBER}\S*",
        rf"https?://\S*?[@=]{NUMBER}(?:,|%2C){NUMBER}\S*",
        rf"https?://\S*?#map=[\d.]+/{NUMBER}/{NUMBER}\S*",
    )
)
COMMAS = re.compile(r"([+-]?\d{1,3},\d+)\s*[;\s]\s*([+-]?\d{1,3},\d+)", re.ASCII)
DEGREES = (
    r"(\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|'')\s*)?"
)
SIDES = re.compile(rf"{DEGREES}([NS])[\s,;]*{DEGREES}([EOW])", re.ASCII | re.IGNORECASE)


class Location(Kind):
    name = "location"
    label = "Location"
    help = "A point on the map: latitude and longitude."
    type = Type.TEXT
    columns = (Column("lat", "numeric"), Column("lon", "numeric"))
    parts = (Part("lat", "Latitude", Type.NUMBER, "lat"), Part("lon", "Longitude", Type.NUMBER, "lon"))
    sortable = False

    def cell(self, text: str) -> Any:
        return json_of(text) if is_json_object(text) else place_of(text)

    def part_cell(self, part: str, text: str) -> Any:
        return number_of(text)

    def schema(self, field: Field) -> Schema:
        return {
            "type": "object",
            "properties": {
                part: {"type": "number", "minimum": -bound, "maximum": bound} for part, bound in BOUNDS.items()
            },
            "required": list(BOUNDS),
            "additionalProperties": False,
            "examples": [{"lat": 52.52, "lon": 13.405}],
        }

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        if not isinstance(value, dict):
            raise BadValue(f'Send {{"lat": 52.52, "lon": 13.405}}; {kind_of(value)} came.')
        faults = [
            Fault(f"/{pointer(key)}", "unknown_field", "A location has lat and lon, nothing else.")
            for key in value
            if key not in BOUNDS
        ]
        found = {}
        for part in BOUNDS:
            try:
                found[part] = checked_degrees(part, value.get(part))
            except BadValue as error:
                faults += [fault.below(f"/{part}") for fault in error.faults]
        if faults:
            raise BadValue.all(faults)
        return found

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        return value or {"lat": None, "lon": None}

    def shown(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        pairs = [item for part in BOUNDS for item in (literal_column(f"'{part}'"), columns[part])]
        return case((columns["lat"].is_not(None), func.json_build_object(*pairs)))

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        """«52.52, 13.405»."""
        comma: ColumnElement[str] = literal_column("', '", Text())
        return cast(columns["lat"], Text).concat(comma).concat(cast(columns["lon"], Text))

    def load(self, field: Field, value: Any) -> Any:
        return f"{Decimal(str(value['lat'])):f}, {Decimal(str(value['lon'])):f}" if value else None

    def part(self, field: Field, value: Any, part: str) -> Any:
        return Decimal(str(value[part])) if value else None

    def filter_value(self, field: Field, value: Any) -> Any:
        """A location, or its text in any form that a cell takes."""
        try:
            return self.load(field, self.parse(field, self.cell(value) if isinstance(value, str) else value, Parsing()))
        except BadValue as error:
            raise ValueError(error.faults[0].message) from None


def checked_degrees(part: str, value: Any) -> Decimal | int:
    """A number within its bounds, to seven places."""
    if value is None:
        raise BadValue("A location has both lat and lon.", "required")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue(f"Send degrees as a number; {kind_of(value)} came.")
    degrees = Decimal(str(value))
    if not degrees.is_finite() or abs(degrees) > BOUNDS[part]:
        raise BadValue(f"{part} lies between -{BOUNDS[part]} and {BOUNDS[part]} degrees.", "out_of_range")
    return plain(checked_decimal(degrees.quantize(STEP)))


def place_of(text: str) -> dict[str, Decimal]:
    """Latitude and longitude from «52.52, 13.405», «52,52; 13,405», «52°31'12"N 13°24'18"E», a geo: link or the
    link of a map; raises BadValue.
    """
    bare = text.strip()
    if len(bare) <= 2_000:
        if sides := SIDES.fullmatch(bare):
            parts = sides.groups()
            return {"lat": from_degrees(parts[:3], parts[3]), "lon": from_degrees(parts[4:7], parts[7])}
        for form in (*FORMS, COMMAS):
            if found := form.fullmatch(bare):
                return {part: Decimal(found[at].replace(",", ".")) for at, part in enumerate(BOUNDS, 1)}
    raise BadValue(f"«{text[:40]}» is not a location; {ADVICE}.", "bad_location")


def from_degrees(parts: tuple[str | None, ...], side: str) -> Decimal:
    """Degrees, minutes and seconds as one figure; south and west are below zero."""
    degrees, minutes, seconds = (Decimal((part or "0").replace(",", ".")) for part in parts)
    total = degrees + minutes / 60 + seconds / 3600
    return -total if side.upper() in "SW" else total
