/** Style text without addresses: on its way out of the visitor's page, and once more on its way into the replica. */

const URL_REFERENCE = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)/gi;
const IMPORT = /@import[^;{}]*;/gi;

/** Stands for a resource that is not sent; nothing is fetched for it. */
export const NO_RESOURCE = "data:,";

/**
 * The text with every address in it replaced: by the resource itself where `load` knows it, else by nothing. The agent's
 * browser fetches nothing and learns no addresses.
 *
 * @param name What stands for the name of a part of the page itself, such as a gradient.
 */
export function withoutAddresses(
  css: string,
  load: (url: string) => string | null,
  name: (fragment: string) => string = (fragment) => fragment,
): string {
  if (!/url\(|@import/i.test(css)) return css;
  return css.replace(IMPORT, "").replace(URL_REFERENCE, (_whole, double, single, bare) => {
    const url = String(double ?? single ?? bare ?? "").trim();
    // Written with double quotes from here on, which a drawing in it may have too.
    const fragment = fragmentOf(url);
    if (fragment !== null) return `url("#${name(fragment)}")`;
    const resource = load(url) ?? (url.startsWith("data:") ? url : NO_RESOURCE);
    return `url("${resource.replaceAll('"', "%22")}")`;
  });
}

/** The text of a sheet that was loaded from `base`, with its relative addresses made whole. */
export function withWholeAddresses(css: string, base: string): string {
  return css.replace(URL_REFERENCE, (whole, double, single, bare) => {
    const url = String(double ?? single ?? bare ?? "").trim();
    if (url === "" || url.startsWith("data:") || url.startsWith("#")) return whole;
    try {
      return `url("${new URL(url, base).href}")`;
    } catch {
      return whole;
    }
  });
}

/** A reference into the page itself, such as a gradient; the recorder has made an address out of it. */
function fragmentOf(url: string): string | null {
  const [address = "", fragment] = url.split("#");
  if (fragment === undefined) return null;
  const here = [location.href.split("#")[0], new URL(".", document.baseURI).href, ""];
  return here.includes(address) ? fragment : null;
}
