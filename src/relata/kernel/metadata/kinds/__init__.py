"""Every field kind, in the order in which people are offered them. A new kind is one file and one
line here, and the same in the interface.
"""

from __future__ import annotations

from relata.kernel.metadata.kinds.about import About
from relata.kernel.metadata.kinds.address import Address
from relata.kernel.metadata.kinds.auto_number import AutoNumber
from relata.kernel.metadata.kinds.base import Kind
from relata.kernel.metadata.kinds.boolean import Boolean
from relata.kernel.metadata.kinds.choice import Choice
from relata.kernel.metadata.kinds.choices import Choices
from relata.kernel.metadata.kinds.date import Date
from relata.kernel.metadata.kinds.duration import Duration
from relata.kernel.metadata.kinds.emails import Emails
from relata.kernel.metadata.kinds.file import File
from relata.kernel.metadata.kinds.formula import Formula
from relata.kernel.metadata.kinds.id import Id
from relata.kernel.metadata.kinds.image import Image
from relata.kernel.metadata.kinds.json import Json
from relata.kernel.metadata.kinds.links import Links
from relata.kernel.metadata.kinds.location import Location
from relata.kernel.metadata.kinds.long_text import LongText
from relata.kernel.metadata.kinds.many import Many
from relata.kernel.metadata.kinds.moment import Moment
from relata.kernel.metadata.kinds.money import Money
from relata.kernel.metadata.kinds.number import Number
from relata.kernel.metadata.kinds.percent import Percent
from relata.kernel.metadata.kinds.person_name import PersonName
from relata.kernel.metadata.kinds.phones import Phones
from relata.kernel.metadata.kinds.rating import Rating
from relata.kernel.metadata.kinds.reference import Reference
from relata.kernel.metadata.kinds.relation import Relation
from relata.kernel.metadata.kinds.rich_text import RichText
from relata.kernel.metadata.kinds.rollup import RollUp
from relata.kernel.metadata.kinds.tags import Tags
from relata.kernel.metadata.kinds.text import Text
from relata.kernel.metadata.kinds.user import User
from relata.kernel.metadata.kinds.version import Version

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(), LongText(), RichText(), Number(), Percent(), Money(), Rating(), Duration(), Boolean(), Date(), Moment(), Choice(),
        Choices(), PersonName(), Emails(), Phones(), Address(), Location(), Links(), Relation(), Reference(), About(), Many(), User(),
        Tags(), File(), Image(), Json(), AutoNumber(), Formula(), RollUp(), Id(), Version(),
    )
}  # fmt: skip
