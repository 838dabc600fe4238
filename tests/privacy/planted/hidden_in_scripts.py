"""What a page's own scripts keep, and what the browser knows: addresses, storage, names of files."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.kind import Kind

_STATE: Final = {
    "address, query": 'history.replaceState(null, "", `?q=${secret}`)',
    "address, hash": "history.replaceState(null, '', `#${secret}`)",
    "address, pushState query": 'history.pushState(null, "", `?q=${secret}`)',
    "address, pushState hash": 'history.pushState(null, "", `#${secret}`)',
    "address, hash set": "location.hash = secret",
    "history, state": "history.replaceState({ secret }, '')",
    "window name": "window.name = secret",
    "local storage": "localStorage.setItem('customer', secret)",
    "local storage, key": "localStorage.setItem(secret, '1')",
    "session storage": "sessionStorage.setItem('customer', secret)",
    "cookie": "document.cookie = `customer=${secret}`",
    "console": "console.log(secret)",
    "console, error": "console.error(new Error(secret))",
    "error": "setTimeout(() => { throw new Error(secret); })",
    "rejection": "Promise.reject(new Error(secret))",
    "global variable": "window.customer = { name: secret }",
    "indexed database": "indexedDB.open(secret)",
    "cache": "caches.open(secret)",
    "performance mark": "performance.mark(secret)",
    "request of the page": "fetch(`/data?q=${secret}`)",
    "message": "window.postMessage({ secret }, '*')",
    "broadcast": "new BroadcastChannel(secret).postMessage(secret)",
    "socket of the page": "new EventSource(`/events?q=${secret}`).close()",
    "event detail": "document.dispatchEvent(new CustomEvent('customer', { detail: secret }))",
    "property of an element": "box.customer = secret",
    "media session": "navigator.mediaSession.metadata = new MediaMetadata({ title: secret })",
    "registered property": "CSS.registerProperty({ name: `--${secret}`, syntax: '*', inherits: false })",
    "custom highlight": "CSS.highlights.set(secret, new Highlight())",
    "font face": "document.fonts.add(new FontFace(secret, 'url(/font/x.woff2)'))",
    "user timing detail": "performance.measure('row', { start: 0, end: 1, detail: secret })",
}

_MADE: Final = {
    "shadow root, closed, made": "box.attachShadow({ mode: 'closed' }).append(secret)",
    "shadow root, closed, of an element": """
        const host = document.createElement("div");
        host.attachShadow({ mode: "closed" }).append(secret);
        box.append(host);""",
    "canvas, drawing": """
        const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 20 });
        box.append(canvas);
        canvas.getContext("2d").fillText(secret, 0, 12);""",
    "blob address": """
        const image = new Image();
        image.src = URL.createObjectURL(new Blob([`<svg xmlns="http://www.w3.org/2000/svg"><!--${secret}--></svg>`],
            { type: "image/svg+xml" }));
        box.append(image);""",
    "file field, name": """
        const field = Object.assign(document.createElement("input"), { type: "file" });
        const files = new DataTransfer();
        files.items.add(new File(["row"], `${secret}.pdf`));
        box.append(field);
        field.files = files.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));""",
    "file field, content": """
        const field = Object.assign(document.createElement("input"), { type: "file" });
        const files = new DataTransfer();
        files.items.add(new File([secret], "row.txt"));
        box.append(field);
        field.files = files.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));""",
    "hidden input, set by script": """
        const field = Object.assign(document.createElement("input"), { type: "hidden" });
        box.append(field);
        field.value = secret;""",
    "option, added": """
        const select = document.createElement("select");
        select.append(new Option("one", "1"), new Option(secret, "2"));
        box.append(select);""",
    "field, emptied again": """
        const field = document.createElement("input");
        box.append(field);
        field.hidden = true;
        field.value = secret;""",
    "field, validation message": """
        const field = document.createElement("input");
        box.append(field);
        field.setCustomValidity(secret);""",
    "style, inserted rule": """
        const style = document.createElement("style");
        box.append(style);
        style.sheet.insertRule(`.unused-row::after { content: "${secret}" }`);""",
    "style, set property": "box.style.setProperty('--customer', secret)",
    "style, set url": "box.style.setProperty('background-image', `url(/set/${secret}.png)`)",
    "adopted style sheet, unused": """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.unused-row::after { content: "${secret}" }`);
        document.adoptedStyleSheets.push(sheet);""",
    "adopted style sheet, variable": """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.row { --unused-row: "${secret}" }`);
        document.adoptedStyleSheets.push(sheet);""",
    "adopted style sheet, of a shadow root": """
        const host = document.createElement("div");
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.unused-row::after { content: "${secret}" }`);
        host.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
        box.append(host);""",
    "attribute, namespaced": "box.setAttributeNS('urn:customer', 'x:customer', secret)",
    "attribute, toggled": "box.setAttribute('data-now', secret); box.removeAttribute('data-now')",
    "element, added and removed": """
        const gone = document.createElement("p");
        gone.hidden = true;
        gone.textContent = secret;
        box.append(gone);
        gone.remove();""",
    "detached element": "box.detached = document.createElement('p'); box.detached.textContent = secret",
    "processing instruction": "box.append(document.createProcessingInstruction('customer', secret))",
    "comment, added": "box.append(document.createComment(secret))",
    "animation": "box.animate([{ top: 0 }, { top: 0 }], { duration: 1, id: secret })",
    "selection of what is hidden": """
        const hidden = document.createElement("p");
        hidden.style.display = "none";
        hidden.textContent = secret;
        box.append(hidden);
        getSelection().selectAllChildren(hidden);""",
}

HIDDEN_IN_SCRIPTS: Final = [
    Kind(name, "hidden", "<p>row</p>" if js in _MADE.values() else "", js=js) for name, js in (_STATE | _MADE).items()
]
