// What stands for the functions of @rrweb/record that watch the page, by name, like those in recorder_stand_ins.js: what is
// typed, where the pointer goes, what scripts do to style sheets; and what starts them.

export function initInputObserver({ inputCb, doc, mirror: numbers, blockSelector }) {
  const told = new WeakMap();
  const tell = (field, text, isChecked) => {
    const last = told.get(field);
    if (last && last.text === text && last.isChecked === isChecked) return;
    told.set(field, { text, isChecked });
    callbackWrapper(inputCb)({ text, isChecked, id: numbers.getId(field) });
  };
  const look = (given) => {
    const field = given.nodeName === "OPTION" ? given.closest("select") : given;
    if (!INPUT_TAGS.includes(field?.tagName) || isBlocked(field, blockSelector, true)) return;
    const { type, name } = field;
    const checked = (type === "radio" || type === "checkbox") && field.checked;
    tell(field, field.value, checked);
    if (type !== "radio" || !name || !checked) return;
    for (const other of doc.querySelectorAll(`input[type="radio"][name="${CSS.escape(name)}"]`))
      if (other !== field) tell(other, other.value, false);
  };
  const handlers = ["input", "change"].map((name) =>
    on(
      name,
      callbackWrapper((event) => look(getEventTarget(event))),
      doc,
    ),
  );
  const { HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement, HTMLOptionElement } = doc.defaultView;
  const setters = [
    [HTMLInputElement, "value", "checked"],
    [HTMLSelectElement, "value", "selectedIndex"],
    [HTMLTextAreaElement, "value"],
    [HTMLOptionElement, "selected"],
  ];
  for (const [{ prototype }, ...names] of setters)
    for (const name of names)
      handlers.push(
        hookSetter(
          prototype,
          name,
          {
            set() {
              callbackWrapper(look)(this);
            },
          },
          false,
          doc.defaultView,
        ),
      );
  return () => {
    for (const stop of handlers) stop();
  };
}

export function initObservers(options) {
  const win = options.doc.defaultView;
  if (!win) return nothing;
  const [observer] = initMutationObserver(options, options.doc);
  const handlers = [
    initMoveObserver(options),
    initMouseInteractionObserver(options),
    initScrollObserver(options),
    initViewportResizeObserver(options, { win }),
    initInputObserver(options),
    initStyleSheetObserver(options, { win }),
    initAdoptedStyleSheetObserver(options, options.doc),
    initStyleDeclarationObserver(options, { win }),
  ];
  return () => {
    for (const buffer of mutationBuffers) buffer.reset();
    observer.disconnect();
    for (const stop of handlers) stop();
  };
}

export function initMouseInteractionObserver({ mouseInteractionCb, doc, mirror: numbers, blockSelector }) {
  const listen = (eventName, name) =>
    on(
      eventName,
      (event) => {
        const target = getEventTarget(event);
        if (isBlocked(target, blockSelector, true)) return;
        const at = event.changedTouches ? event.changedTouches[0] : event;
        if (!at) return;
        const touched =
          event.pointerType === "touch" && { MouseDown: "TouchStart", MouseUp: "TouchEnd" }[name];
        callbackWrapper(mouseInteractionCb)({
          type: MouseInteractions.indexOf(touched || name),
          id: numbers.getId(target),
          x: at.clientX,
          y: at.clientY,
        });
      },
      doc,
    );
  const names = ["MouseUp", "MouseDown", "Click", "ContextMenu", "DblClick", "Focus", "Blur", "TouchCancel"];
  const handlers = names.map((name) => listen(toLowerCase(name).replace(/^mouse/, "pointer"), name));
  return () => {
    for (const stop of handlers) stop();
  };
}

export function initStyleSheetObserver({ styleSheetRuleCb, mirror: numbers, stylesheetManager }, { win }) {
  const handlers = [];
  const watch = (owner, name, tell) => {
    const original = owner?.prototype?.[name];
    if (!original) return;
    owner.prototype[name] = new Proxy(original, {
      apply: callbackWrapper((target, self, given) => {
        const sheet = self.parentStyleSheet ?? self;
        const { id, styleId } = getIdAndStyleId(sheet, numbers, stylesheetManager.styleMirror);
        if (id > 0 || styleId > 0) styleSheetRuleCb({ id, styleId, ...tell(given, self) });
        return target.apply(self, given);
      }),
    });
    handlers.push(() => {
      owner.prototype[name] = original;
    });
  };
  const { CSSStyleSheet: Sheet, CSSGroupingRule: Group } = win;
  // `addRule` and `removeRule` are older names of the same.
  const sheet = Sheet.prototype;
  sheet.addRule = function addRule(selector, block, at = this.cssRules.length) {
    return this.insertRule(`${selector} { ${block} }`, at);
  };
  sheet.removeRule = function removeRule(at) {
    return this.deleteRule(at);
  };
  watch(Sheet, "insertRule", ([rule, at]) => ({ adds: [{ rule, index: at }] }));
  watch(Sheet, "deleteRule", ([at]) => ({ removes: [{ index: at }] }));
  watch(Sheet, "replace", ([text]) => ({ replace: text }));
  watch(Sheet, "replaceSync", ([text]) => ({ replaceSync: text }));
  const place = (group, at) => [...getNestedCSSRulePositions(group), at || 0];
  watch(Group, "insertRule", ([rule, at], group) => ({ adds: [{ rule, index: place(group, at) }] }));
  watch(Group, "deleteRule", ([at], group) => ({ removes: [{ index: place(group, at) }] }));
  return () => {
    for (const stop of handlers) stop();
  };
}

