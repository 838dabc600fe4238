// What stands for functions of @rrweb/record, by name, when it is bundled (recorder_parts.mjs): the same work for the one way
// in which this project records. Masking is not among it: visitor/scrub.ts decides that for every event. The names that
// are used here and not made here are the recorder's own.

const nothing = () => undefined;

export const polyfill = nothing;
export const needMaskingText = nothing;
export const classMatchesRegex = nothing;
export const is2DCanvasBlank = nothing;
export const extractFileExtension = nothing;

export const getRootShadowHost = nothing;
export const shadowHostInDom = nothing;
export const inDom = (node) => Boolean(node.ownerDocument) && node.isConnected;
export const markCssSplits = (css) => css;
export const maskInputValue = nothing;
export const slimDOMDefaults = nothing;
export const isIgnored = (node, numbers) => node.tagName === "TITLE" || numbers.getId(node) === IGNORED_NODE;
export const getWindowScroll = ({ scrollX, scrollY }) => ({ left: scrollX, top: scrollY });
export const _isBlockedElement = (element, _class, selector) => element.matches(selector);

export const isNativeShadowDom = () => true;
export const getEventTarget = (event) => event.composedPath?.()[0] ?? event.target;
export const isShadowRoot = (node) => node?.nodeType === 11 && node.host?.shadowRoot === node;

/** The text of a sheet; of one that was loaded, its addresses are made whole. `null` when it may not be read, or an import is not there yet. */
export function stringifyStylesheet(sheet) {
  try {
    const href = sheet.href || sheet.ownerNode?.baseURI;
    return Array.from(sheet.cssRules, (rule) => stringifyRule(rule, href)).join("");
  } catch {
    return null;
  }
}

export function stringifyRule({ styleSheet: imported, cssText }, href) {
  if (imported !== undefined) return absolutifyURLs(stringifyStylesheet(imported) ?? "", imported.href);
  return href ? absolutifyURLs(cssText, href) : cssText;
}

export function getHref({ baseURI }, address = "") {
  try {
    return new URL(address, baseURI).href;
  } catch {
    return address;
  }
}

export function getShadowHost(node) {
  const { nodeType, host } = index.getRootNode(node);
  return (nodeType === 11 && host) || null;
}

export function isBlocked(node, selector, around) {
  const element = closestElementOfNode(node);
  return Boolean(element && (around ? element.closest(selector) : element.matches(selector)));
}

export const IncrementalSource = {
  Mutation: 0,
  MouseMove: 1,
  MouseInteraction: 2,
  Scroll: 3,
  ViewportResize: 4,
  Input: 5,
  TouchMove: 6,
  StyleSheetRule: 8,
  Drag: 12,
  StyleDeclaration: 13,
  AdoptedStyleSheet: 15,
};
export const EventType = { FullSnapshot: 2, IncrementalSnapshot: 3, Meta: 4 };
export const NodeType = { Document: 0, DocumentType: 1, Element: 2, Text: 3, CDATA: 4, Comment: 5 };
export const MouseInteractions =
  "MouseUp MouseDown Click ContextMenu DblClick Focus Blur TouchStart x TouchEnd TouchCancel".split(" ");

/** How the recorder reads the page. A framework that watches every observer must not watch this one. */
export const index = {
  childNodes: (node) => node.childNodes,
  parentNode: (node) => node.parentNode,
  parentElement: (node) => node.parentElement,
  textContent: (node) => node.textContent,
  lastChild: (node) => node.lastChild,
  nextSibling: (node) => node.nextSibling,
  previousSibling: (node) => node.previousSibling,
  ownerDocument: (node) => node.ownerDocument,
  getRootNode: (node) => node.getRootNode(),
  host: (root) => root.host,
  shadowRoot: (element) => element.shadowRoot,
  mutationObserverCtor: () => [
    window[window.Zone?.__symbol__?.("MutationObserver")] ?? MutationObserver,
    nothing,
  ],
  patch(owner, name, wrap) {
    const original = owner[name];
    const wrapped = wrap(original);
    owner[name] = wrapped;
    return () => {
      if (owner[name] === wrapped) owner[name] = original;
    };
  },
};
export const mutationObserverCtor = index.mutationObserverCtor;
export const patch = index.patch;

export function transformAttribute(doc, tagName, name, value) {
  if (name === "style") return value.includes("url(") ? absolutifyURLs(value, getHref(doc)) : value;
  const loads = /^(?:src|poster|(?:xlink:)?href)$/.test(name) && tagName !== "a" && value[0] !== "#";
  return value && loads ? getHref(doc, value) : value;
}

export class CanvasManager {}

