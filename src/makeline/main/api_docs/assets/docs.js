// The pages of the documentation: search, copying, deep links, and calls that may be tried.
import { startCalculators } from "./docs-signing.js";

const words = JSON.parse(document.getElementById("words").textContent);
const entries = [...document.querySelectorAll(".call")];

function openTarget() {
  const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = found && found.querySelector("details");
  if (details && found.classList.contains("call")) {
    details.open = true;
    found.scrollIntoView();
  }
}

function search(text) {
  const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    const fits = wanted.every((word) => entry.dataset.words.includes(word));
    entry.hidden = !fits;
    shown += fits;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = ![...group.querySelectorAll(".call")].some((entry) => !entry.hidden);
  }
  for (const link of document.querySelectorAll(".toc ul a")) {
    link.parentElement.hidden = document.getElementById(link.hash.slice(1))?.hidden ?? false;
  }
  const told = shown ? words.found.replace("{count}", shown).replace("{all}", entries.length) : words.nothing_found;
  document.getElementById("found").textContent = wanted.length ? told : "";
}

async function copy(button) {
  const code = button.parentElement.querySelector("code").textContent;
  await navigator.clipboard.writeText(code);
  button.textContent = words.copied;
  setTimeout(() => { button.textContent = words.copy; }, 1500);
}

function field(name, value, { long = false, needed = false } = {}) {
  const label = document.createElement("label");
  const input = document.createElement(long ? "textarea" : "input");
  input.name = name;
  input.value = value;
  input.spellcheck = false;
  input.required = needed;
  if (long) input.rows = Math.min(14, value.split("\n").length + 1);
  label.append(long ? words.body : name, input);
  return { label, input };
}

function button(kind, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function openTrial(opener) {
  const call = JSON.parse(opener.dataset.call);
  const trial = document.createElement("div");
  trial.className = "trial";
  const steps = [...call.path.matchAll(/\{([a-z_]+)\}/g)].map((found) => found[1]);
  const path = steps.map((name) => field(name, call.values[name] ?? "", { needed: true }));
  const query = Object.entries(call.query).map(([name, value]) => field(name, value));
  const body = call.body === null ? null : field("body", JSON.stringify(call.body, null, 2), { long: true });
  const answer = document.createElement("div");
  answer.setAttribute("role", "status");
  const row = document.createElement("div");
  row.className = "row";
  row.append(
    button("send", words.send, () => send(call, { path, query, body, answer })),
    button("shut", words.close, () => { trial.remove(); opener.hidden = false; opener.focus(); }),
  );
  trial.append(...[...path, ...query, ...(body ? [body] : [])].map((one) => one.label), row, answer);
  opener.hidden = true;
  opener.after(trial);
  (path[0] ?? query[0] ?? body)?.input.focus();
}

async function send(call, { path, query, body, answer }) {
  const missing = path.find((one) => !one.input.value);
  if (missing) {
    missing.input.focus();
    return;
  }
  let where = call.path;
  for (const one of path) where = where.replace(`{${one.input.name}}`, encodeURIComponent(one.input.value));
  const asked = new URLSearchParams(query.filter((one) => one.input.value).map((one) => [one.input.name, one.input.value]));
  if (asked.size) where += `?${asked}`;
  const headers = {};
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  answer.textContent = words.sending;
  const begun = performance.now();
  try {
    const told = await fetch(where, { method: call.method, headers, body: body?.input.value, cache: "no-store" });
    await show(told, answer, Math.round(performance.now() - begun));
  } catch {
    answer.textContent = words.no_answer;
  }
}

async function show(told, answer, took) {
  const status = document.createElement("p");
  status.className = `status ${told.ok ? "good" : "bad"}`;
  const strong = document.createElement("strong");
  const kind = told.headers.get("content-type") ?? "";
  strong.textContent = `${told.status}`;
  status.append(strong, ` · ${kind} · ${took} ms`);
  answer.replaceChildren(status);
  if (/^image\/(png|jpeg|webp)/.test(kind)) {
    const picture = document.createElement("img");
    picture.alt = "";
    const reader = new FileReader();
    reader.onload = () => { picture.src = reader.result; };
    reader.readAsDataURL(await told.blob());
    answer.append(picture);
    return;
  }
  const text = await told.text();
  const shown = document.createElement("pre");
  shown.tabIndex = 0;
  shown.textContent = kind.includes("json") ? pretty(text) : text.slice(0, 20000);
  answer.append(shown);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, 60000);
  } catch {
    return text;
  }
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (pressed?.classList.contains("copy")) copy(pressed);
  if (pressed?.classList.contains("try")) openTrial(pressed);
});
document.getElementById("keys")?.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("search")?.addEventListener("input", (event) => search(event.target.value));
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("search");
  if (event.key === "/" && box && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    box.focus();
  }
});
addEventListener("hashchange", openTarget);
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".side details")?.removeAttribute("open");
openTarget();
startCalculators();
