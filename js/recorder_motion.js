// What stands for the functions of @rrweb/record that follow the pointer, scrolling, the window's size and lists of adopted
// sheets, by name, like those in recorder_stand_ins.js.

export function throttle(act, wait, { trailing = true } = {}) {
  let timer;
  let last = 0;
  const now = (given) => {
    clearTimeout(timer);
    timer = undefined;
    last = Date.now();
    act(...given);
  };
  return (...given) => {
    const rest = last + wait - Date.now();
    if (rest <= 0 || rest > wait) now(given);
    else if (trailing) timer ??= setTimeout(now, rest, given);
  };
}

export function initMoveObserver({ mousemoveCb, sampling, doc, mirror: numbers }) {
  let positions = [];
  const tell = throttle(
    callbackWrapper((source) => {
      const now = Date.now();
      mousemoveCb(
        positions.map(({ timeOffset, ...place }) => ({ ...place, timeOffset: timeOffset - now })),
        source,
      );
      positions = [];
    }),
    sampling.mousemoveCallback,
  );
  const { Drag, TouchMove, MouseMove } = IncrementalSource;
  const look = callbackWrapper((event) => {
    const { clientX: x, clientY: y } = event.changedTouches?.[0] ?? event;
    positions.push({ x, y, id: numbers.getId(getEventTarget(event)), timeOffset: Date.now() });
    tell({ drag: Drag, touchmove: TouchMove }[event.type] ?? MouseMove);
  });
  const seldom = throttle(look, sampling.mousemove, { trailing: false });
  const handlers = ["mousemove", "touchmove", "drag"].map((name) => on(name, seldom, doc));
  return () => {
    for (const stop of handlers) stop();
  };
}

/** Each scroller by itself: of two that move together, as the panes of a table do, neither hides the other. */
export function initScrollObserver({ scrollCb, doc, mirror: numbers, blockSelector, sampling }) {
  const moved = new Set();
  const tell = callbackWrapper(() => {
    for (const target of moved) {
      const { left, top } =
        target === doc && doc.defaultView
          ? getWindowScroll(doc.defaultView)
          : { left: target.scrollLeft, top: target.scrollTop };
      scrollCb({ id: numbers.getId(target), x: left, y: top });
    }
    moved.clear();
  });
  const look = throttle(tell, sampling.scroll);
  return on(
    "scroll",
    callbackWrapper((event) => {
      const target = getEventTarget(event);
      if (!target || isBlocked(target, blockSelector, true)) return;
      moved.add(target);
      look();
    }),
    doc,
  );
}

export function initViewportResizeObserver({ viewportResizeCb }, { win }) {
  const tell = callbackWrapper(() => viewportResizeCb({ width: innerWidth, height: innerHeight }));
  return on("resize", throttle(tell, 200), win);
}

export function initAdoptedStyleSheetObserver({ mirror: numbers, stylesheetManager }, root) {
  const id = numbers.getId(root.host ?? root);
  const { prototype } = root.host ? ShadowRoot : Document;
  const given = Object.getOwnPropertyDescriptor(prototype, "adoptedStyleSheets");
  if (!given || id < 0) return nothing;
  Object.defineProperty(root, "adoptedStyleSheets", {
    ...given,
    set(sheets) {
      given.set.call(this, sheets);
      callbackWrapper(() => stylesheetManager.adoptStyleSheets(sheets, id))();
    },
  });
  return () => Reflect.deleteProperty(root, "adoptedStyleSheets");
}
