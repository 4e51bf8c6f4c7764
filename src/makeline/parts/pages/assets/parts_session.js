// Who is signed in. The token stands in sessionStorage under a policy that runs no script but ours: no other origin reads it, a reload
// keeps it, and unlike a cookie it goes along with no call that we did not write. Other tabs of ours are asked for it.
const KEPT = "makeline.parts.sign-in";
const ANYBODY = "makeline.parts.until";
const line = "BroadcastChannel" in window ? new BroadcastChannel("makeline.parts.sign-in") : null;

const read = () => {
  const held = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  return held && held.until > Date.now() ? held : null;
};
let held = read();

function keep(found) {
  held = found;
  sessionStorage.setItem(KEPT, JSON.stringify(found));
  // Only when, so that a visitor who never signed in waits for no other tab.
  localStorage.setItem(ANYBODY, String(found.until));
}

export function drop() {
  held = null;
  sessionStorage.removeItem(KEPT);
}

line?.addEventListener("message", ({ data }) => {
  if (data.ask && held) line.postMessage({ held });
  if (data.over && held) { drop(); location.reload(); }
});

function askOthers() {
  if (held || !line || Number(localStorage.getItem(ANYBODY) || 0) < Date.now()) return Promise.resolve();
  return new Promise((resolve) => {
    const heard = ({ data }) => { if (data.held && !held && data.held.until > Date.now()) { keep(data.held); resolve(); } };
    line.addEventListener("message", heard);
    line.postMessage({ ask: true });
    setTimeout(resolve, 150);
  });
}

export const ready = askOthers();
export const token = () => (held && held.until > Date.now() ? held.token : null);
export const who = () => (token() ? held.name : null);

export function remember(name, answer) {
  keep({ name, token: answer.access_token, until: Date.now() + (answer.expires_in - 30) * 1000 });
}

export function forgetEverywhere() {
  drop();
  localStorage.removeItem(ANYBODY);
  line?.postMessage({ over: true });
}
