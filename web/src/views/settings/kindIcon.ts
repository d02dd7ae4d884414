/** The icon that stands for a kind of field in lists of fields and in the kind picker. */
const ICONS: Record<string, string> = {
  text: "letter-case", long_text: "file-text", number: "hash", percent: "percentage", money: "coin", boolean: "checkbox",
  date: "calendar", moment: "clock", choice: "circle-check", choices: "checks", person_name: "user", emails: "at",
  phones: "phone", address: "map-pin", links: "globe", relation: "link", about: "link", user: "user-check",
  tags: "tag", auto_number: "hash", formula: "function", id: "key", version: "hash",
};

export function kindIcon(kind: string): string {
  return ICONS[kind] ?? "square";
}
