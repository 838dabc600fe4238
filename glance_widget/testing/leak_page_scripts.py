"""What ``LeakCheck`` runs in the visitor's and in the agent's page."""

from typing import Final

ADD_SCRIPT: Final = """
({ src, groupid }) => {
  const ids = ["glance-cobrowse", "cobrowsescript"];
  const ours = ({ id, src }) => src.includes("/CobrowseJS.ashx") || ids.includes(id);
  if (window.GLANCE?.Cobrowse || [...document.scripts].some(ours)) return;
  const script = Object.assign(document.createElement("script"), { id: "glance-cobrowse", src });
  Object.assign(script.dataset, { groupid, site: "production" });
  document.head.append(script);
}
"""

START_SESSION: Final = "(sessionKey) => { window.GLANCE.Cobrowse.Visitor.startSession({ sessionKey }); }"

OPEN_VIEWER: Final = """
({ action, fields }) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}
"""

SEEN: Final = """
() => {
  const texts = [document.title];
  const generated = (element, view) => {
    for (const part of ["::before", "::after", "::marker"]) {
      const { content } = view.getComputedStyle(element, part);
      if (content && content !== "none" && content !== "normal") texts.push(content);
    }
    texts.push(view.getComputedStyle(element).listStyleType);
  };
  const field = (element) => {
    if (element.localName === "select") texts.push(...[...element.selectedOptions].map(({ text }) => text));
    if (element.localName === "input" || element.localName === "textarea")
      texts.push(element.value || element.placeholder);
  };
  const look = (node, view) => {
    if (node.nodeType === 3) {
      if (node.previousSibling?.nodeType === 3) texts.push(texts.pop() + node.data);
      else texts.push(node.data);
    }
    if (node.nodeType === 1) {
      const { display, visibility } = view.getComputedStyle(node);
      if (display === "none" || ["script", "style", "noscript", "template", "head"].includes(node.localName)) return;
      if (visibility !== "hidden") {
        generated(node, view);
        field(node);
      }
      if (["select", "textarea", "title"].includes(node.localName)) return;
      if (node.shadowRoot) look(node.shadowRoot, view);
      const inner = node.localName === "iframe" ? node.contentDocument : null;
      if (inner) look(inner, inner.defaultView);
    }
    for (const child of node.childNodes) look(child, view);
  };
  look(document, window);
  return texts.join("\\n");
}
"""
