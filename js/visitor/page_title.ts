/** The page's title, as far as it may be told. */

let told = false;

/** Decides whether the title is told; until then it is not. */
export function tellTitle(may: boolean): void {
  told = may;
}

/** The title that the visitor reads in the tab; empty while it is masked, or nothing is known about that yet. */
export function shownTitle(): string {
  return told ? document.title : "";
}
