// A photograph in another style: chosen, wished, watched, compared with what it was, taken or tried again.
import { PLAIN_VIEW } from "./design.js";
import { button, fill, make, money } from "./dom.js";
import { indexOf, kindOf } from "./objects.js";

const TILE = 72;

export function stylePanel(app) {
  const { words } = app;
  const lead = make("p", { class: "small" }, words.style_lead);
  const trouble = make("p", { class: "trouble", role: "alert", hidden: true });
  const groups = make("div", { class: "styles", role: "radiogroup", "aria-label": words.tool_style });
  const wish = make("input", { type: "text", id: "style-wish", maxlength: 200, autocomplete: "off", placeholder: words.wish_example });
  const wishRow = make("div", { hidden: true }, make("label", { for: "style-wish" }, words.wish), wish);
  const go = make("button", { type: "button", class: "primary", disabled: true, onclick: () => ask() }, words.style_make);
  const progress = make("progress", { max: 100, value: 0, "aria-label": words.style_progress });
  const step = make("span", {});
  const working = make("div", { class: "working", role: "status", hidden: true }, step, progress);
  const result = make("div", { class: "result", role: "status", hidden: true });
  const left = make("p", { class: "small", "aria-live": "polite" });
  const element = make("section", {}, make("h3", {}, words.tool_style), lead, groups, wishRow, go, working, trouble, result, left);
  let styles = [];
  let chosen = null;
  let job = null;
  let variant = 1;
  let stop = () => {};

  async function show() {
    if (!styles.length) {
      styles = await app.list("styles");
      build();
      await known();
    }
    update();
  }

  function build() {
    const byTemplate = Map.groupBy ? Map.groupBy(styles, (one) => one.template_id) : grouped(styles);
    if (!styles.length) return groups.replaceChildren(make("p", { class: "small" }, words.styles_away));
    groups.replaceChildren(...[...byTemplate].map(([id, items]) => {
      const template = app.template(id);
      return make("div", { class: "style-group" },
        make("h4", {}, template.name, " ", make("span", { class: "price" }, money(app.host.price(template), app.host.language))),
        make("div", { class: "style-row" }, ...items.map(tile)));
    }));
  }

  function tile(one) {
    const picture = make("span", { class: "style-picture", "aria-hidden": "true" });
    picture.style.backgroundImage = `url("${app.host.root}assets/styles.webp")`;
    picture.style.backgroundPosition = `-${styles.indexOf(one) * TILE}px 0`;
    return make("label", { class: "tile style" },
      make("input", { type: "radio", name: "style", value: `${one.template_id}/${one.id}`, onchange: () => { chosen = one; variant = 1; update(); } }),
      picture, make("span", {}, one.name));
  }

  // What was asked for before this page was loaded goes on; what is done can be taken.
  async function known() {
    try {
      const told = await app.host.styles.all();
      count(told.left);
      const running = told.styled.findLast((one) => !one.over);
      if (running) watch(running, slotOf(running.image));
    } catch {
      left.textContent = "";
    }
  }

  function count(number) {
    left.textContent = fill(words.style_left, { count: number });
    left.dataset.left = number;
  }

  function slot() {
    return kindOf(app.chosen) === "picture" && indexOf(app.chosen) < app.template().image_count ? indexOf(app.chosen) : 0;
  }

  function slotOf(image) {
    const found = app.now.pictures.findIndex((one) => one && (app.shelf.picture(one.id) || {}).image === image);
    return Math.max(0, found);
  }

  // The photograph itself, also when its place shows it styled already.
  function photo(at) {
    const picture = app.design.picture(at);
    return picture && (picture.before || picture);
  }

  async function ask(another = false) {
    const at = slot();
    const source = photo(at);
    const entry = source && app.shelf.picture(source.id);
    if (!entry || !entry.sent || !chosen) return;
    variant = another ? (variant % 9) + 1 : variant;
    const asked = { image: entry.image, template: chosen.template_id, style: chosen.id, variant, view: source.view, model: app.now.model };
    if (chosen.free_text_allowed && wish.value.trim()) asked.wish = wish.value.trim();
    trouble.hidden = true;
    result.hidden = true;
    tell({ step: null, progress: 0 });
    try {
      // The design must hold the photograph while somebody works on it.
      if (app.design.picture(at).before) app.design.set(app.design.withPicture(at, { ...source, before: null }));
      watch(await app.host.styles.ask(asked), at, source);
      if (left.dataset.left) count(Math.max(0, Number(left.dataset.left) - 1));
    } catch (error) {
      working.hidden = true;
      say(error);
    }
    update();
  }

  function watch(told, at, source = photo(at)) {
    job = told.id;
    stop();
    tell(told);
    if (told.over) return ended(told, at, source);
    stop = app.host.styles.follow(told.id, (news) => {
      if (news.id !== job) return;
      tell(news);
      if (news.over) ended(news, at, source);
    });
    return update();
  }

  function tell(told) {
    working.hidden = false;
    progress.value = told.progress;
    step.textContent = words[`style_step_${told.step || "waiting"}`];
  }

  async function ended(told, at, source) {
    job = null;
    working.hidden = true;
    update();
    if (told.state === "refused") return say({ code: `style_${told.refusal}` });
    try {
      const taken = await app.host.styles.take(told);
      const entry = app.shelf.fromServer({ ...taken, fresh: true });
      const many = app.template().image_count > 1;
      app.design.edit({ ...app.design.withPicture(at, { id: entry.id, view: PLAIN_VIEW, before: source }), ...(many ? {} : { template: told.template }) });
      app.design.settle();
      app.choose(`picture:${at}`);
      offer(told, at);
    } catch (error) {
      say(error);
    }
    return undefined;
  }

  function offer(told, at) {
    const compare = button(words.compare, () => hold(compare.getAttribute("aria-pressed") !== "true"), { "aria-pressed": "false" });
    const hold = (on) => {
      const picture = app.design.picture(at);
      app.stage.before = on && picture && picture.before ? { slot: at, picture: picture.before } : null;
      compare.setAttribute("aria-pressed", Boolean(app.stage.before));
      compare.textContent = app.stage.before ? words.compare_after : words.compare;
      app.stage.draw();
    };
    const reasons = told.degraded.map((word) => words[`style_degraded_${word}`]).filter(Boolean);
    result.replaceChildren(make("p", {}, make("strong", {}, words.style_done), ...reasons.map((one) => make("span", { class: "small" }, ` ${one}`))),
      make("div", { class: "row" }, compare, button(words.style_again, () => { hold(false); ask(true); }),
        button(words.style_without, () => {
          hold(false);
          const picture = app.design.picture(at);
          if (picture && picture.before) app.design.set({ ...app.design.withPicture(at, { ...picture.before, before: null }), ...(app.template().category === "ai" ? { template: "classic" } : {}) });
          result.hidden = true;
        })));
    result.hidden = false;
    result.scrollIntoView({ block: "nearest" });
  }

  function say(error) {
    trouble.textContent = words[error.code] || app.host.said(error);
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "nearest" });
  }

  function update() {
    const source = photo(slot());
    const entry = source && app.shelf.picture(source.id);
    const there = Boolean(entry && entry.sent && entry.image);
    lead.textContent = there ? words.style_lead : words.style_first;
    go.disabled = !there || !chosen || job !== null || left.dataset.left === "0";
    wishRow.hidden = !(chosen && chosen.free_text_allowed);
  }

  return { element, show, update };
}

function grouped(items) {
  const found = new Map();
  for (const one of items) found.set(one.template_id, [...(found.get(one.template_id) || []), one]);
  return found;
}
