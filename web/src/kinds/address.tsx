/** A postal address in its parts. */
import { useState } from "react";
import { TextInput } from "../ui/TextInput.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";
import input from "../ui/input.module.css";

const PARTS = ["street", "postal_code", "city", "region", "country"] as const;
type Address = Partial<Record<(typeof PARTS)[number], string | null>>;

function format(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const { street, postal_code: code, city, region, country } = value as Address;
  const place = [code, city].filter((part) => !isBlank(part)).join(" ");
  return [street, place, region, country].filter((part) => !isBlank(part)).join(", ");
}

/** «Street 1, 12345 City, Region, DE»; the last part is the country when it has two letters. */
function parse(typed: string): unknown {
  const parts = typed.split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== "");
  if (parts.length === 0) return null;
  const country = parts.length > 1 && /^[A-Za-z]{2}$/.test(parts.at(-1) ?? "") ? parts.pop()?.toUpperCase() : undefined;
  const [street, place, region] = parts.length === 1 && country !== undefined ? [undefined, parts[0]] : parts;
  const found = /^(?<code>(?=\S*\d)\S+)\s+(?<city>.+)$/.exec(place ?? "")?.groups;
  const address: Address = {
    ...(street === undefined ? {} : { street }),
    ...(found === undefined ? {} : { postal_code: found["code"] ?? null }),
    ...(place === undefined ? {} : { city: found?.["city"] ?? place }),
    ...(region === undefined ? {} : { region }),
    ...(country === undefined ? {} : { country }),
  };
  return address;
}

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const [address, setAddress] = useState<Address>(() => (typeof value === "object" && value !== null ? value : {}));
  return (
    <span className={input["group"]} role="group" aria-label={field.label}>
      {PARTS.map((part, index) => (
        <TextInput key={part} id={index === 0 ? id : undefined} value={plainText(address[part])}
          placeholder={label(field.parts, part)} aria-label={label(field.parts, part)}
          autoFocus={autoFocus === true && index === 0} invalid={invalid ?? false} data-inner={index > 0 ? true : undefined}
          onCommit={onCommit} onCancel={onCancel}
          onText={(text) => {
            const next = { ...address, [part]: text === "" ? null : part === "country" ? text.toUpperCase() : text };
            setAddress(next);
            const filled = Object.fromEntries(Object.entries(next).filter(([, one]) => !isBlank(one)));
            onChange(Object.keys(filled).length === 0 ? null : filled);
          }} />
      ))}
    </span>
  );
}

function label(parts: { name: string; label: string }[], name: string): string {
  return parts.find((part) => part.name === name)?.label ?? name;
}

export const address: Kind = {
  name: "address", icon: "map-pin", width: 156, long: true, wide: true, line: true, align: "start", Editor, format, parse,
  Display: ({ value }) => <>{format(value)}</>,
  isEmpty: (value) => format(value) === "",
};
