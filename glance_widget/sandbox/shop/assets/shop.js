// Slow Heron, the demo shop of the sandbox. Everything happens in the page; nothing is sent anywhere.
"use strict";

(() => {
  const { base, assets, catalogue } = document.body.dataset;
  const products = new Map(JSON.parse(catalogue).map((product) => [product.slug, product]));
  const euro = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
  const price = (cents) => euro.format(cents / 100);
  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Write a text only when it differs: a recorder then sees no change where there is none.
  function write(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  // Run `step` now and every second, but not while nobody can see the page.
  function everySecond(step) {
    let timer = 0;
    const follow = () => {
      clearInterval(timer);
      if (document.hidden) return;
      step();
      timer = setInterval(step, 1000);
    };
    document.addEventListener("visibilitychange", follow);
    follow();
  }

  const now = () => Math.floor(Date.now() / 1000);

  // ---- Cart: a list of {slug, choice, quantity}, kept for this visitor in this browser.

  const inRange = (text) => Math.min(9, Math.max(1, Math.round(Number(text)) || 1));
  const shelf = `slow-heron-cart ${base}`;

  function starterCart() {
    return [...products.values()]
      .filter((product) => product.starter > 0)
      .map(({ slug, choice, starter }) => ({ slug, choice, quantity: starter }));
  }

  function readCart() {
    try {
      const lines = JSON.parse(localStorage.getItem(shelf));
      if (Array.isArray(lines)) {
        return lines
          .filter((line) => products.has(line?.slug))
          .map(({ slug, choice, quantity }) => ({
            slug,
            choice: String(choice),
            quantity: inRange(quantity),
          }));
      }
    } catch {
      // No storage, or not our text in it: begin anew.
    }
    return starterCart();
  }

  function saveCart(lines) {
    try {
      localStorage.setItem(shelf, JSON.stringify(lines));
    } catch {
      // No storage: the cart lasts as long as the page.
    }
    showCart(lines);
  }

  function addToCart(slug, choice, quantity) {
    const lines = readCart();
    const line = lines.find((one) => one.slug === slug && one.choice === choice);
    if (line) line.quantity = inRange(line.quantity + quantity);
    else lines.push({ slug, choice, quantity });
    saveCart(lines);
  }

  function deliveryCost(goods) {
    const way = find("[name=delivery]:checked")?.value;
    if (way === "pickup" || goods === 0) return 0;
    if (way === "bicycle") return 790;
    return goods >= 6000 ? 0 : 490;
  }

  function cartLine(line, index, lines) {
    const product = products.get(line.slug);
    const row = find("[data-cart-line]").content.cloneNode(true);
    const slot = (name) => find(`[data-slot=${name}]`, row);
    const quantity = find("[data-quantity]", row);
    slot("image").src = `${assets}/${product.image}`;
    write(slot("name"), product.name);
    write(slot("choice"), quantity ? line.choice : `${line.choice} × ${line.quantity}`);
    write(slot("total"), price(product.cents * line.quantity));
    if (!quantity) return row;
    slot("name").href = base + product.slug;
    write(slot("spoken"), ` ${product.name}`);
    quantity.value = line.quantity;
    quantity.addEventListener("change", () => {
      saveCart(lines.map((one, at) => (at === index ? { ...one, quantity: inRange(quantity.value) } : one)));
    });
    find("[data-remove]", row).addEventListener("click", () =>
      saveCart(lines.filter((_, at) => at !== index)),
    );
    return row;
  }

  function showSums(lines) {
    const goods = lines.reduce((sum, line) => sum + products.get(line.slug).cents * line.quantity, 0);
    const delivery = deliveryCost(goods);
    write(find("[data-sum=goods]"), price(goods));
    write(find("[data-sum=delivery]"), delivery ? price(delivery) : "Free");
    write(find("[data-sum=total]"), price(goods + delivery));
  }

  function showCart(lines) {
    write(find("[data-cart-count]"), String(lines.reduce((sum, line) => sum + line.quantity, 0)));
    const list = find("[data-cart-lines]");
    if (!list) return;
    list.replaceChildren(...lines.map(cartLine));
    find("[data-cart-empty]").hidden = lines.length > 0;
    showSums(lines);
  }

  function startBuying(form) {
    const { product: slug } = form.closest("[data-product]").dataset;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { choice, quantity } = form.elements;
      addToCart(slug, choice.value, inRange(quantity.value));
      write(find("[data-buy-note]"), `In your cart: ${products.get(slug).name}, ${choice.value}.`);
    });
  }

  // ---- Checkout

  function fillSample(form) {
    for (const field of findAll("[data-sample]", form)) {
      if (field.type === "checkbox") field.checked = true;
      else field.value = field.dataset.sample;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function startCheckout(form) {
    find("[data-fill-sample]").addEventListener("click", () => fillSample(form));
    for (const way of form.elements.delivery) way.addEventListener("change", () => showSums(readCart()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      location.assign(`${base}thanks`);
    });
  }

  // ---- Live order status: a function of the clock alone, so that every window shows the same.

  const STAGES = ["Received", "Packing", "Last look", "With the courier", "Delivered"];
  const STAGE_SECONDS = 20;
  const JOURNEY = STAGES.length * STAGE_SECONDS;

  function parcel(second, offset, place, places) {
    const age = (second + offset) % JOURNEY;
    const round = Math.floor((second + offset) / JOURNEY);
    const stage = Math.floor(age / STAGE_SECONDS);
    return {
      number: `SH-${1000 + ((round * places + place) % 9000)}`,
      stage,
      percent: Math.min(100, Math.round((100 * age) / (JOURNEY - STAGE_SECONDS))),
      wait: STAGE_SECONDS - (age % STAGE_SECONDS),
    };
  }

  function showParcel(row, { number, stage, percent, wait }) {
    const badge = find("[data-order-stage]", row);
    write(find("[data-order-number]", row), number);
    write(badge, STAGES[stage]);
    badge.dataset.stage = stage;
    find("[data-order-progress]", row).value = percent;
    write(find("[data-order-next]", row), stage === STAGES.length - 1 ? "Enjoy your coffee" : `in ${wait} s`);
  }

  function startBoard(board) {
    const rows = findAll("[data-order]", board);
    everySecond(() => {
      const second = now();
      const parcels = rows.map((row, place) =>
        parcel(second, Number(row.dataset.offset), place, rows.length),
      );
      rows.forEach((row, place) => {
        showParcel(row, parcels[place]);
      });
      const count = (...stages) => String(parcels.filter(({ stage }) => stages.includes(stage)).length);
      write(find("[data-board-count=packing]"), count(0, 1, 2));
      write(find("[data-board-count=courier]"), count(3));
      write(find("[data-board-count=delivered]"), count(4));
      write(find("[data-board-time]", board), new Date(second * 1000).toLocaleTimeString("en-GB"));
    });
  }

  // ---- The chart of a product page: the last sixty readings, drawn once a second.

  const READINGS = 60;

  function reading({ centre, swing }, second) {
    const wave =
      0.58 * Math.sin(second / 9.1) + 0.28 * Math.sin(second / 3.3) + 0.14 * Math.sin(second / 1.7);
    return centre + swing * wave;
  }

  // Make the canvas as sharp as the screen; its size is only set when it changed, for setting it clears it.
  function blankSheet(canvas) {
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const { clientWidth: width, clientHeight: height } = canvas;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    return { pen, width, height };
  }

  function drawGrid(pen, { left, right, top, bottom }, labels, style) {
    pen.strokeStyle = style.getPropertyValue("--line");
    pen.fillStyle = style.getPropertyValue("--soft");
    pen.lineWidth = 1;
    pen.font = "13px sans-serif";
    labels.forEach((label, row) => {
      const y = top + ((bottom - top) * row) / (labels.length - 1);
      pen.beginPath();
      pen.moveTo(left, y);
      pen.lineTo(right, y);
      pen.stroke();
      pen.fillText(label, 2, y + 4);
    });
  }

  function drawLine(pen, points, bottom, style) {
    const [first, last] = [points[0], points[points.length - 1]];
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    pen.strokeStyle = style.getPropertyValue("--lake");
    pen.lineWidth = 2.5;
    pen.lineJoin = "round";
    pen.stroke();
    pen.lineTo(last[0], bottom);
    pen.lineTo(first[0], bottom);
    pen.globalAlpha = 0.12;
    pen.fillStyle = style.getPropertyValue("--lake");
    pen.fill();
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(last[0], last[1], 5, 0, 2 * Math.PI);
    pen.fillStyle = style.getPropertyValue("--ember");
    pen.fill();
  }

  function startGauge(canvas) {
    const { centre, swing, digits } = canvas.dataset;
    const gauge = { centre: Number(centre), swing: Number(swing) };
    const style = getComputedStyle(canvas);
    everySecond(() => {
      const { pen, width, height } = blankSheet(canvas);
      const box = { left: 52, right: width - 8, top: 12, bottom: height - 12 };
      const y = (value) =>
        (box.top + box.bottom) / 2 - ((value - gauge.centre) / gauge.swing) * ((box.bottom - box.top) / 2);
      const x = (at) => box.left + ((box.right - box.left) * at) / (READINGS - 1);
      const second = now();
      const values = Array.from({ length: READINGS }, (_, at) => reading(gauge, second - READINGS + 1 + at));
      const labels = [1, 0, -1].map((step) => (gauge.centre + step * gauge.swing).toFixed(digits));
      drawGrid(pen, box, labels, style);
      drawLine(
        pen,
        values.map((value, at) => [x(at), y(value)]),
        box.bottom,
        style,
      );
      write(find("[data-gauge-now]"), values[READINGS - 1].toFixed(digits));
    });
  }

  // ---- Brew guide

  function startRatio(form) {
    const show = () => {
      const coffee = Number(form.elements.coffee.value);
      const seconds = 150 + coffee * 4;
      write(find("[data-ratio-coffee]"), `${coffee} g`);
      write(find("[data-ratio-water]"), `${Math.round(coffee * Number(form.elements.strength.value))} g`);
      write(
        find("[data-ratio-time]"),
        `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
      );
    };
    form.addEventListener("input", show);
    show();
  }

  // ---- What an agent may call in this page, as GLANCE_COBROWSE.Custom.<name>.

  function showOffer({ text = "" } = {}) {
    write(find("[data-offer-text]"), String(text).slice(0, 300));
    find("[data-offer]").hidden = false;
  }

  function openPage({ page = "" } = {}) {
    const path = page === "home" ? "" : String(page);
    if (/^[a-z0-9-]*$/.test(path)) location.assign(base + path);
    else reportError(new RangeError(`openPage: "${path}" is not a page of this shop`));
  }

  window.GLANCE_COBROWSE = window.GLANCE_COBROWSE || {};
  window.GLANCE_COBROWSE.Custom = { ...window.GLANCE_COBROWSE.Custom, showOffer, openPage };

  // ---- Start what this page has.

  find("[data-offer-close]").addEventListener("click", () => {
    find("[data-offer]").hidden = true;
  });
  showCart(readCart());
  window.addEventListener("storage", () => showCart(readCart()));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) showCart(readCart());
  });
  findAll("[data-buy]").forEach(startBuying);
  findAll("[data-checkout]").forEach(startCheckout);
  findAll("[data-board]").forEach(startBoard);
  findAll("[data-gauge]").forEach(startGauge);
  findAll("[data-ratio]").forEach(startRatio);
})();
