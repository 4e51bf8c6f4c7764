// The phone at the machine: choose, hand in a photograph, design the case, see its proof, pay.
import { call, here } from "./calls.js";
import { Designer } from "./designer.js";
import { $, button, make, money } from "./dom.js";
import { Keeper } from "./keeper.js";
import { Restyling } from "./restyling.js";
import { Visit } from "./visit.js";

const words = JSON.parse($("words").textContent);
const key = document.querySelector("main").dataset.session;
const language = document.documentElement.lang;
const steps = ["choose", "arrange", "proof", "paying"];
const visit = new Visit(key);
const PLACE = "makeline visit ";

let now = null;
let step = "";

const keeper = new Keeper(`${visit.ours}/designs`, PLACE + key, {
  body: () => designer.body(),
  told: (answer) => designer.saved(answer),
  changed: (state) => kept(state),
});

const designer = new Designer({
  root: "", language, words: words.designer, keeper,
  list: async (name) => (await call("GET", `v1/shop/${name}`)).items,
  upload: (file, progress) => visit.send(file, progress),
  mayTake: () => accepted(),
  price: (template) => template.prices.kiosk,
  sizeOf: (id) => {
    const model = now && now.models.find((one) => one.id === id);
    return model ? { width_mm: model.width_mm, height_mm: model.height_mm } : {};
  },
  styles: new Restyling({ at: () => `${visit.ours}/styles`, take: (told) => visit.take(told.id) }),
  said, trouble, refreshed,
});

const page = () => `${here("", now.order_url, "o")}?lang=${language}`;

function show(name) {
  const arrived = step !== name;
  step = name;
  for (const id of [...steps, "message"]) $(id).hidden = id !== name;
  $("designer").hidden = name !== "arrange";
  for (const entry of document.querySelectorAll("[data-step]")) {
    const position = steps.indexOf(entry.dataset.step) - steps.indexOf(name);
    entry.classList.toggle("done", name !== "message" && position < 0);
    if (position === 0) entry.setAttribute("aria-current", "step");
    else entry.removeAttribute("aria-current");
  }
  if (name === "arrange") designer.stage.fit();
  $("back-to-design").hidden = !(designer.templates && designer.worthKeeping());
  if (!arrived) return;
  if (name !== "arrange") scrollTo(0, 0);
  $(name).querySelector("h2").focus({ preventScroll: true });
  if (name !== "message" && (history.state || {}).step !== name) history.pushState({ step: name }, "");
}

function say(title, text) {
  const box = $("message");
  box.querySelector("h2").textContent = title;
  box.querySelector("p").textContent = text;
  show("message");
}

function said(error) {
  const lettering = (error.fields || []).some(({ field }) => field.startsWith("order_data.text"));
  if (lettering) return words.text_refused;
  return words[error.code] || words.designer[error.code] || (error.code ? `${words.trouble} (${error.code})` : words.away);
}

function trouble(error) {
  if (error && error.code === "SESSION_EXPIRED") return say(words.ended, words.ended_lead);
  $("trouble").textContent = error ? said(error) : words.trouble;
  $("trouble").hidden = false;
  return $("trouble").scrollIntoView({ block: "nearest" });
}

// One thing at a time; what goes wrong is said and leaves the page usable.
let underWay = false;
async function work(telling, doing) {
  if (underWay) return;
  underWay = true;
  $("trouble").hidden = true;
  $("busy").textContent = telling;
  $("busy").hidden = false;
  refreshed();
  try {
    await doing();
  } catch (error) {
    trouble(error);
  } finally {
    underWay = false;
    $("busy").hidden = true;
    refreshed();
  }
}

function refreshed() {
  for (const id of ["pay", "change", "other"]) $(id).disabled = underWay;
  const ready = designer.templates && designer.now.model;
  $("show").disabled = underWay || !ready || !designer.complete();
  if (ready) $("price").textContent = money(designer.template().prices.kiosk, language);
}

function kept(state) {
  $("kept").textContent = words.designer[`kept_${state}`] || "";
  $("kept").dataset.state = state;
  $("notice").hidden = state !== "elsewhere";
  if (state !== "elsewhere") return;
  $("notice").replaceChildren(make("p", {}, words.designer.elsewhere_lead), make("div", { class: "row" },
    button(words.designer.take_theirs, async () => begin(await keeper.takeTheirs()), { class: "button" }),
    button(words.designer.keep_ours, () => keeper.keepOurs().catch(trouble), { class: "button" })));
}

async function look() {
  now = await visit.look();
  const end = new Date(now.expires_at);
  $("until").textContent = ` · ${words.until} ${end.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })}`;
  $("pay").textContent = words.pay.replace("{price}", now.price_text);
  $("page").href = page();
  return now;
}

function list(models) {
  const groups = new Map();
  for (const model of models) {
    if (!groups.has(model.brand)) {
      const group = document.createElement("optgroup");
      group.label = model.brand;
      groups.set(model.brand, group);
    }
    groups.get(model.brand).append(new Option(model.name, model.id));
  }
  $("model").replaceChildren(...groups.values());
}

// A photograph is taken once the terms are accepted, wherever on the page it is chosen.
async function accepted() {
  if (!$("terms").checked) {
    show("choose");
    $("trouble").textContent = words.terms_first;
    $("trouble").hidden = false;
    $("terms").focus();
    return false;
  }
  if (now.accepted_version !== now.terms_version) {
    await visit.accept(now.terms_version, language);
    now.accepted_version = now.terms_version;
  }
  return true;
}

