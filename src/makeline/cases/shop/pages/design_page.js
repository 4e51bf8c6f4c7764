// The webstore's designer: a guest's design, its price, its delivery and the way to pay for it.
import { Refused, call, here, send } from "./calls.js";
import { Designer } from "./designer.js";
import { $, button, fill, make, money } from "./dom.js";
import { Keeper } from "./keeper.js";
import { Purchase } from "./purchase.js";
import { Restyling } from "./restyling.js";

const ROOT = "../";
const STEPS = ["design", "delivery", "pay"];
const NEVER_MADE = ["failed", "cancelled", "refunded", "ended"];
const words = JSON.parse($("words").textContent);
const told = words.designer;
const language = document.documentElement.lang;
const wanted = new URL(location.href).searchParams;

let step = "";
let underWay = false;

const keeper = new Keeper(`${ROOT}v1/designs`, "makeline design", {
  body: () => designer.body(),
  told: (answer) => designer.saved(answer),
  changed: (state) => kept(state),
});

const designer = new Designer({
  root: ROOT, language, words: told, keeper,
  list: async (name) => (await call("GET", `${ROOT}v1/shop/${name}`)).items,
  upload: (file, progress) => send(`${ROOT}designs/images`, file, { headers: keeper.headers, progress }),
  mayTake: async () => true,
  price: (template) => template.prices.web,
  styles: new Restyling({
    at: () => `${keeper.at}/styles`, headers: () => keeper.headers, before: () => keeper.flush(),
  }),
  said, trouble, refreshed,
});

const purchase = new Purchase(ROOT, { designer, keeper, words, language, trouble });

function said(error) {
  const printed = error.body && error.body.findings && error.body.findings.length;
  if (printed) return told.DESIGN_NOT_PRINTABLE;
  return words[error.code] || told[error.code] || (error instanceof Refused || error.code ? `${told.trouble} (${error.code || error.status})` : told.away);
}

function trouble(error) {
  $("trouble").textContent = said(error);
  $("trouble").hidden = false;
  $("trouble").scrollIntoView({ block: "nearest" });
}

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
    if (error.body && error.body.findings) designer.verdict = { verdict: "fail", design_hash: error.code, findings: error.body.findings };
    designer.refresh();
    trouble(error);
  } finally {
    underWay = false;
    $("busy").hidden = true;
    refreshed();
  }
}

function kept(state) {
  $("kept").textContent = told[`kept_${state}`] || "";
  $("kept").dataset.state = state;
  if (state === "elsewhere") {
    notice(told.elsewhere_lead, [
      button(told.take_theirs, async () => { notice(); resume(await keeper.takeTheirs()); }, { class: "button" }),
      button(told.keep_ours, () => { notice(); keeper.keepOurs().catch(trouble); }, { class: "button" })]);
  }
  const address = new URL(location.href);
  if (keeper.kept.id && address.searchParams.get("design") !== keeper.kept.id) {
    address.searchParams.set("design", keeper.kept.id);
    history.replaceState(history.state, "", address);
  }
}

function notice(text, actions = []) {
  $("notice").hidden = !text;
  if (text) $("notice").replaceChildren(make("p", {}, text), make("div", { class: "row" }, ...actions));
}

// The foot: price and the way on, always of the step that is shown.
function refreshed() {
  const ready = designer.templates && designer.now.model;
  $("onward").hidden = !ready;
  if (!ready) return;
  const total = step !== "design" && purchase.offer ? purchase.offer.due : null;
  $("price").textContent = money(total || designer.template().prices.web, language);
  $("price-lead").textContent = total ? words.price_total : words.price_case;
  $("back").hidden = step === "design";
  $("next").disabled = underWay || (step === "design" && !designer.complete());
  $("next").textContent = step === "pay" ? fill(words.pay, { price: money(total, language) }) : words.next;
}

function show(name, push = true) {
  const arrived = step !== name;
  step = name;
  $("designer").hidden = name !== "design";
  for (const id of ["delivery", "pay"]) $(id).hidden = id !== name;
  for (const entry of document.querySelectorAll("[data-step]")) {
    const position = STEPS.indexOf(entry.dataset.step) - STEPS.indexOf(name);
    entry.classList.toggle("done", position < 0);
    if (position === 0) entry.setAttribute("aria-current", "step");
    else entry.removeAttribute("aria-current");
  }
  if (push && arrived) history.pushState({ step: name }, "", `#${name}`);
  if (name !== "design" && keeper.state !== "elsewhere") notice();
  refreshed();
  if (name === "design") designer.stage.fit();
  else if (arrived) {
    scrollTo(0, 0);
    $(name).querySelector("h2").focus();
  }
}

