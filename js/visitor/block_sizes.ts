/** Holds blocks with other words in them than the visitor's at their size, also when that changes. */

interface Size {
  readonly width: number;
  readonly height: number;
}

/** No block has it: what is held at it is held at another from the next look on. */
const UNKNOWN: Size = { width: -1, height: -1 };

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
      const size = sizeOf(block);
      if (size.width === held.width && size.height === held.height) return [];
      this.#held.set(block, size);
      return [block];
    });
  }

  /**
   * The style that holds a block at the size that it has. Widths are told in whole pixels: fractions of one would say which
   * words fill it; and rounded down: what is too wide by a little wraps.
   */
  pin(block: Element): string {
    const size = sizeOf(block);
    this.#held.set(block, size);
    const wide = `${Math.floor(size.width)}px`;
    const high = `${size.height}px`;
    return `box-sizing:border-box;min-width:${wide};max-width:${wide};min-height:${high};max-height:${high}`;
  }
}

function sizeOf(block: Element): Size {
  const { width, height } = block.getBoundingClientRect();
  const styled = block as HTMLElement;
  // Scaled or turned, a block has another size on the screen than the one that its style gives it.
  const other = Math.abs(height - styled.offsetHeight) >= 1;
  return other ? { width: styled.offsetWidth, height: styled.offsetHeight } : { width, height };
}
