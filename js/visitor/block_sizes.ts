/** Holds blocks with other words in them than the visitor's at their size, also when that changes. */
import { heldSize } from "../protocol/held_size";
import { TURNED } from "./privacy_policy";

interface Size {
  readonly width: number;
  readonly height: number;
  /** `TURNED`, or nothing. */
  readonly turned: number;
}

/** No block has it: what is held at it is held at another from the next look on. */
const UNKNOWN: Size = { width: -1, height: -1, turned: 0 };

export class BlockSizes {
  /** The sizes that blocks are held at. An observer of so many would cost more in every frame than looking once in a while. */
  readonly #held = new Map<Element, Size>();

  /** Forgets all blocks. */
  reset(): void {
    this.#held.clear();
  }

  /** Holds a block from the next look on. */
  hold(block: Element): void {
    if (!this.#held.has(block)) this.#held.set(block, UNKNOWN);
  }

  /** The blocks that have another size than when they were looked at last. Each is named once, held again or not. */
  others(): Element[] {
    return [...this.#held].flatMap(([block, held]) => {
      if (!block.isConnected) {
        this.#held.delete(block);
        return [];
      }
      const size = sizeOf(block, held.turned);
      if (size.width === held.width && size.height === held.height) return [];
      this.#held.set(block, size);
      return [block];
    });
  }

  /** The declaration that holds a block with these flags at the size that it has. */
  pin(block: Element, flags: number): string {
    const size = sizeOf(block, flags & TURNED);
    this.#held.set(block, size);
    return heldSize(size.width, size.height);
  }
}

function sizeOf(block: Element, turned: number): Size {
  const { width, height } = block.getBoundingClientRect();
  const size = { width, height, turned };
  // Each question takes a layout: where nothing is turned, the second is not asked.
  if (!turned) return size;
  const { offsetWidth, offsetHeight } = block as HTMLElement;
  return Math.abs(height - offsetHeight) < 1 ? size : { width: offsetWidth, height: offsetHeight, turned };
}
