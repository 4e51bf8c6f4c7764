// The parts a visitor brings: each goes up, is looked at, configured and priced, and goes into the basket. Prices are the server's alone.
import { ask, picture, Refused, shout, told } from "./asking.js";
import { choose, chosen, learnOffer, wish } from "./parts_configure.js";
import { bring, claim, confirmed, correct, look, measured } from "./parts_files.js";
import { advise } from "./parts_findings.js";
import { price } from "./parts_price.js";
import { ready, token, who } from "./parts_session.js";
import { all, change, choose as choosePart, chosen as chosenPart, find, follow, newKey, put, remove } from "./parts_shelf.js";
import { facts, stage, viewer } from "./parts_stage.js";
import { tiles } from "./parts_tiles.js";
import { $, number, make, page, say } from "./parts_words.js";

const main = document.querySelector("main");
const AT_ONCE = 2;
// What is under way in this tab: the file itself, how far it is, what went wrong.
const running = new Map();
const waiting = [];
let shown = null;
let part = null;
let pausing = 0;
const offered = ready.then(() => learnOffer(changed));

const brief = ({ id, original_filename: name, file_token: own, is_demo: demo }) => ({ id, original_filename: name, ...(own ? { file_token: own } : {}), ...(demo ? { is_demo: true } : {}) });
const latest = () => all().filter((one) => one.choice).pop()?.choice || {};
const draw = () => tiles($("shelf-parts"), all(), { running, shown, pick: (key) => show(key), drop, again: (key) => start(key) });

function note(key, changes) {
  running.set(key, { ...running.get(key), ...changes });
  draw();
}

function take(files) {
  const room = 50 - all().length;
  if (files.length > room) shout(say("too_many"));
  for (const file of [...files].slice(0, Math.max(0, room))) {
    const { key } = put({ key: newKey(), name: file.name, owner: token() ? who() : null, choice: latest(), basket: false });
    running.set(key, { file, share: 0 });
    start(key);
  }
}

function start(key) {
  note(key, { trouble: null, share: 0, stage: null });
  waiting.push(key);
  next();
}

function next() {
  const going = [...running.values()].filter((one) => one.going).length;
  if (going < AT_ONCE && waiting.length) run(waiting.shift()).finally(next);
}

async function run(key) {
  const now = find(key);
  const { file } = running.get(key) || {};
  if (!now) return;
  note(key, { going: true });
  try {
    const steps = { upload: now.upload, keepUpload: (upload) => change(key, { upload }), progress: (share) => note(key, { share }), stage: (progress) => note(key, { share: 1, stage: progress?.stage }) };
    const come = file ? await bring(file, steps) : await measured(await confirmed(now.upload), steps.stage);
    running.delete(key);
    change(key, { file: brief(come), upload: null });
    if (!shown || !find(shown)?.file) await show(key, come);
  } catch (error) {
    // What was refused would be refused again; what the network lost goes on where it stopped.
    note(key, { going: false, trouble: told(error), final: error instanceof Refused && error.status !== 503 });
    if (error instanceof Refused && error.status === 404) change(key, { upload: null });
  }
  draw();
}

async function drop(key) {
  running.delete(key);
  remove(key);
  if (key !== shown) return;
  const left = all().find((one) => one.file);
  if (left) await show(left.key);
  else empty();
}

function empty() {
  shown = part = null;
  main.classList.add("empty");
  draw();
}

async function show(key, come) {
  const kept = find(key);
  if (!kept?.file) return;
  shown = key;
  choosePart(key);
  draw();
  try {
    const file = come || await look(kept.file);
    await offered;
    if (shown !== key) return;
    part = file;
  } catch (error) {
    if (error instanceof Refused && [401, 404].includes(error.status)) return void await drop(key).then(() => shout(say("gone", { name: kept.name })));
    return shout(error);
  }
  main.classList.remove("empty");
  choose(kept.choice || {});
  facts(part, (unit) => recut(key, unit));
  basket();
  ask_price();
  if (await stage(part)) advise(advice, { part, view: viewer(), take: pick });
}

