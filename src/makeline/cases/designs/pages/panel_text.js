// Words on the case: font, colour, place; size and turn stand beside the case.
import { later } from "./calls.js";
import { fill, make } from "./dom.js";
import { swatches } from "./swatches.js";

const MOST = 160;

export function textPanel(app) {
  const { words } = app;
  const field = make("textarea", { id: "text", rows: 2, maxlength: MOST, autocomplete: "off", placeholder: words.text_example });
  const trouble = make("p", { class: "trouble", role: "alert", hidden: true });
  const font = make("select", { id: "font" });
  const place = make("div", { class: "row segments", role: "radiogroup", "aria-label": words.place });
  const colours = swatches(app, { name: "text_colour", label: words.text_colour, use: "text" });
  const element = make("section", {},
    make("h2", {}, words.tool_text), make("label", { for: "text" }, words.text), field, trouble,
    make("div", { class: "two" }, make("div", {}, make("label", { for: "font" }, words.font), font),
      make("div", {}, make("p", { class: "label" }, words.place), place)),
    colours.element, make("p", { class: "small" }, words.text_help));

  const settleSoon = later(500, () => app.design.settle());
  field.addEventListener("input", () => {
    const first = !app.now.text.trim() && field.value.trim();
    app.design.edit({ text: field.value, ...(first && { text_colour: app.now.text_colour }) });
    app.geometry.want(app.now, true);
    if (first) app.choose("text");
    settleSoon();
  });
  field.addEventListener("change", () => app.design.settle());
  font.addEventListener("change", () => app.design.set({ font: font.value }));
  for (const where of ["top", "middle", "bottom"]) {
    place.append(make("label", { class: "segment" },
      make("input", { type: "radio", name: "place", value: where, onchange: () => app.design.set({ text_place: where, text_spot: null }) }),
      make("span", {}, words[`place_${where}`])));
  }

  async function show() {
    await colours.show();
    if (font.options.length) return;
    const fonts = await app.list("fonts");
    font.replaceChildren(...fonts.map((one) => new Option(one.name, one.id)));
    update();
  }

  function update() {
    if (document.activeElement !== field) field.value = app.now.text;
    font.value = app.now.font;
    for (const one of place.querySelectorAll("input")) one.checked = !app.now.text_spot && one.value === app.now.text_place;
    colours.update();
    const refused = app.outline && app.now.text.trim() && app.outline.unprintable;
    trouble.hidden = !refused;
    if (refused) trouble.textContent = fill(words[`text_${refused.code}`] || words.text_refused, { letters: refused.received || "" });
  }

  return { element, show, update, focus: () => field.focus() };
}
