/** Holds blocks with other words in them than the visitor's at their size, also when that changes. */

interface Size {
  readonly width: number;
  readonly height: number;
}

const BORDER_BOX = { box: "border-box" } as const;

export class BlockSizes {
  /** The sizes that blocks are held at. */
  #held = new WeakMap<Element, Size>();
  #unwatched: Element[] = [];
  readonly #observer: ResizeObserver;

  /** @param changed Told of blocks that have another size than the one that they are held at. */
  constructor(changed: (blocks: readonly Element[]) => void) {
    this.#observer = new ResizeObserver((entries) => {
      const others = entries.filter(({ target, borderBoxSize: [now] }) => {
        const held = this.#held.get(target);
        return target.isConnected && (held?.width !== now?.inlineSize || held?.height !== now?.blockSize);
      });
      if (others.length > 0) changed(others.map(({ target }) => target));
    });
  }

  /** Forgets all blocks. */
  reset(): void {
    this.#observer.disconnect();
    this.#held = new WeakMap();
    this.#unwatched = [];
  }

  /** Holds a block from the next look on. */
  hold(block: Element): void {
    if (!this.#held.has(block)) this.#unwatched.push(block);
  }

  /** Watches from now on. A page that stands still need not pay for that. */
  watch(): void {
    for (const block of this.#unwatched.splice(0)) this.#observer.observe(block, BORDER_BOX);
  }

  /**
   * The style that holds a block at the size that it has. Widths are told in whole pixels: fractions of one would say which
   * words fill it; and rounded down: what is too wide by a little wraps.
   */
  pin(block: Element): string {
    const size = sizeOf(block);
    this.hold(block);
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
