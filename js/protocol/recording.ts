/**
 * The numbers by which rrweb's events name what they are. The library has them as enums too, which would bring a kilobyte
 * into each bundle.
 */

/** Kinds of events. */
export const EVENT = { snapshot: 2, change: 3, meta: 4, custom: 5, plugin: 6 } as const;

/** What an `EVENT.change` changes. */
export const CHANGE = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  viewportResize: 4,
  input: 5,
  touchMove: 6,
  media: 7,
  styleSheetRule: 8,
  canvas: 9,
  font: 10,
  drag: 12,
  styleDeclaration: 13,
  selection: 14,
  adoptedStyleSheet: 15,
  customElement: 16,
} as const;

/** Kinds of nodes in a snapshot. */
export const NODE = { document: 0, documentType: 1, element: 2, text: 3, cdata: 4, comment: 5 } as const;
