/** A field made or changed: first its kind, then what that kind takes. */
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { type Problem, request } from "../../api/client.ts";
import type { Field, Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { bodyOfChange, bodyOfNew, draftOf, emptyDraft, type FieldDraft } from "./fieldDraft.ts";
import { FieldForm } from "./FieldForm.tsx";
import type { Trial } from "./Impact.tsx";
import { KindPicker } from "./KindPicker.tsx";
import { type SchemaChange, useKinds, useSchemaChange } from "./schema.ts";

const AskField = lazy(() => import("./AskBefore.tsx").then(({ AskField }) => ({ default: AskField })));
const KindChange = lazy(() => import("./KindChange.tsx"));
const NameDialog = lazy(() => import("./NameDialog.tsx"));
const MergeOptions = lazy(() => import("./MergeOptions.tsx"));

interface Props {
  object: Obj;
  /** Null to make a new one. */
  field: Field | null;
  onClose: () => void;
  onDelete: (field: Field) => void;
}

export function FieldDialog({ object, field, onClose, onDelete }: Props) {
  const kinds = useKinds();
  const [draft, setDraft] = useState<FieldDraft | null>(field === null ? null : draftOf(field));
  const change = useSchemaChange();
  const [changing, setChanging] = useState<"kind" | "name" | "options" | null>(null);
  const kind = kinds.find(({ name }) => name === draft?.kind);
  const trial = useMutation<Trial, Problem, SchemaChange>({ mutationFn: ({ method, path, body }) => request(method, `${path}?check=true`, body) });
  const [asked, setAsked] = useState<Trial | null>(null);
  const path = `/objects/${object.name}/fields`;
  const put = (sent: SchemaChange): void => { change.mutate(sent, { onSuccess: onClose }); };
  const changed = (): SchemaChange => ({ method: "PATCH", path: `${path}/${field?.name ?? ""}`, body: draft && field ? bodyOfChange(draft, field) : {} });
  const save = (): void => {
    if (draft === null || change.isPending || trial.isPending) return;
    if (field === null) {
      if (kind !== undefined) put({ method: "POST", path, body: bodyOfNew(draft, kind) });
      return;
    }
    const sent = changed();
    // What is refused is told where it stands in the form, as if nobody had asked.
    trial.mutateAsync(sent).then((found) => {
      if (found.impact.touches && found.faults.length === 0) setAsked(found);
      else put(sent);
    }, () => { put(sent); });
  };
  if (changing === "kind" && field !== null) return <Suspense><KindChange object={object} field={field} kinds={kinds} onClose={onClose} /></Suspense>;
  if (changing === "name" && field !== null) {
    const path = `/objects/${object.name}/fields/${field.name}`;
    return <Suspense><NameDialog object={object.name} path={path} label={field.label} name={field.name} former={field.former ?? []} onClose={onClose} /></Suspense>;
  }
  if (changing === "options" && field !== null) return <Suspense><MergeOptions object={object} field={field} onClose={onClose} /></Suspense>;
  const changeable = field?.custom === true && (kind?.becomes.length ?? 0) > 0;
  const title = field === null ? t("settings.new_field_of", { label: object.label }) : field.label;
  return (
    <Dialog opened onClose={onClose} title={title} size={600}>
      {asked !== null && (
        <Suspense>
          <AskField trial={asked} object={object.name} problem={change.error} busy={change.isPending}
            onBack={() => { setAsked(null); change.reset(); }} onSave={() => { put(changed()); }} />
        </Suspense>
      )}
      {asked !== null ? null : draft === null ? (
        <KindPicker kinds={kinds} onPick={(name) => { setDraft(emptyDraft(name)); }} />
      ) : (
        <FieldForm
          object={object}
          field={field}
          draft={draft}
          kind={kind}
          problem={change.error}
          busy={change.isPending || trial.isPending}
          onChange={(values) => { setDraft({ ...draft, ...values }); }}
          onBack={field === null ? () => { setDraft(null); change.reset(); } : null}
          onKind={changeable ? () => { setChanging("kind"); } : null}
          onName={field?.custom === true ? () => { setChanging("name"); } : null}
          onMerge={(field?.options?.length ?? 0) > 1 ? () => { setChanging("options"); } : null}
          onDelete={field?.custom === true ? () => { onDelete(field); } : null}
          onClose={onClose}
          onSave={save}
        />
      )}
    </Dialog>
  );
}