async function onward() {
  if (step === "design") {
    await work(words.drawing, async () => {
      const approved = await keeper.approve();
      const proof = here(ROOT, approved.approved.proof_url, "image");
      for (const id of ["proof", "proof-again"]) $(id).src = proof;
      await purchase.begin(approved.approved.design_hash);
      show("delivery");
    });
  } else if (step === "delivery") {
    await work(words.pricing, async () => { if (await purchase.ask()) show("pay"); });
  } else {
    await work(words.ordering, async () => {
      const where = await purchase.buy();
      if (where) location.assign(where);
    });
  }
}

function resume(design) {
  if (!design) return;
  designer.begin({ ...design, pictures: designer.taken(design.pictures) }).catch(trouble);
}

async function arrive() {
  await designer.lists_first();
  const models = await designer.list("models");
  const ordered = await purchase.pending();
  // What is paid for is a matter of its own page; what came to nothing may be ordered again.
  if (ordered && NEVER_MADE.includes(ordered.phase)) keeper.note({ purchase: null });
  else if (ordered && ordered.phase !== "unpaid") keeper.forget();
  const local = keeper.kept.design;
  const dirty = keeper.kept.dirty;
  const server = await keeper.read().catch((error) => { if (error instanceof Refused) throw error; return null; });
  // The server's links are fresh; what was not acknowledged is newer than what it holds.
  if (server) designer.taken(server.pictures);
  const begun = dirty && local ? local : server || local || {};
  const model = models.find((one) => one.id === (wanted.get("model") || begun.model) && one.is_available);
  if (!model) return location.replace(`${ROOT}shop?lang=${language}`);
  $("designer").hidden = false;
  const pictures = designer.taken(begun.pictures);
  const { text_spot = null, backdrop = null } = begun;
  const known = Object.fromEntries(["template", "text", "font", "text_colour", "text_place", "background", "stickers"]
    .filter((name) => begun[name] !== undefined).map((name) => [name, begun[name]]));
  await designer.begin({ ...known, text_spot, backdrop, text: begun.text || "", pictures, model: model.id });
  $("phone").textContent = fill(words.for_phone, { phone: model.name.startsWith(model.brand) ? model.name : `${model.brand} ${model.name}` });
  $("phone").hidden = false;
  show("design", false);
  history.replaceState({ step: "design" }, "", location.href.replace(/#.*$/, ""));
  if (dirty || (server && server.model !== model.id)) designer.keep();
  else if (server) { kept("saved"); designer.saved(server); }
  if (ordered && ordered.phase === "unpaid") tellOrder(ordered);
  else if (server || local) {
    notice(words.resumed, [button(words.anew, () => anew(model), { class: "button" }), button(words.erase, () => erase(model), { class: "button" })]);
  }
  return undefined;
}

function anew(model) {
  keeper.forget();
  location.replace(`?model=${encodeURIComponent(model.id)}&lang=${language}`);
}

// With its pictures, on the server as on this device.
async function erase(model) {
  if (!confirm(words.erase_sure)) return;
  await work(words.pricing, async () => {
    if (keeper.kept.id) await call("DELETE", keeper.at, { headers: keeper.headers });
    anew(model);
  });
}

// An order that waits for its money: it is paid on its own page, so that nobody pays twice.
function tellOrder(ordered) {
  notice(fill(words.unpaid_order, { number: ordered.order_number }),
    [make("a", { class: "button primary", href: purchase.page() }, words.to_order)]);
}

$("next").addEventListener("click", onward);
$("back").addEventListener("click", () => history.back());
$("form").addEventListener("submit", (event) => { event.preventDefault(); onward(); });
addEventListener("popstate", (event) => {
  const to = (event.state && event.state.step) || "design";
  if (to !== "design" && !purchase.hash) return show("design", false);
  if (to === "pay" && !purchase.offer) return show("delivery", false);
  return show(to, false);
});
// Back from the payment page, which browsers show as it was left.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

work(told.loading, arrive);
