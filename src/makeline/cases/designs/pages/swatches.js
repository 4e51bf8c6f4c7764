// Colours on offer, and any other.
import { make } from "./dom.js";

export function swatches(app, { name, label, use }) {
  const list = make("div", { class: "swatches", role: "radiogroup", "aria-label": label });
  const own = make("input", { type: "color", "aria-label": app.words.own_colour, class: "own" });
  own.addEventListener("input", () => app.design.edit({ [name]: own.value.toUpperCase() }));
  own.addEventListener("change", () => app.design.settle());
  const element = make("div", { class: "colours" }, make("p", { class: "label" }, label), list);

  async function show() {
    if (list.childElementCount) return;
    const colours = (await app.list("colours")).filter((one) => one.use === use);
    list.replaceChildren(...colours.map((one) => {
      const input = make("input", { type: "radio", name, value: one.hex, "aria-label": app.words[`colour_${one.id.split("-").slice(1).join("_")}`] || one.name,
        onchange: () => app.design.set({ [name]: one.hex }) });
      const spot = make("span", { class: "spot", "aria-hidden": "true" });
      spot.style.setProperty("--colour", one.hex);
      return make("label", { class: "swatch", title: one.name }, input, spot);
    }), make("label", { class: "swatch", title: app.words.own_colour }, own));
    update();
  }

  function update() {
    for (const one of list.querySelectorAll("input[type=radio]")) one.checked = one.value === app.now[name];
    own.value = app.now[name].toLowerCase();
  }

  return { element, show, update };
}
