/**
 * The size that a block is held at in the agent's copy, as the last declaration of its style (ours). Pages have thousands of
 * such blocks: what it means is written out where it is shown.
 */

const HELD = /held:(\d+),(\d+(?:\.\d+)?)$/;
const MEANING = "box-sizing:border-box;min-width:$1px;max-width:$1px;min-height:$2px;max-height:$2px";

/**
 * The declaration for a size in pixels. Widths are told in whole ones: fractions would say which words fill it; and rounded
 * down: what is too wide by a little wraps.
 */
export function heldSize(width: number, height: number): string {
  return `held:${Math.floor(width)},${height}`;
}

/** A style with that declaration as the browser understands it. */
export function withHeldSize(style: string): string {
  return style.replace(HELD, MEANING);
}
