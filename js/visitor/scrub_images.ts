/** The gate for images: what they show as bytes, a box of their size for what is masked or not there (yet). */
import { isSeen } from "./exposure";
import { HIDDEN } from "./privacy_policy";
import { BOX_COLOR, cleanAddress, imageBox } from "./resources";
import type { NodeGate, ScrubSource } from "./scrub_nodes";

/** The gate that is asked when an image has loaded: the one that let it pass last. */
const gates = new WeakMap<Element, ImageGate>();

export class ImageGate {
  readonly #gate: NodeGate;
  readonly #source: ScrubSource;

  constructor(gate: NodeGate, source: ScrubSource) {
    this.#gate = gate;
    this.#source = source;
  }

  /** What may be sent of an attribute that is the address of an image; `undefined` when there is nothing to show. */
  kept(live: Element, name: string, value: string, flags: number): string | undefined {
    const { resources, policy } = this.#source;
    const image = live.localName === "img" ? (live as HTMLImageElement) : null;
    if (image) this.#follow(image);
    const box = (fill?: string) => imageBox(image?.naturalWidth ?? 0, image?.naturalHeight ?? 0, fill);
    if (!isSeen(flags)) return image ? box() : undefined;
    if (policy.covers(flags)) return box(BOX_COLOR);
    const shown = image?.currentSrc;
    const late = (content: string | null) => {
      this.#gate.begin();
      if (image?.currentSrc === shown && this.#gate.exposure.isOpen(live))
        this.#release(live, { [name]: content ?? box(BOX_COLOR) });
    };
    if (image) return resources.image(image, late) ?? (resources.failed(image) ? box(BOX_COLOR) : box());
    return value.startsWith("data:image/")
      ? cleanAddress(value)
      : (resources.forSheet(value, late) ?? undefined);
  }

  /** What an image shows, and its size, are known when it has loaded; in another window it may load another. */
  #follow(image: HTMLImageElement): void {
    if (!gates.has(image)) image.addEventListener("load", () => gates.get(image)?.loaded(image));
    gates.set(image, this);
  }

  /** An image has loaded, the first time or another one. */
  loaded(image: HTMLImageElement): void {
    this.#gate.begin();
    const flags = this.#gate.exposure.of(image);
    const src = flags & HIDDEN ? undefined : this.#gate.attribute(image, "src", "", flags);
    if (src !== undefined) this.#release(image, { src: String(src) });
  }

  #release(live: Element, attributes: Record<string, string>): void {
    const id = this.#source.id(live);
    if (id > 0) this.#source.release({ texts: [], attributes: [{ id, attributes }] });
  }
}
