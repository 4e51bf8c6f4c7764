// The page asks for itself again and takes over what has changed; without a script the browser reloads it.
const PAUSE = 4000;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Away from the network: the next look may succeed.
    }
  }
  setTimeout(look, PAUSE);
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

setTimeout(look, PAUSE);
