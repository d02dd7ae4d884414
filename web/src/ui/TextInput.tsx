/** A single line of text whose Enter commits and whose Escape gives up. */
import { type ComponentPropsWithRef, useEffect, useRef } from "react";
import { classes } from "../lib/classes.ts";
import style from "./input.module.css";

interface TextInputProps extends Omit<ComponentPropsWithRef<"input">, "onChange"> {
  onText(text: string): void;
  onCommit?: () => void;
  onCancel?: () => void;
  invalid?: boolean;
  end?: boolean;
}

export function TextInput({
  onText, onCommit, onCancel, invalid, end, autoFocus, className, ...rest
}: TextInputProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus !== true || input.current === null) return;
    input.current.focus();
    const length = input.current.value.length;
    if (input.current.type === "text") input.current.setSelectionRange(length, length);
  }, [autoFocus]);
  return (
    <input ref={input} type="text" autoComplete="off" data-autofocus={autoFocus === true ? true : undefined} {...rest}
      aria-invalid={invalid === true ? true : undefined}
      className={classes(style["input"], end === true && style["end"], className)}
      onChange={(event) => { onText(event.currentTarget.value); }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter" && onCommit !== undefined) { event.preventDefault(); onCommit(); }
        if (event.key === "Escape" && onCancel !== undefined) { event.preventDefault(); event.stopPropagation(); onCancel(); }
      }} />
  );
}
