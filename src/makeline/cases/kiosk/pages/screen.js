// A machine's own screen, open for days: invites, shows the code, follows the customer, tells what happens with the money.
import { follow } from "./news.js";

const main = document.querySelector("main");
const { machine, terminal } = main.dataset;
const WORDS = JSON.parse(document.getElementById("words").textContent);
const USUAL = main.dataset.language;
const KEY = `makeline.screen.${machine}`;
const VISIT = `makeline.visit.${machine}`;
// Seconds: a code nobody scans, a customer who does not answer, a message, a case to be taken, a screen nobody touched.
const [UNSCANNED, ANSWER, MESSAGE, DONE, FRESH] = [90, 20, 12, 45, 86400];
// Seconds: a language somebody chose and left, and until a screen that was turned away tries again.
const [LEFT, AGAIN] = [60, 60];
const SHUT = ["paused", "offline", "out_of_stock", "stopped"];
const at = (id) => document.getElementById(id);

let language = USUAL;
let condition = "unknown";
let session = null;
let leave = () => {};
let until = 0;
let timer = 0;
const opened = performance.now();

const say = (word, values = {}) => WORDS[language][word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const headers = () => (localStorage.getItem(KEY) ? { Authorization: `Bearer ${localStorage.getItem(KEY)}` } : {});

function speak(wish) {
  language = wish;
  document.documentElement.lang = wish;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = say(place.dataset.word);
  for (const button of at("languages").children) button.setAttribute("aria-pressed", button.lang === wish);
  at("qr").alt = say("scan_alt");
  for (const picture of document.querySelectorAll("[data-proof]")) picture.alt = say("proof_alt");
  if (session?.news) tell(session.news);
  else if (document.body.dataset.view === "closed") shut(0);
}

function show(view, seconds = 0) {
  const before = document.body.dataset.view;
  document.body.dataset.view = view;
  if (before !== view) at("news").textContent = document.querySelector(`[data-for="${view}"] h1`)?.textContent || "";
  clearTimeout(timer);
  if (seconds) timer = setTimeout(home, seconds * 1000);
}

function shut(seconds) {
  at("closed-reason").textContent = say(`closed_${condition}`);
  show("closed", seconds);
}

function invite(seconds) {
  if (SHUT.includes(condition)) shut(seconds);
  else show("idle", seconds);
}

// Back to the invitation; a paid case goes on being printed without the screen.
function home() {
  leave();
  at("still").close();
  at("start-trouble").hidden = true;
  session = null;
  sessionStorage.removeItem(VISIT);
  if (performance.now() - opened > FRESH * 1000) renew();
  if (language !== USUAL) speak(USUAL);
  invite();
}

// A page that cannot be had just now would leave the screen with the browser's own words.
let renewing = false;
async function renew() {
  if (renewing) return;
  renewing = true;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !session) location.reload();
  else renewing = false;
}

async function call(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`../${path}`, { method, cache: "no-store", headers: { ...headers(), "Content-Type": "application/json" }, ...sent });
}

async function begin() {
  const button = at("start");
  button.disabled = true;
  at("start-trouble").hidden = true;
  try {
    const answer = await call("POST", "api/vending/create-session", { machine_id: machine });
    if (answer.status === 401 || answer.status === 404) return turnedAway();
    const told = await answer.json();
    if (!answer.ok) throw told.code === "STORAGE_AWAY" || told.error_code === "STORAGE_AWAY" ? "start_stopped" : answer.status;
    const { created_at, expires_at } = told.session_info;
    enter(told.session_id, (Date.parse(expires_at) - Date.parse(created_at)) / 1000);
  } catch (status) {
    at("start-trouble").textContent = say(status === "start_stopped" ? status : [429, 409, 503].includes(status) ? "start_busy" : "start_failed");
    at("start-trouble").hidden = false;
  } finally {
    button.disabled = false;
  }
}

const codeOf = (key) => `../v1/sessions/${key}/code.svg`;

function enter(key, seconds) {
  session = { key, news: null, looked: "" };
  sessionStorage.setItem(VISIT, key);
  until = performance.now() + Math.min(seconds, UNSCANNED) * 1000;
  at("qr").src = codeOf(key);
  leave();
  const stop = follow(`../v1/sessions/${key}/events`, { heard: tell, refused: home, connected: connected("visit") });
  leave = () => { stop(); connected("visit")(true); leave = () => {}; };
}

function viewOf(news) {
  if (news.order_payment === "refunded") return "refunded";
  if (news.print) return { printed: "done", collected: "done", failed: "failed", waiting_for_staff: "failed", cancelled: "cancelled" }[news.print.status] || "printing";
  if (news.status === "payment_completed") return "printing";
  if (news.status === "expired" || news.status === "cancelled") return "ended";
  if (news.payment) return "pay";
  if (news.status === "payment_pending") return "checking";
  return news.progress === "started" ? "code" : "designing";
}

