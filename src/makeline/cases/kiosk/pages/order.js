// News of the session make the page ask for itself again and take over what has changed. Where a stream is not to be had
// it asks every few seconds; without a script the browser reloads it.
const SOON = 4000;
const NOW_AND_THEN = 30000;

let pause = SOON;
let timer = 0;

async function look() {
  clearTimeout(timer);
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok || answer.status === 404) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Away from the network: the next look may succeed.
    }
  }
  timer = setTimeout(look, pause);
}

function take(fresh) {
  const now = document.querySelector("main");
  const next = fresh.querySelector("main");
  if (!next || now.dataset.version === next.dataset.version) return;
  now.dataset.version = next.dataset.version;
  document.title = fresh.title;
  for (const part of document.querySelectorAll("[data-part]")) {
    const changed = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (changed && changed.innerHTML !== part.innerHTML) part.replaceChildren(...changed.childNodes);
  }
}

function listen(address) {
  const news = new EventSource(address);
  news.addEventListener("open", () => { pause = NOW_AND_THEN; });
  for (const name of ["session", "order"]) {
    news.addEventListener(name, (event) => {
      look();
      if (JSON.parse(event.data).over) news.close();
    });
  }
  news.addEventListener("error", () => {
    // A refused stream is over for good; one that broke comes back by itself.
    if (news.readyState !== EventSource.OPEN) pause = SOON;
  });
}

const { events } = document.querySelector("main").dataset;
if (events && "EventSource" in window) listen(events);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
timer = setTimeout(look, pause);