/** Frames of the page's own origin; those of others are not looked into. */
export class IframeManager {
  constructor(options) {
    this.options = options;
  }
  addLoadListener(listener) {
    this.listener = listener;
  }
  attachIframe(frame, node) {
    const { mutationCb, mirror: numbers, stylesheetManager } = this.options;
    const adds = [{ parentId: numbers.getId(frame), nextId: null, node }];
    mutationCb({ adds, removes: [], texts: [], attributes: [], isAttachIframe: true });
    this.listener?.(frame);
    const inner = frame.contentDocument;
    if (inner) stylesheetManager.adoptStyleSheets(inner.adoptedStyleSheets ?? [], numbers.getId(inner));
  }
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the same steps as the function it stands for.
export function serializeElementNode(element, { doc, blockSelector }, rootId) {
  const tagName = getValidTagName(element);
  const needBlock = element.matches(blockSelector);
  const attributes = {};
  if (!needBlock) {
    // Not `attributes`: a field of that name takes its place in a form.
    for (const name of element.getAttributeNames())
      attributes[name] = transformAttribute(doc, tagName, toLowerCase(name), element.getAttribute(name));
    if ((tagName === "link" || tagName === "style") && element.sheet) {
      const css = stringifyStylesheet(element.sheet);
      if (css) {
        attributes._cssText = css;
        attributes.rel = null;
        attributes.href = null;
      }
    }
    if (INPUT_TAGS.includes(element.tagName)) {
      if (element.value) attributes.value = element.value;
      if (element.checked) attributes.checked = true;
    }
    if (tagName === "option") attributes.selected = element.selected || null;
    if (tagName === "dialog" && element.open)
      attributes.rr_open_mode = element.matches("dialog:modal") ? "modal" : "non-modal";
  }
  return {
    type: NodeType.Element,
    tagName,
    attributes,
    childNodes: [],
    isSVG: isSVGElement(element) || undefined,
    needBlock,
    rootId,
    isCustom: tagName.includes("-") && customElements.get(tagName) ? true : undefined,
  };
}

export function serializeNode(node, options) {
  const { doc, mirror: numbers, cssCaptured } = options;
  const root = numbers.getId(doc);
  const rootId = root > 1 ? root : undefined;
  switch (node.nodeType) {
    case 9: {
      const { compatMode } = node;
      return { type: NodeType.Document, childNodes: [], ...(compatMode === "BackCompat" && { compatMode }) };
    }
    case 10: {
      const { name, publicId, systemId } = node;
      return { type: NodeType.DocumentType, name, publicId, systemId, rootId };
    }
    case 1:
      return serializeElementNode(node, options, rootId);
    case 3: {
      let textContent = cssCaptured ? "" : index.textContent(node);
      if (index.parentNode(node)?.nodeName === "STYLE")
        textContent = absolutifyURLs(textContent, getHref(doc));
      return { type: NodeType.Text, textContent, rootId };
    }
    case 4:
      return { type: NodeType.CDATA, textContent: "", rootId };
    case 8:
      return { type: NodeType.Comment, textContent: "", rootId };
    default:
      return false;
  }
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the same steps as the function it stands for.
export function serializeNodeWithId(node, given) {
  const { mirror: numbers, skipChild, onSerialize, onIframeLoad, onStylesheetLoad } = given;
  const recorded = serializeNode(node, given);
  if (!recorded) return null;
  const { type, tagName } = recorded;
  const isElementNode = type === NodeType.Element;
  if (numbers.hasNode(node)) recorded.id = numbers.getId(node);
  else if (
    type === NodeType.Comment ||
    tagName === "script" ||
    (type === NodeType.Text && given.inHead && !/\S/.test(recorded.textContent))
  )
    recorded.id = IGNORED_NODE;
  else recorded.id = genId();
  numbers.add(node, recorded);
  if (recorded.id === IGNORED_NODE) return null;
  onSerialize?.(node);
  const root = isElementNode ? index.shadowRoot(node) : null;
  const native = root && isNativeShadowDom(root);
  if (native) recorded.isShadowHost = true;
  if (recorded.childNodes && !skipChild && !recorded.needBlock) {
    const { attributes } = recorded;
    const cssCaptured = attributes?._cssText !== undefined;
    const inHead = tagName === "head" || given.inHead;
    // A copy for every element would be a tenth of a snapshot's time.
    const same = !given.cssCaptured === !cssCaptured && given.inHead === inHead;
    const options = same ? given : { ...given, cssCaptured, inHead };
    const add = (first, isShadow) => {
      for (let child = first; child; child = index.nextSibling(child)) {
        const one = serializeNodeWithId(child, options);
        if (!one) continue;
        if (isShadow) one.isShadow = true;
        recorded.childNodes.push(one);
      }
    };
    if (tagName !== "textarea" || !attributes.value) add(node.firstChild, false);
    if (root) add(root.firstChild, native);
  }
  if (isElementNode) recorded.needBlock = undefined;
  const parent = index.parentNode(node);
  if (parent && isShadowRoot(parent)) recorded.isShadow = true;
  const whole = () => ({ ...given, skipChild: false, inHead: false });
  if (tagName === "iframe")
    onceIframeLoaded(
      node,
      () => {
        const doc = node.contentDocument;
        const inner = doc && serializeNodeWithId(doc, { ...whole(), doc });
        if (inner) onIframeLoad(node, inner);
      },
      5000,
    );
  if (tagName === "link" && recorded.attributes.rel === "stylesheet")
    onceStylesheetLoaded(
      node,
      () => {
        const link = serializeNodeWithId(node, whole());
        if (link) onStylesheetLoad(node, link);
      },
      5000,
    );
  return recorded;
}

export const snapshot = (doc, options) => serializeNodeWithId(doc, { ...options, doc });
