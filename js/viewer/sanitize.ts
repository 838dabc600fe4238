/**
 * What a visitor's page may put into the replica. The visitor script sends nothing else, and the service checks it; here
 * it is made sure for a page that is not ours and a service that was passed by. Each event is made anew out of what it may
 * have, so that what nobody thought of is not in it. The sandboxed frame and the page's policy are the walls behind this.
 */
import type { eventWithTime, incrementalData } from "@rrweb/types";
import { CANVAS_TAG } from "../protocol/live_view";
import { CHANGE, EVENT, NODE } from "../protocol/recording";
import { Budget } from "./budget";
import { parseCanvasPicture } from "./canvas_pictures";
import { cleanMutation, type Facts } from "./sanitize_mutation";
import { cleanTree } from "./sanitize_nodes";
import { cleanStyleChange } from "./sanitize_styles";
import {
  countOf,
  type Fields,
  fieldsOf,
  idOf,
  kept,
  objectsOf,
  placeOf,
  windowSide,
} from "./sanitize_values";

/** An incremental change that has no name among the others. */
const VIEWPORT_RESIZE = 4;
const MAX_POSITIONS = 1000;
const MAX_RANGES = 100;
/** Milliseconds that a place of the pointer may lie before its event. */
const MAX_OFFSET = 1000;
const MAX_INPUT = 1024 * 1024;
const LAST_INTERACTION = 10;

/** Lets through what one page may show, and counts what it costs. */
export class Gate {
  readonly #facts: Facts;
  #budget = new Budget();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /**
   * The event, made harmless; `null` when nothing of it may be shown or it is not what it says.
   *
   * @throws TooLarge when the page is larger than a page may be.
   */
  pass(given: unknown): eventWithTime | null {
    const event = fieldsOf(given);
    const data = fieldsOf(event?.["data"]);
    if (!data) return null;
    const timestamp = 0;
    switch (event?.["type"]) {
      case EVENT.meta: {
        const [width, height] = [windowSide(data["width"]), windowSide(data["height"])];
        if (width === null || height === null) return null;
        return { type: EVENT.meta, data: { href: "", width, height }, timestamp };
      }
      case EVENT.snapshot:
        return this.#snapshot(data);
      case EVENT.change: {
        const change = this.#change(data);
        return change ? ({ type: EVENT.change, data: change, timestamp } as eventWithTime) : null;
      }
      case EVENT.custom: {
        const payload = data["tag"] === CANVAS_TAG ? parseCanvasPicture(data["payload"]) : null;
        return payload ? { type: EVENT.custom, data: { tag: CANVAS_TAG, payload }, timestamp } : null;
      }
      default:
        return null;
    }
  }

  #snapshot(data: Fields): eventWithTime | null {
    const budget = new Budget();
    const root = fieldsOf(data["node"]);
    if (root?.["type"] !== NODE.document) return null;
    const node = cleanTree(root, { depth: 0, tag: "", rootId: idOf(root["id"]) }, budget);
    if (node?.type !== NODE.document || !node.childNodes.some(({ type }) => type === NODE.element))
      return null;
    this.#budget = budget;
    const offset = fieldsOf(data["initialOffset"]) ?? {};
    const initialOffset = { left: placeOf(offset["left"]) ?? 0, top: placeOf(offset["top"]) ?? 0 };
    return { type: EVENT.snapshot, data: { node, initialOffset }, timestamp: 0 };
  }

  #change(data: Fields): incrementalData | null {
    const source = data["source"];
    const id = idOf(data["id"]);
    switch (source) {
      case CHANGE.mutation:
        return cleanMutation(data, this.#facts, this.#budget);
      case CHANGE.mouseMove:
      case CHANGE.touchMove:
      case CHANGE.drag: {
        const positions = kept(objectsOf(data["positions"], MAX_POSITIONS), position);
        return positions.length > 0 ? ({ source, positions } as incrementalData) : null;
      }
      case CHANGE.mouseInteraction:
        return interaction(data, id);
      case CHANGE.scroll: {
        const [x, y] = [placeOf(data["x"]), placeOf(data["y"])];
        return id === null || x === null || y === null ? null : { source, id, x, y };
      }
      case VIEWPORT_RESIZE: {
        const [width, height] = [windowSide(data["width"]), windowSide(data["height"])];
        return width === null || height === null ? null : { source, width, height };
      }
      case CHANGE.input: {
        const { text } = data;
        if (id === null || typeof text !== "string" || text.length > MAX_INPUT) return null;
        return { source, id, text, isChecked: data["isChecked"] === true };
      }
      case CHANGE.selection:
        return { source, ranges: kept(objectsOf(data["ranges"], MAX_RANGES), range) };
      default:
        return cleanStyleChange(data, this.#budget);
    }
  }
}

function position({ x, y, id, timeOffset }: Fields) {
  const [left, top, node] = [placeOf(x), placeOf(y), idOf(id)];
  if (left === null || top === null || node === null || typeof timeOffset !== "number") return null;
  return { x: left, y: top, id: node, timeOffset: Math.max(-MAX_OFFSET, Math.min(0, timeOffset)) };
}

function interaction({ type, x, y }: Fields, id: number | null): incrementalData | null {
  const kind = countOf(type);
  if (id === null || kind === null || kind > LAST_INTERACTION) return null;
  return {
    source: CHANGE.mouseInteraction,
    type: kind,
    id,
    x: placeOf(x) ?? 0,
    y: placeOf(y) ?? 0,
  } as incrementalData;
}

function range({ start, startOffset, end, endOffset }: Fields) {
  const [from, to] = [idOf(start), idOf(end)];
  const [fromOffset, toOffset] = [countOf(startOffset), countOf(endOffset)];
  if (from === null || to === null || fromOffset === null || toOffset === null) return null;
  return { start: from, startOffset: fromOffset, end: to, endOffset: toOffset };
}