async function take(file) {
  if (!$("terms").checked) return accepted();
  chooseModel();
  show("arrange");
  return designer.panels.get("photo").take(file, 0);
}

function chooseModel() {
  if (designer.now.model !== $("model").value) designer.design.set({ model: $("model").value });
}

// The design as a summary says it.
function orderData() {
  const design = designer.now;
  const pictures = design.pictures.slice(0, designer.template().image_count);
  const data = {
    model: design.model, template: design.template, images: pictures.map((one) => designer.shelf.picture(one.id).image),
    views: pictures.map((one) => one.view), colors: { background: design.background, text: design.text_colour },
    stickers: design.stickers, text: design.text.trim(), font: design.font, text_place: design.text_place,
  };
  if (design.text_spot) data.text_spot = design.text_spot;
  if (design.backdrop) data.backdrop = design.backdrop;
  return data;
}

async function summarise() {
  await work(words.drawing, async () => {
    const price = designer.template().prices.kiosk;
    await visit.summarise({ order_data: orderData(), payment_amount: price.amount_minor / 100, currency: price.currency });
    await look();
    await proof();
  });
}

async function proof() {
  $("picture").src = here("", now.proof_url, "image");
  await $("picture").decode().catch(() => {});
  show("proof");
}

async function pay() {
  await work(words.starting, async () => {
    await visit.pay();
    show("paying");
  });
}

function heard(status, payment) {
  if (status === "payment_completed") {
    keeper.forget();
    location.replace(page());
  } else if (status === "expired" || status === "cancelled") say(words.ended, words.ended_lead);
  else if (step === "paying" && (payment === "failed" || payment === "error")) declined();
}

// The machine takes another card at once; here the customer may also change the design first.
async function declined() {
  await proof();
  $("trouble").textContent = words.declined;
  $("trouble").hidden = false;
}

async function begin(told) {
  const model = now.models.find((one) => one.id === (told.model || $("model").value)) || now.models[0];
  $("model").value = model.id;
  const fields = ["template", "text", "font", "text_colour", "text_place", "background", "stickers", "text_spot", "backdrop"];
  const known = Object.fromEntries(fields.filter((name) => told[name] !== undefined).map((name) => [name, told[name]]));
  await designer.begin({ ...known, text: told.text || "", pictures: designer.taken(told.pictures), model: model.id });
}

// A page that was left is found as it was: the design of this device, else of the server, else the bare photographs.
async function resume() {
  list(now.models);
  $("terms").checked = now.accepted_version === now.terms_version;
  if (!keeper.kept.id) {
    const { designs } = await call("GET", keeper.all).catch(() => ({ designs: [] }));
    if (designs.length) keeper.note({ id: designs[0].design_id, version: designs[0].version });
  }
  const { design, dirty } = keeper.kept;
  const server = await keeper.read();
  if (server) designer.taken(server.pictures);
  const pictures = now.pictures.slice(-1).map((one) => ({ image: one.image, url: one.url, view: { zoom: 1, shift_x: 0, shift_y: 0, turn: 0 } }));
  const found = dirty && design ? design : server || design || { pictures };
  // What the visit holds is told with fresh links.
  for (const one of now.pictures) designer.shelf.fromServer({ ...one, fresh: true });
  await begin(found);
  if (dirty) designer.keep();
  else if (server) { kept("saved"); designer.saved(server); }
  if (!now.pictures.length) show("choose");
  else if (now.proof_url && now.status === "payment_pending") await proof();
  else show("arrange");
}

async function known() {
  try {
    return (await look()).is_the_phone;
  } catch (error) {
    if (error.status !== 401 && error.status !== 403) throw error;
    return false;
  }
}

// Designs of other visits stay on their phones no longer than they are of use.
function forgetOthers() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PLACE) && name !== PLACE + key) localStorage.removeItem(name);
  } catch {
    return;
  }
}

async function arrive() {
  forgetOthers();
  if (!await known()) {
    const registered = await visit.register();
    if (!registered.client_token) return say(words.taken, words.taken_lead);
    await look();
  }
  heard(now.status);
  if (!["active", "designing", "payment_pending"].includes(now.status)) return undefined;
  if (!now.models.length) return say(words.OUT_OF_STOCK, words.empty_lead);
  await resume();
  return visit.follow(heard);
}

$("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) take(file);
  event.target.value = "";
});
$("file").addEventListener("click", (event) => {
  if (!$("terms").checked) {
    event.preventDefault();
    accepted();
  }
});
$("terms").addEventListener("change", () => { $("trouble").hidden = true; });
$("model").addEventListener("change", () => { if (designer.templates) chooseModel(); });
$("show").addEventListener("click", summarise);
$("other").addEventListener("click", () => show("choose"));
$("change").addEventListener("click", () => show("arrange"));
$("pay").addEventListener("click", pay);
$("back-to-design").addEventListener("click", () => show("arrange"));
addEventListener("popstate", (event) => {
  const to = (event.state || {}).step;
  if (["choose", "arrange", "proof"].includes(to) && steps.includes(step) && step !== "paying") show(to);
});

work(words.loading, arrive);
