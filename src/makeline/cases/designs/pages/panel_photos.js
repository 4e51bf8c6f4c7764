// The customer's photographs: one for each place of the template.
import { PLAIN_VIEW } from "./design.js";
import { button, fill, make } from "./dom.js";

const KINDS = "image/jpeg,image/png,image/webp";

export function photoPanel(app) {
  const { words } = app;
  const list = make("ol", { class: "slots" });
  const trouble = make("p", { class: "trouble", role: "alert", hidden: true });
  const files = chooser(false);
  const camera = chooser(true);
  const element = make("section", {}, make("h2", {}, words.photos), trouble, list, files, camera,
    make("p", { class: "small" }, words.kinds));
  let slot = 0;
  let shown = "";

  function chooser(takes) {
    return make("input", {
      type: "file", accept: KINDS, capture: takes ? "environment" : null, class: "unseen", tabindex: -1, multiple: !takes,
      "aria-label": takes ? words.take : words.choose,
      onchange: (event) => {
        const chosen = [...event.target.files];
        event.target.value = "";
        place(chosen);
      },
    });
  }

  // Several at once fill the empty places after the one that was meant.
  async function place(chosen) {
    trouble.hidden = true;
    const count = app.template().image_count;
    const free = [...Array(count).keys()].filter((at) => at !== slot && !app.design.picture(at));
    const places = [slot, ...free];
    await Promise.all(chosen.slice(0, places.length).map((file, at) => take(file, places[at])));
  }

  async function take(file, at) {
    try {
      if (!(await app.host.mayTake())) return;
    } catch (error) {
      say(error);
      return;
    }
    let entry;
    try {
      entry = await app.shelf.fromFile(file, at);
    } catch {
      say({ code: "PICTURE_UNREADABLE" });
      return;
    }
    const before = app.design.picture(at);
    app.design.edit(app.design.withPicture(at, { id: entry.id, view: PLAIN_VIEW, before: null }));
    app.choose(`picture:${at}`);
    app.refresh();
    try {
      const told = await app.host.upload(file, (part) => { entry.progress = part; update(); });
      app.shelf.sent(entry.id, told);
      app.design.settle();
      app.keep();
    } catch (error) {
      entry.failed = true;
      if (app.design.picture(at) && app.design.picture(at).id === entry.id) {
        app.design.edit(app.design.withPicture(at, before));
      }
      say(error);
    }
    app.refresh();
  }

  function say(error) {
    trouble.textContent = app.host.said(error);
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "nearest" });
  }

  function pick(at, takes = false) {
    slot = at;
    (takes ? camera : files).click();
  }

  function row(at, picture) {
    const entry = picture && app.shelf.picture(picture.id);
    const name = fill(words.photo_number, { number: at + 1 });
    const small = make("canvas", { width: 96, height: 96, "aria-hidden": "true" });
    if (entry && entry.bitmap) thumbnail(small, entry);
    const sending = entry && !entry.sent && !entry.failed;
    return make("li", { class: "slot" },
      make("button", { type: "button", class: "thumb", "aria-label": entry ? fill(words.select, { name }) : fill(words.choose_for, { name }),
        onclick: () => (entry ? app.choose(`picture:${at}`) : pick(at)) }, entry ? small : make("span", { "aria-hidden": "true" }, "+")),
      make("div", { class: "slot-text" },
        app.template().image_count > 1 ? make("strong", {}, name) : null,
        sending ? make("progress", { max: 1, value: entry.progress, "aria-label": words.sending }) : null,
        make("div", { class: "row" },
          button(entry ? words.replace : words.choose, () => pick(at), entry ? {} : { class: "primary" }),
          button(words.take, () => pick(at, true), { class: "phones" }),
          entry ? button(words.remove, () => app.design.set(app.design.withPicture(at, null))) : null)));
  }

  function update() {
    const count = app.template().image_count;
    const state = JSON.stringify([count, app.now.pictures.slice(0, count).map((one) => {
      const entry = one && app.shelf.picture(one.id);
      return entry && [one.id, Boolean(entry.bitmap), entry.sent, Math.round(entry.progress * 20)];
    })]);
    if (state === shown) return;
    shown = state;
    const focus = list.contains(document.activeElement) ? [...list.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    list.replaceChildren(...[...Array(count).keys()].map((at) => row(at, app.now.pictures[at])));
    if (focus >= 0) (list.querySelectorAll("button")[focus] || list.querySelector("button")).focus();
  }

  return { element, update, pick, take };
}

export function thumbnail(canvas, entry) {
  const pen = canvas.getContext("2d");
  const by = Math.max(canvas.width / entry.width, canvas.height / entry.height);
  const wide = entry.width * by;
  const high = entry.height * by;
  pen.drawImage(entry.bitmap, (canvas.width - wide) / 2, (canvas.height - high) / 2, wide, high);
}
