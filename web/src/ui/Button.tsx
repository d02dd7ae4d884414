/** Buttons: one primary a region, the rest default or quiet. */
import type { ComponentPropsWithRef, ReactNode } from "react";
import { classes } from "../lib/classes.ts";
import style from "./button.module.css";

type Look = "default" | "primary" | "quiet" | "danger" | "danger-filled";

interface ButtonProps extends ComponentPropsWithRef<"button"> {
  look?: Look;
  small?: boolean;
  icon?: ReactNode;
}

export function Button({ look = "default", small = false, icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest}
      className={classes(style["button"], style[look], small && style["small"], className)}>
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  label: string;
  children: ReactNode;
}

/** A square button whose meaning is its icon; the label is read aloud and shown on hover. */
export function IconButton({ look = "quiet", small = false, label, className, children, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} {...rest}
      className={classes(style["button"], style[look], small && style["small"], style["square"], className)}>
      {children}
    </button>
  );
}
