// The phone at the machine: choose, hand in a photograph, see the case, pay.
import { Crop } from "./crop.js";
import { Visit } from "./visit.js";

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words").textContent);
const key = document.querySelector("main").dataset.session;
const language = document.documentElement.lang;
const steps = ["choose", "arrange", "proof", "paying"];
const visit = new Visit(key);
const crop = new Crop($("crop"), (view) => { $("zoom").value = view.zoom; });

let now = null;
let photo = null;
let step = "";

// Addresses in answers carry the public name of the server; the page stays with the name it was reached by.
const here = (address, part) => `${part}/${address.split(`/${part}/`)[1]}`;

const page = () => `${here(now.order_url, "o")}?lang=${language}`;

function show(name) {
  const arrived = step !== name;
  step = name;
  for (const id of [...steps, "message"]) $(id).hidden = id !== name;
  for (const entry of document.querySelectorAll("[data-step]")) {
    const position = steps.indexOf(entry.dataset.step) - steps.indexOf(name);
    entry.classList.toggle("done", name !== "message" && position < 0);
    if (position === 0) entry.setAttribute("aria-current", "step");
    else entry.removeAttribute("aria-current");
  }
  if (name === "arrange") frame();
  if (arrived) $(name).querySelector("h2").focus();
}

function say(title, text) {
  const box = $("message");
  box.querySelector("h2").textContent = title;
  box.querySelector("p").textContent = text;
  show("message");
}

function trouble(error) {
  let said = words.trouble;
  if (error) {
    const lettering = (error.fields || []).some((field) => field.startsWith("order_data.text"));
    if (error.code === "SESSION_EXPIRED") return say(words.ended, words.ended_lead);
    if (lettering) said = words.text_refused;
    else said = words[error.code] || (error.code ? `${words.trouble} (${error.code})` : words.away);
  }
  $("trouble").textContent = said;
  $("trouble").hidden = false;
  $("trouble").scrollIntoView({ block: "nearest" });
}

// One thing at a time; what goes wrong is said and leaves the page usable.
let underWay = false;
async function work(telling, doing) {
  if (underWay) return;
  underWay = true;
  $("trouble").hidden = true;
  $("busy").textContent = telling;
  $("busy").hidden = false;
  for (const button of document.querySelectorAll("button")) button.disabled = true;
  try {
    await doing();
  } catch (error) {
    trouble(error);
  } finally {
    underWay = false;
    $("busy").hidden = true;
    for (const button of document.querySelectorAll("button")) button.disabled = false;
  }
}

async function look() {
  now = await visit.look();
  const end = new Date(now.expires_at);
  $("until").textContent = ` · ${words.until} ${end.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })}`;
  $("pay").textContent = words.pay.replace("{price}", now.price_text);
  $("page").href = page();
  return now;
}

function chosen() {
  return now.models.find((model) => model.id === $("model").value) || now.models[0];
}

function frame() {
  const model = chosen();
  if (model) crop.frame(model.width_px, model.height_px);
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

function load(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new TypeError("the picture cannot be shown"));
    image.src = address;
  });
}

async function take(file) {
  if (!$("terms").checked) {
    $("trouble").textContent = words.terms_first;
    $("trouble").hidden = false;
    return $("terms").focus();
  }
  await work(words.sending, async () => {
    if (now.accepted_version !== now.terms_version) await visit.accept(now.terms_version, language);
    $("sent").hidden = false;
    try {
      const stored = await visit.send(file, (part) => { $("sent").value = part * 100; });
      photo = stored.image;
      crop.show(await load(here(stored.url, "image")), {});
      await look();
    } finally {
      $("sent").hidden = true;
    }
    show("arrange");
  });
}

function colour() {
  return document.querySelector("[name=colour]:checked").value;
}

async function summarise() {
  await work(words.drawing, async () => {
    await visit.summarise({
      order_data: {
        model: chosen().id,
        template: now.template,
        images: [photo],
        text: $("text").value.trim(),
        colors: { background: "#FFFFFF", text: colour() },
        views: [crop.view],
      },
      payment_amount: now.price,
      currency: now.currency,
    });
    await look();
    await proof();
  });
}

async function proof() {
  $("picture").src = here(now.proof_url, "image");
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
  if (status === "payment_completed") location.replace(page());
  else if (status === "expired" || status === "cancelled") say(words.ended, words.ended_lead);
  else if (step === "paying" && (payment === "failed" || payment === "error")) declined();
}

// The machine takes another card at once; here the customer may also change the design first.
async function declined() {
  await proof();
  $("trouble").textContent = words.declined;
  $("trouble").hidden = false;
}

// A page that was left is found as it was: photograph, text and proof.
async function resume() {
  list(now.models);
  $("terms").checked = now.accepted_version === now.terms_version;
  const last = now.pictures.at(-1);
  const data = now.order_data || {};
  if (data.model && now.models.some((model) => model.id === data.model)) $("model").value = data.model;
  if (typeof data.text === "string") $("text").value = data.text;
  if (!last) return show("choose");
  const kept = now.pictures.find((picture) => (data.images || []).includes(picture.image)) || last;
  photo = kept.image;
  crop.show(await load(here(kept.url, "image")), (data.views || [])[0]);
  if (now.proof_url) await proof();
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

async function arrive() {
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
    $("trouble").textContent = words.terms_first;
    $("trouble").hidden = false;
    $("terms").focus();
  }
});
$("terms").addEventListener("change", () => { $("trouble").hidden = true; });
$("zoom").addEventListener("input", (event) => crop.zoomTo(Number(event.target.value)));
$("turn").addEventListener("click", () => crop.turn());
$("show").addEventListener("click", summarise);
$("other").addEventListener("click", () => show("choose"));
$("change").addEventListener("click", () => show("arrange"));
$("pay").addEventListener("click", pay);
addEventListener("resize", () => { if (step === "arrange") frame(); });

work(words.loading, arrive);
