// The designer: one case, its tools and its advice. A host (a page on the web, a phone at a machine) says where things
// are kept and what happens with the finished design.
import { later } from "./calls.js";
import { Design } from "./design.js";
import { $, make } from "./dom.js";
import { Geometry } from "./geometry.js";
import { icon } from "./icons.js";
import { kindOf, indexOf, objectsOf } from "./objects.js";
import { objectBar } from "./object_bar.js";
import { backPanel, stickerPanel } from "./panel_art.js";
import { layerPanel } from "./panel_layers.js";
import { photoPanel } from "./panel_photos.js";
import { stylePanel } from "./panel_styles.js";
import { templatePanel } from "./panel_templates.js";
import { textPanel } from "./panel_text.js";
import { Shelf } from "./shelf.js";
import { Stage } from "./stage.js";
import { showAdvice } from "./advice.js";

const TOOLS = [
  ["photo", photoPanel], ["template", templatePanel], ["text", textPanel], ["sticker", stickerPanel], ["back", backPanel],
  ["style", stylePanel], ["layer", layerPanel],
];

export class Designer {
  // ``host``: root, language, words, keeper, upload(file, progress), lists(name), sizeOf(model), styles, price(template).
  constructor(host) {
    this.host = host;
    this.words = host.words;
    this.design = new Design();
    this.shelf = new Shelf(host.root, () => this.arrived());
    this.chosen = null;
    this.outline = null;
    this.verdict = null;
    this.lists = new Map();
    this.geometry = new Geometry(host.root, {
      sizeOf: host.sizeOf, arrived: (outline) => this.placed(outline), refused: (error) => host.trouble(error),
    });
    this.stage = new Stage($("case"), {
      design: this.design, shelf: this.shelf, words: this.words, chosen: () => this.chosen,
      choose: (id) => this.choose(id), open: (id, again) => this.open(id, again),
    });
    this.panels = new Map();
    this.keepClear();
    this.setTabs();
    this.bar = objectBar(this);
    this.askSoon = later(700, () => this.judge());
    this.design.addEventListener("change", () => this.changed());
    this.design.addEventListener("settle", () => this.settled());
    $("undo").append(icon("undo"));
    $("redo").append(icon("redo"));
    $("undo").addEventListener("click", () => this.design.undo());
    $("redo").addEventListener("click", () => this.design.redo());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  get now() {
    return this.design.now;
  }

  // A list of the catalogue, fetched when first wanted.
  list(name) {
    if (!this.lists.has(name)) {
      const wanted = this.host.list(name).catch((error) => { this.lists.delete(name); throw error; });
      this.lists.set(name, wanted);
    }
    return this.lists.get(name);
  }

  // A design that is there already: of this device, or of the server.
  async begin(told) {
    await this.lists_first();
    this.design.begin(told);
    this.geometry.want(this.now, true);
    this.refresh();
    this.show("photo");
  }

  // What every page needs: templates for their number of pictures, drawings when the design holds some.
  async lists_first() {
    this.templates = await this.list("templates");
    const [stickers, backgrounds] = await Promise.all([this.list("stickers"), this.list("backgrounds")]);
    this.shelf.offer("sticker", stickers);
    this.shelf.offer("backdrop", backgrounds);
  }

  template(id = this.now.template) {
    return this.templates.find((one) => one.id === id) || this.templates[0];
  }

  complete() {
    const count = this.template().image_count;
    const there = this.now.pictures.slice(0, count);
    return Boolean(this.now.model) && there.filter((one) => one && this.shelf.reference(one.id)).length === count;
  }

  placed(outline) {
    this.outline = outline;
    this.stage.show(outline);
    this.refresh();
  }

  changed() {
    this.geometry.want(this.now, false);
    this.stage.draw();
    this.bar.update();
  }

  settled() {
    this.geometry.want(this.now, true);
    this.verdict = null;
    this.stage.finding = null;
    if (!objectsOf(this.now, this.outline).includes(this.chosen)) this.choose(null);
    this.refresh();
    this.keep();
  }

  keep() {
    if (this.worthKeeping()) this.host.keeper.keep(this.plain());
  }

  worthKeeping() {
    const { pictures, text, stickers, backdrop } = this.now;
    return pictures.some((one) => one && this.shelf.reference(one.id)) || text || stickers.length > 0 || Boolean(backdrop);
  }

  arrived() {
    this.stage.draw();
    this.refresh();
  }

  refresh() {
    $("undo").disabled = !this.design.past.length;
    $("redo").disabled = !this.design.future.length;
    this.bar.update();
    const panel = this.panels.get(this.tool);
    if (panel && panel.update) panel.update();
    showAdvice(this);
    this.host.refreshed();
  }

  // As the API takes it; ``plain`` is the same with what this device needs to go on.
  body() {
    const { pictures, ...rest } = this.now;
    const count = this.template().image_count;
    const told = pictures.slice(0, count).map((one) => {
      const image = one && this.shelf.reference(one.id);
      return image ? { image, view: one.view } : null;
    });
    while (told.length && !told.at(-1)) told.pop();
    return { ...rest, text: this.now.text.trim() ? this.now.text : null, pictures: told };
  }

  plain() {
    const told = this.now.pictures.map((one) => {
      const entry = one && this.shelf.picture(one.id);
      return entry && entry.sent ? { image: entry.image, url: entry.url, view: one.view } : null;
    });
    return { ...this.now, pictures: told };
  }

  // Pictures as the server tells them, onto the shelf.
  taken(told) {
    return (told || []).map((one) => one && { id: this.shelf.fromServer(one).id, view: one.view });
  }

  // What the server answered to a save: its links are fresh, its verdict may be asked.
  saved(answer) {
    for (const one of answer.pictures) if (one) this.shelf.fromServer(one);
    if (this.complete()) this.askSoon();
  }

  async judge() {
    if (this.host.keeper.kept.dirty || !this.complete()) return;
    const design = this.design.settled;
    try {
      const verdict = await this.host.keeper.verdict();
      if (design === this.design.settled) this.verdict = verdict;
    } catch {
      if (design === this.design.settled) this.verdict = null;
    }
    this.refresh();
  }

  choose(id) {
    if (id === this.chosen) return;
    this.chosen = id;
    this.stage.draw();
    this.refresh();
  }

  // A tap opens the tool of what was tapped; an empty place asks for its photograph.
  open(id, again) {
    const kind = kindOf(id);
    if (kind === "picture" && !this.design.picture(indexOf(id))) return this.pick(indexOf(id));
    this.show({ picture: "photo", sticker: "sticker", text: "text" }[kind]);
    if (kind === "text" && again) this.panels.get("text").focus();
    return undefined;
  }

  // Nothing that is focused hides behind the case, which stays in sight.
  keepClear() {
    const bench = document.querySelector(".workbench");
    new ResizeObserver(() => {
      const beside = getComputedStyle(bench).position === "sticky" && bench.offsetWidth > innerWidth * 0.8;
      document.documentElement.style.setProperty("--bench", `${beside ? bench.offsetHeight : 0}px`);
    }).observe(bench);
  }

  setTabs() {
    for (const [name, panel] of TOOLS) {
      const made = panel(this);
      made.element.id = `panel-${name}`;
      made.element.setAttribute("role", "tabpanel");
      made.element.setAttribute("aria-labelledby", `tab-${name}`);
      made.element.hidden = true;
      $("panels").append(made.element);
      this.panels.set(name, made);
      const tab = make("button", { type: "button", id: `tab-${name}`, role: "tab", "aria-controls": `panel-${name}`, class: "tab", onclick: () => this.show(name) },
        icon(name), this.words[`tool_${name}`]);
      $("tabs").append(tab);
    }
    $("tabs").addEventListener("keydown", (event) => {
      const names = TOOLS.map(([name]) => name);
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? names.length - 1 : by ? (names.indexOf(this.tool) + by + names.length) % names.length : -1;
      if (to < 0) return;
      event.preventDefault();
      this.show(names[to]);
      $(`tab-${names[to]}`).focus();
    });
  }

  show(tool) {
    this.tool = tool;
    $("designer").dataset.tool = tool;
    for (const [name, panel] of this.panels) {
      const shown = name === tool;
      panel.element.hidden = !shown;
      const tab = $(`tab-${name}`);
      tab.setAttribute("aria-selected", shown);
      tab.tabIndex = shown ? 0 : -1;
      if (shown) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    const panel = this.panels.get(tool);
    if (panel.show) panel.show().catch((error) => this.host.trouble(error));
    if (panel.update) panel.update();
  }

  pick(slot, camera = false) {
    this.panels.get("photo").pick(slot, camera);
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const pressed = event.key.toLowerCase();
    if (pressed !== "z" && pressed !== "y") return;
    event.preventDefault();
    if (pressed === "y" || event.shiftKey) this.design.redo();
    else this.design.undo();
  }
}