async function recut(key, unit) {
  try {
    await show(key, { ...(await correct(part, unit)), ...(part.file_token ? { file_token: part.file_token } : {}) });
  } catch (error) {
    shout(error);
  }
}

let advice = null;

function ask_price() {
  const key = shown;
  change(key, { choice: chosen() });
  advice = null;
  price(wish(chosen(), part), {
    heard: (told) => { change(key, { told }); basket(); },
    advised: (found) => { advice = found; advise(found, { part, view: document.querySelector(".view.ready") ? viewer() : null, take: pick }); },
    pick,
  });
}

function changed() {
  clearTimeout(pausing);
  pausing = setTimeout(ask_price, 180);
}

function pick(changes) {
  choose(changes);
  ask_price();
}

function basket() {
  const kept = find(shown);
  $("in-basket").hidden = !kept.basket;
  $("to-basket").textContent = say(kept.basket ? "out_of_basket" : kept.told?.review ? "to_basket_review" : "to_basket");
  $("to-basket").classList.toggle("primary", !kept.basket);
  $("to-basket").disabled = !kept.told || (kept.told.each === undefined && !kept.told.review);
  $("review").hidden = !kept.told?.review;
}

function offers(place, files, act) {
  place.hidden = !files.length;
  place.querySelector("ul").replaceChildren(...files.map((file) => {
    const image = make("img", { alt: "", width: 160, height: 160, loading: "lazy" });
    picture(image, file);
    return make("li", {}, make("button", { type: "button", onclick: () => act(file) }, image, file.original_filename));
  }));
}

function open(file) {
  const there = all().find((one) => one.file?.id === file.id);
  const { key } = there || put({ key: newKey(), name: file.original_filename, file: brief(file), owner: file.is_demo ? null : who(), choice: latest(), basket: false });
  scrollTo({ top: 0 });
  return show(key, file);
}

function twin() {
  const { key } = put({ ...find(shown), key: newKey(), basket: false });
  show(key, part);
}

async function call(event) {
  event.preventDefault();
  const product = part ? `${part.original_filename}, ${$("service").selectedOptions[0].text}, ${number(Number($("quantity").value), 0)}` : "";
  try {
    await ask("v1/call-requests", { name: $("call-who").value, phone: $("call-phone").value, product: product.slice(0, 200), agreement: $("call-agreed").checked });
    $("call-form").hidden = true;
    $("called").textContent = say("called");
  } catch (error) {
    $("called").textContent = told(error);
  }
  $("called").hidden = false;
}

function listen() {
  const chosenFiles = () => { take([...$("file").files]); $("file").value = ""; };
  $("file").addEventListener("change", chosenFiles);
  $("add").addEventListener("click", () => $("file").click());
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      main.classList.toggle("over", over);
      if (name === "drop" && event.dataTransfer.files.length) take(event.dataTransfer.files);
    });
  }
  $("to-basket").addEventListener("click", () => { change(shown, { basket: !find(shown).basket }); basket(); });
  $("twin").addEventListener("click", twin);
  $("call-form").addEventListener("submit", call);
  $("go-basket").href = page("parts/basket");
  follow(draw);
}

async function arrive() {
  await ready;
  // Files that this tab no longer has cannot be sent any further; those that were sent are taken in.
  remove(all().filter((one) => !one.file && !one.upload?.sent).map((one) => one.key));
  listen();
  await offered;
  // Somebody was quicker than this script.
  if ($("file").files.length) $("file").dispatchEvent(new Event("change"));
  if (token()) await claim();
  for (const one of all().filter((left) => !left.file)) start(one.key);
  const last = find(chosenPart()) || all().find((one) => one.file);
  if (last) await show(last.key);
  ask("files/demo").then((files) => offers($("demo"), files, open)).catch(() => null);
  if (token()) ask("files?limit=24").then((files) => offers($("mine"), files.filter((file) => file.state === "ready"), open)).catch(() => null);
}

arrive().catch(shout);
