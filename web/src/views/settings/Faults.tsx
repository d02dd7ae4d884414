/** What is wrong with a part of a field, with links to the records that stand in the way. */
import { IconAlertCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { t } from "../../lib/i18n.ts";
import { readOffence } from "./offenders.ts";
import css from "./settings.module.css";

export function Faults({ messages, object }: { messages: string[] | undefined; object: string }) {
  return messages?.map((message) => {
    const { text, records, more } = readOffence(message);
    return (
      <div key={message} role="alert">
        <p className={css["bad"]}><IconAlertCircle size={14} aria-hidden /> {text}</p>
        {records.length > 0 && (
          <ul className={css["offenders"]}>
            {records.map((record) => (
              <li key={record.id}><Link to="/o/$object/$id" params={{ object, id: record.id }}>{record.title}</Link></li>
            ))}
            {more && <li className={css["soft"]}>{t("settings.and_more")}</li>}
          </ul>
        )}
      </div>
    );
  });
}
