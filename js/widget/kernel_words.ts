/** What the kernel says by itself, said in the reader's language. */
import type { Phrases } from "./phrases";
import type { Problem, Traits } from "./traits";

/** A problem in the reader's language. */
export function translatedProblem({ message, hint }: Problem, phrases: Phrases): Problem {
  return { message: phrases.translate(message), hint: phrases.translate(hint) };
}

/** The traits with the sentences of state and error in the reader's language. */
export function translatedTraits(traits: Traits, phrases: Phrases): Traits {
  const { status, error } = traits;
  const said = error ? translatedProblem(error, phrases) : null;
  // A state that goes on in spite of an error has all of the error for its hint; the error is said by itself.
  const repeats = error && status.hint === `${error.message} ${error.hint}`.trimEnd();
  const hint = repeats ? "" : phrases.translate(status.hint);
  return { ...traits, error: said, status: { ...status, message: phrases.translate(status.message), hint } };
}
