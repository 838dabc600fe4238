/** The console: the one place where this script can speak to the page's developer. */

/** Something the developer should put right. */
export function complain(...words: unknown[]): void {
  // biome-ignore lint/suspicious/noConsole: there is nobody else to tell.
  console.error("[glance]", ...words);
}

/** Something worth knowing when one looks for a fault. */
export function remark(...words: unknown[]): void {
  // biome-ignore lint/suspicious/noConsole: there is nobody else to tell.
  console.warn("[glance]", ...words);
}
