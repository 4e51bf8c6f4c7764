// Our own drawings: stickers that go on top, backgrounds that go behind.
import { fill, make } from "./dom.js";
import { MOST_STICKERS } from "./objects.js";
import { swatches } from "./swatches.js";

const BESIDE = [[0.5, 0.55], [0.32, 0.62], [0.68, 0.62], [0.5, 0.72], [0.3, 0.8], [0.7, 0.8]];

export function stickerPanel(app) {
  const { words } = app;
  const search = make("input", { type: "search", id: "sticker-search", placeholder: words.search, autocomplete: "off" });
  const told = make("p", { class: "small", role: "status" });
  const shelves = make("div", { class: "drawings" });
  const element = make("section", {}, make("h2", {}, words.tool_sticker),
    make("label", { for: "sticker-search", class: "unseen" }, words.sticker_search), search, told, shelves);
  search.addEventListener("input", filter);

  function add(id) {
    if (app.now.stickers.length >= MOST_STICKERS) {
      told.textContent = fill(words.stickers_most, { count: MOST_STICKERS });
      return;
    }
    const [x, y] = BESIDE[app.now.stickers.length % BESIDE.length];
    app.design.set({ stickers: [...app.now.stickers, { sticker: id, x, y, size: 0.28, turn: 0 }] });
    app.choose(`sticker:${app.now.stickers.length - 1}`);
    told.textContent = fill(words.sticker_added, { count: app.now.stickers.length });
  }

  async function show() {
    if (shelves.childElementCount) return;
    const items = await app.list("stickers");
    shelves.replaceChildren(...items.map((category) => shelf(app, category, "sticker", add)));
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    for (const one of shelves.children) {
      one.hidden = Boolean(wanted) && !one.dataset.words.includes(wanted);
      if (!one.hidden) found += 1;
    }
    told.textContent = found ? "" : words.nothing_found;
  }

  return { element, show };
}

export function backPanel(app) {
  const { words } = app;
  const colours = swatches(app, { name: "background", label: words.background, use: "background" });
  const shelves = make("div", { class: "drawings backs" });
  const none = make("button", { type: "button", onclick: () => app.design.set({ backdrop: null }) }, words.no_backdrop);
  const element = make("section", {}, make("h2", {}, words.tool_back), make("p", { class: "small" }, words.back_help), colours.element,
    make("p", { class: "label" }, words.backdrops), none, shelves);

  async function show() {
    await colours.show();
    if (shelves.childElementCount) return;
    const items = await app.list("backgrounds");
    shelves.replaceChildren(...items.map((category) => shelf(app, category, "backdrop", (id) => app.design.set({ backdrop: id }))));
    update();
  }

  function update() {
    colours.update();
    none.hidden = !app.now.backdrop;
    for (const one of shelves.querySelectorAll("button")) one.setAttribute("aria-pressed", one.dataset.id === app.now.backdrop);
  }

  return { element, show, update };
}

function shelf(app, category, kind, chosen) {
  const name = app.words[`art_${category.id.replaceAll("-", "_")}`] || category.name;
  const tiles = category.pictures.map((one, at) => {
    const picture = make("img", { src: `${app.host.root}${one.url.replace(/^\//, "")}`, alt: "", loading: "lazy", width: 56, height: kind === "sticker" ? 56 : 112 });
    const label = category.pictures.length > 1 ? `${name} ${at + 1}` : name;
    return make("button", { type: "button", class: `drawing ${kind}`, "data-id": one.id, "aria-label": label, onclick: () => chosen(one.id) }, picture);
  });
  return make("section", { class: "shelf", "data-words": `${name} ${category.name} ${category.id}`.toLowerCase() },
    make("h4", {}, name), make("div", { class: "shelf-row" }, ...tiles));
}
