/** Changes of the tree on their way into the replica. */
import type {
  addedNodeMutation,
  attributeMutation,
  incrementalData,
  removedNodeMutation,
} from "@rrweb/types";
import { CHANGE, NODE } from "../protocol/recording";
import { allowedValue, isAllowed } from "./allowed";
import { type Budget, MAX_DEPTH } from "./budget";
import { cleanTree, textIn } from "./sanitize_nodes";
import { cleanDeclaration } from "./sanitize_styles";
import { type Fields, fieldsOf, idOf, kept, objectsOf } from "./sanitize_values";
import { idIn } from "./uses";

/** What is in the replica now. */
export interface Facts {
  /** The node that has a number. */
  find(id: number): Node | null;
  /** The number that a node has. */
  idOf(node: Node): number | null;
  /** How many nodes have one. */
  count(): number;
  /** A document of a frame is about to be told anew: without this, the replayer would keep it as it is. */
  forget(document: Node): void;
  /** A change names what is not there: the replica may no longer be what the visitor sees. */
  doubt(): void;
}

/** A node of the replica, or one that this change adds. */
interface Known {
  readonly depth: number;
  readonly tag: string;
  readonly svg: boolean;
  /** Tag of the element that it is in. */
  readonly parent: string;
  /** Whether it is a part of a drawing that may be shown again. */
  readonly named: boolean;
}

const SVG = "http://www.w3.org/2000/svg";
const FRAME = "iframe";

/** A change of the tree, made harmless. */
export function cleanMutation(data: Fields, facts: Facts, budget: Budget): incrementalData {
  return new Mutation(facts, budget).clean(data);
}

class Mutation {
  readonly #facts: Facts;
  readonly #budget: Budget;
  readonly #added = new Map<number, Known>();
  readonly #children = new Map<number, number>();
  readonly #removes: removedNodeMutation[] = [];
  #unknown = 0;

  constructor(facts: Facts, budget: Budget) {
    this.#facts = facts;
    this.#budget = budget;
  }

