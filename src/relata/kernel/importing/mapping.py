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
NAMING = (" name", " title", " subject", " titel", " bezeichnung")
NUMBERING = ("id", "number", "nr", "no", "nummer", "key")
SQUEEZED = {name.replace(" ", ""): name for names in PARTS.values() for name in names if " " in name}


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
    bare = squeezed(said)
    found = [one.name for one in object_.fields if bare in (squeezed(words(one.name)), squeezed(words(one.label)))]
    own = {words(object_.name), words(object_.label), *TITLES.get(object_.name, ())}
    if bare in {squeezed(f"{word}{rest}") for word in own for rest in ("", *NAMING)}:
        found.append(object_.title)
    if bare in {squeezed(f"{word} {rest}") for word in own for rest in NUMBERING}:
        found.append("external_id")
    found += [name for name, others in SYNONYMS.items() if bare in map(squeezed, others) and column_of(object_, name)]
    found += labelled(object_, said) + placed(object_, said)
    short = without(object_, said)
    if short != said:  # «Contact phone» in a table of contacts
        found += candidates(object_, short)
    return list(dict.fromkeys(found))


def squeezed(said: str) -> str:
    """«firstname» and «first name» are the same."""
    return said.replace(" ", "")


def without(object_: Object, said: str) -> str:
    """The words without the name of the object before them."""
    for own in (words(object_.label), words(object_.name), words(object_.plural), *TITLES.get(object_.name, ())):
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
    said = SQUEEZED.get(said, said)
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
