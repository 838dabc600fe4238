/** The recorder of a page whose address, masks and agents change between asking and answering. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CHANGE, EVENT, NODE } from "../protocol/recording";
import { Emitter } from "./emitter";
import { isMarked, shownTitle } from "./masks";
import { Recorder } from "./recorder";
import { settingsFor, settle, useFakeFetch } from "./testing";

const ANN = { partneruserid: "ann", name: "Ann" };
const BEN = { partneruserid: "ben", name: "Ben" };
const MASKED = "/masked";
const TEXT = "Sesame";

/** Stands for rrweb, which records no page without a layout: tells one paragraph, and what a test lets happen. */
const rrweb = vi.hoisted(() => {
  const ids = new Map<number, Node>();
  const record = Object.assign(
    (options: { emit: (event: object) => void }) => {
      rrweb.emit = options.emit;
      record.takeFullSnapshot();
      return () => {
        rrweb.emit = () => undefined;
      };
    },
    {
      mirror: {
        getNode: (id: number) => ids.get(id) ?? null,
        getId: (live: Node) => [...ids].find(([, known]) => known === live)?.[0] ?? -1,
      },
      takeFullSnapshot: () => {
        rrweb.emit({ type: 4, data: { href: location.href, width: 1, height: 1 }, timestamp: 1 });
        rrweb.emit({ type: 2, data: { node: rrweb.node(document), initialOffset: {} }, timestamp: 1 });
      },
    },
  );
  const node = (live: Node): object => {
    const id = [...ids].find(([, known]) => known === live)?.[0] ?? ids.size + 1;
    ids.set(id, live);
    const childNodes = [...live.childNodes].map(node);
    if (live.nodeType === 3) return { type: 3, id, textContent: live.nodeValue };
    if (live.nodeType !== 1) return { type: 0, id, childNodes };
    return { type: 2, id, tagName: (live as Element).localName, attributes: {}, childNodes };
  };
  return { record, node, emit: (_event: object): void => undefined };
});
vi.mock("@rrweb/record", () => ({ record: rrweb.record }));

/** What the page's own code is asked, with the way to answer it. */
interface Ask {
  readonly agents: readonly { name: string }[];
  answer(maskpage: boolean): void;
}

function recording() {
  const frames: string[] = [];
  const events = new Emitter();
  const recorder = new Recorder({
    send: (frame) => frames.push(frame) > 0,
    backlog: () => 0,
    own: () => null,
    ontoolarge: () => undefined,
    settings: settingsFor(),
    events,
  });
  const watch = async (...agentlist: object[]) => {
    recorder.start();
    events.emit("agents", { count: agentlist.length, agentlist });
    await settle(vi);
  };
  /** Everything that was sent since the last look. */
  const sent = async () => {
    await vi.advanceTimersByTimeAsync(1000);
    return frames.splice(0).join();
  };
  return { recorder, watch, sent };
}

/** Lets the page's own code say what is masked. */
function asked(): Ask[] {
  const asks: Ask[] = [];
  window.GLANCE_COBROWSE = {
    getMaskingDescriptor: ({ agents }: Ask) =>
      new Promise((done) => {
        const answer = (maskpage: boolean) => done({ maskpage, maskedelements: [], unmaskedelements: [] });
        asks.push({ agents, answer });
      }),
  };
  return asks;
}

/** A paragraph comes into the page, and the recorder tells it. */
function adds(text: string): void {
  const paragraph = document.createElement("p");
  paragraph.append(text);
  document.body.append(paragraph);
  const added = { parentId: rrweb.record.mirror.getId(document.body), nextId: null };
  const data = {
    source: CHANGE.mutation,
    texts: [],
    attributes: [],
    removes: [],
    adds: [{ ...added, node: rrweb.node(paragraph) }],
  };
  rrweb.emit({ type: EVENT.change, data, timestamp: 1 });
}

beforeEach(() => {
  vi.useFakeTimers();
  useFakeFetch(vi, { VisitorSettings: { maskedURLs: { [MASKED]: "" } } });
  document.head.innerHTML = "<title>Account</title>";
  document.body.innerHTML = `<p>${TEXT}</p>`;
});

afterEach(() => {
  window.GLANCE_COBROWSE = undefined;
  history.replaceState(null, "", "/");
  vi.useRealTimers();
});

describe("other agents", () => {
  it("who come while the page says what is masked for the first are asked for, too", async () => {
    const asks = asked();
    const { watch, sent, recorder } = recording();
    await watch(ANN);
    await watch(ANN, BEN);
    expect(asks.map(({ agents }) => agents.map(({ name }) => name))).toEqual([["Ann"], ["Ann", "Ben"]]);
    asks[0]?.answer(false);
    expect(await sent()).toBe("");
    asks[1]?.answer(true);
    const frames = await sent();
    expect(frames).toContain(`"type":${NODE.text}`);
    expect(frames).not.toContain(TEXT);
    recorder.stop();
  });

  it("let everything be masked, and the title untold, until the page has said what is masked for them", async () => {
    const asks = asked();
    const { watch, sent, recorder } = recording();
    await watch(ANN);
    asks[0]?.answer(false);
    expect(await sent()).toContain(TEXT);
    expect([shownTitle(), isMarked(document.body)]).toEqual(["Account", false]);
    await watch(ANN, BEN);
    expect([shownTitle(), isMarked(document.body)]).toEqual(["", true]);
    asks[1]?.answer(false);
    await settle(vi);
    expect([shownTitle(), isMarked(document.body)]).toEqual(["Account", false]);
    recorder.stop();
    expect([shownTitle(), isMarked(document.body)]).toEqual(["", true]);
  });

  it("are not asked for when the recording stops first", async () => {
    const asks = asked();
    const { recorder, sent } = recording();
    recorder.start();
    recorder.stop();
    await settle(vi);
    expect([asks, await sent()]).toEqual([[], ""]);
  });
});

describe("a masked address", () => {
  it("masks what is told from then on, and what waited to be told", async () => {
    const { watch, sent, recorder } = recording();
    await watch(ANN);
    expect(await sent()).toContain(TEXT);
    adds("before");
    history.pushState(null, "", MASKED);
    adds("after");
    await settle(vi);
    const frames = await sent();
    for (const word of [TEXT, "before", "after"]) expect(frames).not.toContain(word);
    expect(frames).toContain("*");
    expect(shownTitle()).toBe("");
    recorder.stop();
  });
});
