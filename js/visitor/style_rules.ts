/** Style text taken apart into rules, so that each can be judged by what it chooses. */

/** `prelude { body }`: a style rule, an at-rule, or, within a body, a nested rule. */
export interface Rule {
  readonly prelude: string;
  /** Rules, and declarations as text. */
  readonly body: readonly (Rule | string)[];
}

/** What the recorder puts between the texts of one style element. */
const SPLIT = "/* rr_split */";
const TOKEN =
  /\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?|url\(\s*[^"'\s)][^)]*\)?|\\[\s\S]|[{}();]/gi;
const MAX_DEPTH = 32;

/** The rules and declarations of a style text. Comments are left out; what is not closed ends with the text. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one scanner, one loop.
export function parsed(css: string): (Rule | string)[] {
  const stack: { prelude: string; body: (Rule | string)[] }[] = [{ prelude: "", body: [] }];
  let text = "";
  let from = 0;
  let parens = 0;
  const flush = () => {
    const words = text.trim();
    if (words) stack.at(-1)?.body.push(words);
    text = "";
  };
  const close = () => {
    flush();
    const done = stack.pop();
    if (done) stack.at(-1)?.body.push(done);
  };
  for (const { 0: token, index } of css.matchAll(TOKEN)) {
    text += css.slice(from, index);
    from = index + token.length;
    if (token.startsWith("/*")) {
      if (token !== SPLIT || stack.length > 1) continue;
      flush();
      stack[0]?.body.push(SPLIT);
    } else if (token === "(" || token === ")") {
      parens = Math.max(0, parens + (token === "(" ? 1 : -1));
      text += token;
    } else if (token === "{" && stack.length < MAX_DEPTH) {
      stack.push({ prelude: text.trim(), body: [] });
      text = "";
      parens = 0;
    } else if (token === "}") {
      parens = 0;
      if (stack.length > 1) close();
    } else if (token === ";" && parens === 0) flush();
    else text += token;
  }
  text += css.slice(from);
  while (stack.length > 1) close();
  flush();
  return stack[0]?.body ?? [];
}

/** Sheets count their rules, so what is left out keeps its place. */
export const NOTHING = "@media not all{}";

/** The text of rules and declarations, each as it is given back. */
export function printed(
  body: readonly (Rule | string)[],
  declaration: (text: string) => string,
  rule: (rule: Rule) => string,
): string {
  let css = "";
  for (const part of body) {
    if (typeof part !== "string") css += rule(part);
    else if (part === SPLIT) css += part;
    else if (part.startsWith("@import")) css += NOTHING;
    else if (!/^@(?!layer)/.test(part)) {
      const text = declaration(part);
      if (text) css += `${text};`;
    }
  }
  return css;
}