  clean(data: Fields): incrementalData {
    for (const removed of objectsOf(data["removes"])) this.#remove(removed);
    const added = objectsOf(data["adds"]);
    this.#budget.correct("nodes", added.length, () => this.#facts.count());
    const adds = kept(added, (given) => this.#add(given));
    const texts = kept(objectsOf(data["texts"]), (text) => this.#text(text));
    const attributes = kept(objectsOf(data["attributes"]), (changed) => this.#attributes(changed));
    if (this.#unknown > 0) this.#facts.doubt();
    return { source: CHANGE.mutation, removes: this.#removes, adds, texts, attributes };
  }

  /** What a number stands for; nothing for one that is not there. */
  #known(id: number | null): Known | null {
    if (id === null) return null;
    const added = this.#added.get(id);
    if (added) return added;
    const node = this.#facts.find(id);
    if (!node) {
      this.#unknown += 1;
      return null;
    }
    const svg = (node as Element).namespaceURI === SVG;
    return {
      depth: depthOf(node),
      tag: tagOf(node),
      svg,
      parent: tagOf(node.parentNode),
      named: isNamed(node),
    };
  }

  #remove({ id, parentId, isShadow }: Fields): void {
    const [child, parent] = [idOf(id), idOf(parentId)];
    if (child === null || parent === null || !this.#known(child)) return;
    this.#removes.push({ id: child, parentId: parent, ...(isShadow === true ? { isShadow } : {}) });
  }

  #add({ parentId, nextId, node: given }: Fields): addedNodeMutation | null {
    const [parent, next] = [idOf(parentId), idOf(nextId)];
    const fields = fieldsOf(given);
    const id = idOf(fields?.["id"]);
    const place = this.#known(parent);
    // The recorder names parents before their children; what has no place cannot be judged.
    if (!place || parent === null || id === null || this.#added.has(id)) return null;
    const isDocument = fields?.["type"] === NODE.document;
    // Only a frame holds a document, and nothing else.
    if (isDocument !== (place.tag === FRAME)) return null;
    const depth = place.depth + 1;
    const rootId = isDocument ? id : this.#root(fields?.["rootId"]);
    const inside = { depth, tag: isDocument ? "" : place.tag, rootId };
    const node = cleanTree(fields, inside, this.#budget);
    if (!node) return null;
    if (isDocument) this.#emptyFrame(parent, id);
    else this.#removeBefore(id);
    const element = node.type === NODE.element ? node : null;
    const tag = element?.tagName ?? (node.type === NODE.text ? "#text" : "#other");
    const svg = element?.isSVG === true;
    // What is in such a part may be shown again, and must not show others.
    if (place.named && element?.tagName === "use") element.attributes = {};
    const named = place.named || (svg && "id" in (element?.attributes ?? {}));
    this.#added.set(id, { depth, tag, svg, parent: place.tag, named });
    if (node.type === NODE.text) this.#crowd(parent);
    return { parentId: parent, nextId: this.#known(next) ? next : null, node };
  }

  /** A node that is there already is made anew: the replayer would take the old one, with what it has become since. */
  #removeBefore(id: number): void {
    const node = this.#facts.find(id);
    const parent = node?.parentNode;
    if (!parent) return;
    const host = (parent as ShadowRoot).host as Element | undefined;
    const parentId = this.#facts.idOf(host ?? parent);
    if (parentId !== null) this.#removes.push({ id, parentId, ...(host ? { isShadow: true } : {}) });
  }

  /** The recorder tells the document of a frame once before and once after it is loaded, by the same number. */
  #emptyFrame(frame: number, id: number): void {
    const document = this.#facts.find(id);
    const { contentDocument } = this.#facts.find(frame) as Partial<HTMLIFrameElement>;
    if (document && document === contentDocument) this.#facts.forget(document);
  }

  /** The document of which the recorder says that a node is in it. */
  #root(value: unknown): number | null {
    const id = idOf(value);
    return id !== null && this.#facts.find(id)?.nodeType === Node.DOCUMENT_NODE ? id : null;
  }

  /** The replayer looks at all children of an element for each text that comes to it. */
  #crowd(parent: number): void {
    const before = this.#children.get(parent) ?? this.#facts.find(parent)?.childNodes.length ?? 0;
    this.#children.set(parent, before + 1);
    this.#budget.spend("steps", before);
  }

  #text({ id, value }: Fields) {
    const number = idOf(id);
    const known = this.#known(number);
    // Anything but a text would lose what is in it.
    if (number === null || known?.tag !== "#text") return null;
    return { id: number, value: textIn(known.parent, value, this.#budget) };
  }

  #attributes({ id, attributes }: Fields): attributeMutation | null {
    const number = idOf(id);
    const known = this.#known(number);
    if (number === null || !known || known.tag.startsWith("#")) return null;
    const changed: attributeMutation["attributes"] = {};
    for (const [name, value] of Object.entries(fieldsOf(attributes) ?? {})) {
      if (typeof value === "string") this.#budget.spend("characters", value.length);
      const allowed =
        name === "style" && fieldsOf(value)
          ? styles(value as Fields)
          : changedValue(known, name, value, this.#budget);
      if (allowed !== undefined) changed[name] = allowed;
    }
    return { id: number, attributes: changed };
  }
}

/** The new value of an attribute: `null` when it is gone, nothing when it may neither be there nor go. */
function changedValue(known: Known, name: string, value: unknown, budget: Budget): string | null | undefined {
  if (known.svg && name === "id") return undefined;
  const target = known.tag === "use" ? idIn(value) : null;
  if (target !== null && (known.named || budget.nested.has(target))) return null;
  const allowed = value === null ? undefined : allowedValue(known.tag, known.svg, name, value);
  if (allowed !== undefined) return allowed === true ? "" : String(allowed);
  // A picture that may not be shown does not leave the one before it.
  return isRemovable(known, name) ? null : undefined;
}

/** Attributes that may be gone: those that may be there, and those that say where from. */
function isRemovable({ tag, svg }: Known, name: string): boolean {
  const lower = name.toLowerCase();
  return /^(?:style|src|poster|background|(?:xlink:)?href|rr_\w+)$/.test(lower) || isAllowed(tag, svg, lower);
}

function styles(given: Fields): Record<string, string | [string, string] | false> {
  const clean: Record<string, string | [string, string] | false> = {};
  for (const [property, value] of Object.entries(given)) {
    const [text, priority] = Array.isArray(value) ? value : [value];
    const declared = cleanDeclaration(property, value === false ? "" : text);
    if (!declared) continue;
    if (value === false) clean[property] = false;
    else clean[property] = priority === "important" ? [declared[1], priority] : declared[1];
  }
  return clean;
}

function isNamed(node: Node): boolean {
  const element = node as Element;
  return element.namespaceURI === SVG && element.closest("[id]")?.namespaceURI === SVG;
}

function tagOf(node: Node | null): string {
  return node?.nodeName.toLowerCase() ?? "";
}

/** How many nodes a node is in, through shadow roots and frames. */
function depthOf(node: Node): number {
  let depth = 0;
  for (let at: Node | null = node; at; depth += 1) {
    at = at.parentNode ?? (at as ShadowRoot).host ?? (at as Document).defaultView?.frameElement ?? null;
    if (depth > 4 * MAX_DEPTH) break;
  }
  return depth;
}
