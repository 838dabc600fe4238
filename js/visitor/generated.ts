/** Text that style sheets put before and after elements. */
import { type Place, unescaped } from "./style_mentions";

/** Whether the eye gets a text from a pseudo-element of this element. Of an image, only the browser's own are drawn. */
export function isGenerated(element: Element, { pseudos }: Place, text: string): boolean {
  return (
    element.localName !== "img" &&
    pseudos.some((pseudo) => {
      const { content, display, visibility, opacity, fontSize } = getComputedStyle(element, pseudo);
      // What follows is for those who do not see it. Some browsers do not say what an attribute holds.
      const read = content.split(' / "')[0] ?? "";
      return (
        display !== "none" &&
        visibility === "visible" &&
        opacity !== "0" &&
        fontSize !== "0px" &&
        (read.includes("attr(") || unescaped(read).includes(unescaped(text)))
      );
    })
  );
}
