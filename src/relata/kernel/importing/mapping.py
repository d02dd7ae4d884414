"""Where a column can go, and by which words people and programs call our fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from relata.kernel.expression.fold import fold
from relata.kernel.importing.synonyms import LABELS, PARTS, PLACES, SYNONYMS, TITLES
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.object import Object
from relata.kernel.records.cells import column_of

RELATIONS = ("relation", "user")
LABELLED = ("emails", "phones", "links")


@dataclass(frozen=True, slots=True)
class Target:
    """A field, or a part of one: of e-mails, phones and links the label of an entry, of a relation the field by which its cells
    name the other record.
    """

    field: Field
    part: str | None = None

    @property
    def name(self) -> str:
        return f"{self.field.name}.{self.part}" if self.part else self.field.name

    @property
    def joins(self) -> bool:
        """Whether several columns may go into it."""
        return self.field.kind in (*LABELLED, "tags", "choices")


def words(text: str) -> str:
    """«deal_stage», «Deal stage», «DealStage» and «Deal: Stage *» are the same words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return " ".join(re.split(r"[\W_]+", fold(spaced))).strip()


def candidates(object_: Object, said: str) -> list[str]:
    """Names of fields and parts that these words may mean, best first."""
    found = [one.name for one in object_.fields if said in (words(one.name), words(one.label))]
    own = {words(object_.name), words(object_.label)}
    ownish = {f"{word} {rest}" for word in own for rest in ("name", "title", "subject", "titel", "bezeichnung")}
    if said in own | ownish | set(TITLES.get(object_.name, ())):
        found.append(object_.title)
    if said in {f"{word} id" for word in own} | {f"{word} number" for word in own}:
        found.append("external_id")
    found += [name for name, others in SYNONYMS.items() if said in others and column_of(object_, name)]
    found += list(labelled(object_, said)) + list(placed(object_, said))
    bare = without(object_, said)
    if bare != said:  # «Contact phone» in a table of contacts
        found += candidates(object_, bare)
    return list(dict.fromkeys(found))


def without(object_: Object, said: str) -> str:
    """The words without the name of the object before them."""
    for own in (words(object_.label), words(object_.name), words(object_.plural)):
        if said.startswith(f"{own} "):
            return said.removeprefix(f"{own} ")
    return said


def labelled(object_: Object, said: str) -> list[str]:
    """«Work phone», «Mobile», «E-mail 2», «Phone - Home»: an entry of a list with its label."""
    found = []
    for field in object_.fields:
        for word in LABELS.get(field.kind, ()):
            rest = re.fullmatch(rf"(.*?)\s*\b{re.escape(word)}\b\s*(.*)", said)
            if rest is None:
                continue
            around = " ".join(part for part in rest.groups() if part).strip()
            around = re.sub(r"\b(\d+|address|number|nummer|value|adresse|primary|main)\b", "", around).strip()
            if not around or around in PLACES:
                label = PLACES.get(around)
                found.append(f"{field.name}.{label}" if label else field.name)
                break
        if field.kind == "phones" and said in (
            "mobile",
            "mobil",
            "handy",
            "cell",
            "mobiltelefon",
            "mobile number",
            "cellphone",
        ):
            found.append(f"{field.name}.mobile")
    return found


def placed(object_: Object, said: str) -> list[str]:
    """«Billing city», «Ort (Lieferung)», «State/Province»: a part of an address."""
    found = []
    addresses = [field for field in object_.fields if field.kind == "address"]
    for part, names in PARTS.items():
        for name in names:
            rest = re.fullmatch(rf"(?:(.+) )?{re.escape(name)}(?: (.+))?", said)
            if rest is None:
                continue
            around = re.sub(r"\b(address|adresse|1|primary|main)\b", "", " ".join(filter(None, rest.groups()))).split()
            for field in addresses:
                own = set(words(field.name).split()) | set(words(field.label).split())
                if set(around) <= own or (
                    around and around[0] in ("home", "work", "mailing", "privat") and field is addresses[0]
                ):
                    found.append(f"{field.name}.{part}")
                    break
    return found