export function initStyleDeclarationObserver(
  { styleDeclarationCb, mirror: numbers, stylesheetManager },
  { win },
) {
  const { prototype } = win.CSSStyleDeclaration;
  const watch = (name, tell) => {
    const original = prototype[name];
    prototype[name] = new Proxy(original, {
      apply: callbackWrapper((target, self, given) => {
        const rule = self.parentRule;
        const { id, styleId } = getIdAndStyleId(
          rule?.parentStyleSheet,
          numbers,
          stylesheetManager.styleMirror,
        );
        if (id > 0 || styleId > 0)
          styleDeclarationCb({ id, styleId, ...tell(given), index: getNestedCSSRulePositions(rule) });
        return target.apply(self, given);
      }),
    });
    return () => {
      prototype[name] = original;
    };
  };
  const set = watch("setProperty", ([property, value, priority]) => ({ set: { property, value, priority } }));
  const remove = watch("removeProperty", ([property]) => ({ remove: { property } }));
  return () => {
    set();
    remove();
  };
}

export function getNestedCSSRulePositions(rule) {
  const positions = [];
  for (let at = rule; at; at = at.parentRule) {
    const { cssRules } = at.parentRule ?? at.parentStyleSheet ?? {};
    if (cssRules) positions.unshift(Array.from(cssRules).indexOf(at));
  }
  return positions;
}

export function record(options) {
  const { emit, blockSelector, sampling, errorHandler: onerror } = options;
  registerErrorHandler(onerror);
  mirror.reset();
  wrappedEmit = (event) => emit({ ...event, timestamp: Date.now() });
  const change = (source) => (data) =>
    wrappedEmit({ type: EventType.IncrementalSnapshot, data: { source, ...data } });
  const mutationCb = change(IncrementalSource.Mutation);
  const scrollCb = change(IncrementalSource.Scroll);
  const stylesheetManager = new StylesheetManager({
    mutationCb,
    adoptedStyleSheetCb: change(IncrementalSource.AdoptedStyleSheet),
  });
  const iframeManager = new IframeManager({ mirror, mutationCb, stylesheetManager });
  const processedNodeManager = new ProcessedNodeManager();
  const common = {
    mirror,
    blockSelector,
    sampling,
    iframeManager,
    stylesheetManager,
    processedNodeManager,
  };
  const shadowDomManager = new ShadowDomManager({ mutationCb, scrollCb, bypassOptions: common, mirror });
  const serializing = {
    mirror,
    blockSelector,
    onSerialize: (node) => {
      if (hasShadowRoot(node)) shadowDomManager.addShadowRoot(index.shadowRoot(node), document);
    },
    onIframeLoad: (frame, inner) => {
      iframeManager.attachIframe(frame, inner);
      shadowDomManager.observeAttachShadow(frame);
    },
    onStylesheetLoad: (link, inner) => stylesheetManager.attachLinkElement(link, inner),
  };
  takeFullSnapshot = () => {
    const { href } = location;
    wrappedEmit({ type: EventType.Meta, data: { href, width: innerWidth, height: innerHeight } });
    stylesheetManager.reset();
    shadowDomManager.init();
    for (const buffer of mutationBuffers) buffer.lock();
    const node = snapshot(document, serializing);
    wrappedEmit({ type: EventType.FullSnapshot, data: { node, initialOffset: getWindowScroll(window) } });
    for (const buffer of mutationBuffers) buffer.unlock();
    stylesheetManager.adoptStyleSheets(document.adoptedStyleSheets ?? [], mirror.getId(document));
  };
  const handlers = [];
  const observe = (doc) =>
    handlers.push(
      callbackWrapper(initObservers)({
        ...common,
        doc,
        mutationCb,
        scrollCb,
        shadowDomManager,
        mousemoveCb: (positions, source) => change(source)({ positions }),
        mouseInteractionCb: change(IncrementalSource.MouseInteraction),
        viewportResizeCb: change(IncrementalSource.ViewportResize),
        inputCb: change(IncrementalSource.Input),
        styleSheetRuleCb: change(IncrementalSource.StyleSheetRule),
        styleDeclarationCb: change(IncrementalSource.StyleDeclaration),
      }),
    );
  iframeManager.addLoadListener((frame) => observe(frame.contentDocument));
  const begin = () => {
    takeFullSnapshot();
    observe(document);
    recording = true;
  };
  if (document.readyState === "loading") handlers.push(on("DOMContentLoaded", begin));
  else begin();
  return () => {
    for (const stop of handlers) stop?.();
    recording = false;
    unregisterErrorHandler();
  };
}
