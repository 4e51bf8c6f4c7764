// What the pages about parts say to the server, as whoever is signed in; a refusal carries its fields and its reasons.
import { drop, ready, token } from "./parts_session.js";
import { $, make, page, ROOT, say } from "./parts_words.js";

export class Refused extends Error {
  constructor(body, status) {
    super(body.message || String(status));
    this.status = status;
    this.code = body.code || "";
    this.fields = body.details || {};
    this.reasons = body.reasons || [];
    this.allowed = body.details?.allowed;
  }
}

export const address = (path) => new URL(path, ROOT);
const AWAY = "makeline.parts.back";

export async function call(path, { method = "GET", body, key } = {}) {
  await ready;
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const answer = await fetch(address(path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  // A sign-in that is over opens nothing; what is open to everybody is asked again without it.
  if (answer.status === 401 && headers.Authorization) drop();
  throw new Refused(told, answer.status);
}

export async function ask(path, body, { method = body === undefined ? "GET" : "POST", key } = {}) {
  return (await call(path, { method, body, key })).json();
}

// A key for something that must happen once, however often it is sent.
export const onceKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Papers and files need the token, so that a plain link does not do.
export async function save(path, name) {
  const data = await (await call(path)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Our policy shows no blob, so a picture that needs the token becomes a data address.
export async function picture(image, { id, file_token: own, is_demo: demo }) {
  if (own || demo || !token()) {
    image.src = address(`files/${id}/preview${own ? `?file_token=${encodeURIComponent(own)}` : ""}`);
    return;
  }
  try {
    const data = await (await call(`files/${id}/preview`)).blob();
    const reader = new FileReader();
    reader.addEventListener("load", () => { image.src = reader.result; });
    reader.readAsDataURL(data);
  } catch {
    image.classList.add("none");
  }
}

export function told(error) {
  if (!(error instanceof Refused)) return say("lost");
  if (error.status === 401) return say("signed_out");
  return error.status === 404 ? say("not_found") : say("failed", { reason: error.message });
}

export const remember = () => sessionStorage.setItem(AWAY, location.pathname + location.search);

// Whoever must be signed in here comes back here afterwards; the place stands in this tab alone, never in an address.
export async function mustBeSignedIn() {
  await ready;
  if (token()) return true;
  remember();
  location.replace(page("parts/account"));
  return false;
}

export function back() {
  const place = sessionStorage.getItem(AWAY);
  sessionStorage.removeItem(AWAY);
  location.assign(place && place.startsWith(new URL("parts", ROOT).pathname) ? place : page("parts"));
}

export function shout(error, place = $("trouble")) {
  place.textContent = typeof error === "string" ? error : told(error);
  // Whoever is signed out by now comes back here.
  if (error instanceof Refused && error.status === 401) place.append(" ", make("a", { href: page("parts/account"), onclick: remember }, say("sign_in_again")));
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}
