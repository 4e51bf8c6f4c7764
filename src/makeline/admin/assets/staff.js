// Pages of staff: keys, local time, the menu of small screens, questions before what cannot be undone, and news.
const LONGEST_PAUSE = 60000;

document.documentElement.classList.add("js");

function tellLocalTimes(root) {
  const says = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = says.format(new Date(time.dateTime));
  }
}

function rowsHere() {
  return [...document.querySelectorAll("table[data-rows] tbody tr")].filter((row) => row.querySelector("a"));
}

function walk(step) {
  const rows = rowsHere();
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  for (const row of rows) row.classList.toggle("here", row === next);
  next.querySelector("a").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

let going = false;

function heard(event) {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector("dialog[open]")) return;
  if (going) {
    going = false;
    const link = document.querySelector(`.menu a[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  const search = document.querySelector("[data-search]");
  if (event.key === "g") {
    going = true;
    setTimeout(() => { going = false; }, 1500);
  } else if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys")?.showModal();
  } else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
}

function ask(event) {
  const question = event.submitter?.dataset.sure || event.target.dataset.sure;
  if (question && !confirm(question)) event.preventDefault();
}

function openMenu(event) {
  const open = document.getElementById("menu").classList.toggle("open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
}

// A region is asked for anew with its page, and put in only where it differs; nothing moves under somebody's cursor.
// Nor is anything lost that somebody has begun: ticks, words, what he has opened.
function begun(region) {
  const fields = [...region.querySelectorAll("input:not([type=hidden]), textarea")];
  return fields.some((field) => (field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
}

const nameOf = (summary) => summary.getAttribute("aria-label") || summary.textContent;

function replace(region, now) {
  const open = new Set([...region.querySelectorAll("details[open] > summary")].map(nameOf));
  region.replaceChildren(...now.childNodes);
  for (const summary of region.querySelectorAll("details > summary")) {
    if (open.has(nameOf(summary))) summary.parentElement.open = true;
  }
}

async function look() {
  const answer = await fetch(location.href, { headers: { "X-Live": "1" }, cache: "no-store", redirect: "error" });
  if (answer.status === 401) {
    location.reload();
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of document.querySelectorAll("[data-live]")) {
    const now = fresh.querySelector(`[data-live="${CSS.escape(region.dataset.live)}"]`);
    if (!now || region.dataset.seen === now.innerHTML || region.contains(document.activeElement) || begun(region)) continue;
    region.dataset.seen = now.innerHTML;
    replace(region, now);
    tellLocalTimes(region);
  }
}

async function follow(seconds) {
  const told = document.querySelector("[data-live-state]");
  let pause = seconds * 1000;
  let gone = false;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pause * (0.85 + Math.random() * 0.3)));
    if (document.hidden) {
      await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
    }
    try {
      await look();
      pause = seconds * 1000;
      if (gone && told) told.textContent = "";
      gone = false;
    } catch {
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      gone = true;
      if (told) told.textContent = told.dataset.gone;
    }
  }
}

tellLocalTimes(document);
document.addEventListener("keydown", heard);
document.addEventListener("submit", ask);
document.querySelector("[data-menu]")?.addEventListener("click", openMenu);
const regions = [...document.querySelectorAll("[data-live]")];
for (const region of regions) region.dataset.seen = "";
if (regions.length) follow(Math.min(...regions.map((region) => Number(region.dataset.every) || 10)));
