/** A click as a page expects it: pointer, mouse, focus. */

export function click(element: Element, place: { readonly x: number; readonly y: number }): void {
  const view = element.ownerDocument.defaultView ?? window;
  const frame = view.frameElement?.getBoundingClientRect();
  const init = {
    bubbles: true,
    cancelable: true,
    composed: true,
    clientX: place.x - (frame?.x ?? 0),
    clientY: place.y - (frame?.y ?? 0),
  };
  const fire = (name: string, Kind = MouseEvent) => element.dispatchEvent(new Kind(name, init));
  fire("pointerdown", PointerEvent);
  if (fire("mousedown")) focus(element);
  fire("pointerup", PointerEvent);
  fire("mouseup");
  fire("click");
}

/** Gives the focus to the first element from here outwards that takes it. */
function focus(element: Element): void {
  for (let at: Element | null = element; at; at = at.parentElement) {
    (at as HTMLElement).focus?.({ preventScroll: true });
    if (at.matches(":focus")) return;
  }
}
