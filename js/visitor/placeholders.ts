/** What stands for something that is not shown, and what of it is shown. */
import { BOX_COLOR } from "./resources";

export const BOX = `background:${BOX_COLOR}!important`;
/** How something stands among others; rules for its tag do not reach what stands for it. */
const PLACE = ["display", "margin", "border", "vertical-align", "float"];

/** The style that puts a box at the place of what it stands for. */
export function placed(live: Element): string {
  const style = getComputedStyle(live);
  const place = PLACE.map((name) => `${name}:${style.getPropertyValue(name)};`).join("");
  return live.clientWidth > 0 ? place.replace("inline;", "inline-block;") : place;
}

/** Whether an option is shown while its list is closed, or its list is always open. */
export function isListed(option: HTMLOptionElement): boolean {
  const select = option.closest("select");
  return option.selected || (select !== null && (select.multiple || select.size > 1));
}
