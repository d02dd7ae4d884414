/** Texts of which nothing can be seen: blanks, characters without width, marks that only set a direction. */

/** The text, or "" where a person would see nothing, so that a name can be put in its place. */
export function seen(text: string): string {
  return /[^\p{Z}\p{C}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/u.test(text) ? text : "";
}
