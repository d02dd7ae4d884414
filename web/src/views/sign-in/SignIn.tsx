/** E-mail and password, then on to where the person wanted to go. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem, request } from "../../api/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import style from "./signIn.module.css";

export function SignIn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/sign-in" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      await request("POST", "/auth/login", { email: email.trim(), password });
      client.clear();
      await navigate({ href: next ?? "/", replace: true });
    } catch (error) {
      setBusy(false);
      setFailure(explain(error, t));
    }
  };

  return (
    <main className={style["page"]}>
      <form className={style["card"]} onSubmit={(event) => { void submit(event); }}>
        <Mark size={36} />
        <h1>{t("sign-in.title")}</h1>
        <label htmlFor="email">{t("sign-in.email")}</label>
        <TextInput id="email" type="email" name="email" autoComplete="username" required autoFocus value={email}
          onText={setEmail} invalid={failure !== ""} />
        <label htmlFor="password">{t("sign-in.password")}</label>
        <TextInput id="password" type="password" name="password" autoComplete="current-password" required value={password}
          onText={setPassword} invalid={failure !== ""} aria-describedby="failure" />
        <p id="failure" role="alert" className={style["failure"]}>{failure}</p>
        <Button look="primary" type="submit" disabled={busy}>{t("sign-in.submit")}</Button>
      </form>
    </main>
  );
}

function explain(error: unknown, t: (key: string) => string): string {
  if (!(error instanceof Problem)) return t("common.unexpected");
  if (error.offline) return t("common.offline");
  return error.status === 401 ? t("sign-in.refused") : error.detail;
}