function tell(news) {
  if (!session || news.session_id !== session.key) return;
  session.news = news;
  if (news.over) leave();
  const view = viewOf(news);
  for (const place of document.querySelectorAll("[data-queue]")) place.textContent = news.print ? news.print.partner_queue_number || news.print.queue_number : "…";
  if (["refunded", "failed", "cancelled", "ended"].includes(view)) {
    at("trouble-title").textContent = say(view);
    at("trouble-lead").textContent = say(`${view}_lead`);
    document.querySelector("[data-order]").textContent = news.order_number || "";
    return show("trouble", view === "ended" ? MESSAGE : DONE);
  }
  if (view === "printing") {
    const step = news.print ? news.print.status : "queued";
    at("print-news").textContent = say(`print_${step}`);
    at("print-progress").value = news.print ? news.print.progress : 0;
  }
  if (view === "pay") {
    // Another card may be held to the terminal at once.
    const declined = ["failed", "error"].includes(news.payment);
    at("declined").textContent = declined ? say("declined") : "";
    at("declined").hidden = at("give-up").hidden = !declined;
  }
  if (view === "checking" || view === "pay") look();
  show(view, view === "done" ? DONE : 0);
}

// Price and proof are read once for each design.
async function look() {
  const seen = session;
  // When the line is away, the news that come with its return ask again.
  const answer = await call("GET", `v1/sessions/${seen.key}/visit`).catch(() => null);
  if (!answer?.ok || session !== seen) return;
  const visit = await answer.json();
  const price = new Intl.NumberFormat(language, { style: "currency", currency: visit.currency }).format(visit.price);
  for (const place of document.querySelectorAll("[data-price]")) place.textContent = price;
  if (visit.proof_url && visit.proof_url.split("?")[0] !== seen.looked) {
    seen.looked = visit.proof_url.split("?")[0];
    const path = new URL(visit.proof_url).pathname + new URL(visit.proof_url).search;
    for (const picture of document.querySelectorAll("[data-proof]")) picture.src = `..${path}`;
  }
}

async function cancel() {
  const gone = session;
  home();
  if (gone) await call("DELETE", `api/vending/session/${gone.key}`).catch(() => {});
}

// Counts down only while nobody has scanned: whoever designs has the whole visit.
function tick() {
  const view = document.body.dataset.view;
  if (view !== "code") return at("still").close();
  const left = Math.max(0, Math.round((until - performance.now()) / 1000));
  at("left").textContent = at("still-left").textContent = say("left", { time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` });
  if (left <= ANSWER && !at("still").open) at("still").showModal();
  if (left === 0) cancel();
}

function hear(news) {
  condition = news.condition;
  const busy = news.prints.filter((print) => print.status === "printing" || print.status === "sent");
  at("strip").hidden = busy.length === 0;
  at("prints").replaceChildren(...busy.slice(0, 6).map((print) => Object.assign(document.createElement("li"), { textContent: print.partner_queue_number || print.queue_number })));
  if (session) return;
  if (language === USUAL) home();
  else invite(LEFT);
}

const away = new Set();
const connected = (line) => (there) => {
  if (there) away.delete(line);
  else away.add(line);
  at("away").textContent = away.size ? say("away") : "";
};

let deaf = () => {};
function watch() {
  deaf();
  deaf = follow(`../v1/machines/${machine}/events`, { headers: headers(), heard: hear, refused: turnedAway, connected: connected("machine") });
}

// What turns a screen away may be something in between that is mended without anybody standing here.
function turnedAway() {
  if (!session) show("setup");
  setTimeout(watch, AGAIN * 1000);
}

async function enrol(event) {
  event.preventDefault();
  const trouble = at("setup-trouble");
  const answer = await call("POST", "v1/machines/enrol", { code: at("enrol-code").value }).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  trouble.hidden = Boolean(told && told.machine_id === machine);
  if (!told) trouble.textContent = say("setup_wrong");
  else if (told.machine_id !== machine) trouble.textContent = say("setup_other", { machine: told.machine_id });
  else {
    localStorage.setItem(KEY, told.api_key);
    watch();
  }
}

// The browser lets go of the wish whenever the page was out of sight.
function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}

// Nobody stands there any more when a minute has passed without a visit.
function choose(wish) {
  speak(wish);
  if (["idle", "closed"].includes(document.body.dataset.view)) invite(LEFT);
}

for (const button of at("languages").children) button.addEventListener("click", () => choose(button.lang));
at("qr").addEventListener("error", () => setTimeout(() => { if (session) at("qr").src = codeOf(session.key); }, 2000));
for (const button of document.querySelectorAll("[data-act]")) button.addEventListener("click", button.dataset.act === "leave" ? cancel : home);
for (const button of document.querySelectorAll("[data-terminal-act]")) {
  button.addEventListener("click", () => call("POST", `v1/sessions/${session.key}/terminal`, { action: button.dataset.terminalAct }).catch(() => {}));
}
at("terminal").hidden = terminal !== "simulated";
at("start").addEventListener("click", begin);
at("enrol").addEventListener("submit", enrol);
at("still-yes").addEventListener("click", () => { until = performance.now() + UNSCANNED * 1000; at("still").close(); });
setInterval(tick, 500);
speak(USUAL);
watch();
if (sessionStorage.getItem(VISIT)) enter(sessionStorage.getItem(VISIT), UNSCANNED);
stayAwake();
document.addEventListener("visibilitychange", stayAwake);
