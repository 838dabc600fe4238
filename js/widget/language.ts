/** Which language is shown: the one that Python names, or the first that the reader of this page prefers. */
import { LANGUAGE, MAX_LANGUAGES } from "../protocol/messages";

/** What is wanted, and what there is for it. */
export interface Choice {
  /** The tag that is wanted, such as `de-AT`: numbers and times follow it. */
  readonly wanted: string;
  /** The language that there is, such as `de`. */
  readonly found: string;
}

/** The languages that the reader prefers, the best first. */
export function preferredLanguages(): string[] {
  return navigator.languages.filter((tag) => LANGUAGE.test(tag)).slice(0, MAX_LANGUAGES);
}

/**
 * The first wanted language that there is, each also without what narrows it (RFC 4647, section 3.4); else English.
 * `glance_widget/phrases/phrase_files.py` chooses alike.
 */
export function chooseLanguage(language: string, available: readonly string[]): Choice {
  const byLower = new Map([...available, "en"].map((tag) => [tag.toLowerCase(), tag]));
  const wanted = LANGUAGE.test(language) && language !== "auto" ? [language] : preferredLanguages();
  for (const tag of wanted) {
    const parts = tag.toLowerCase().split("-");
    for (let length = parts.length; length > 0; length -= 1) {
      const found = byLower.get(parts.slice(0, length).join("-"));
      if (found !== undefined) return { wanted: knownToIntl(tag, found), found };
    }
  }
  return { wanted: "en", found: "en" };
}

/** A tag of the right form may still be one that the browser refuses. */
function knownToIntl(tag: string, otherwise: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? otherwise;
  } catch {
    return "en";
  }
}
