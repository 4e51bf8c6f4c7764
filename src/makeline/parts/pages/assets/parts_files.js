// How files come to us: a guest's in one call, those of people with an account announced, sent and confirmed. Each step can be taken
// again for itself, so that a network that goes away costs no more than the step it was in.
import { address, ask, onceKey, Refused } from "./asking.js";
import { token, who } from "./parts_session.js";
import { all, change } from "./parts_shelf.js";
import { say } from "./parts_words.js";

const TRIES = 3;
const pause = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

// fetch cannot tell how much has been sent.
function send(method, to, body, { headers = {}, progress }) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(method, to);
    call.responseType = "json";
    for (const [name, value] of Object.entries(headers)) if (name.toLowerCase() !== "content-length") call.setRequestHeader(name, value);
    call.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
    call.addEventListener("load", () => (call.status === 200 ? resolve(call.response) : reject(new Refused(call.response || {}, call.status))));
    call.addEventListener("error", () => reject(new TypeError("the network is away")));
    call.send(body);
  });
}

function asForm(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}

// A lost network is waited for a little; a refusal is final.
async function patiently(act) {
  for (let turn = 1; ; turn += 1) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Refused || turn === TRIES) throw error;
      await pause(turn);
    }
  }
}

// Where our own server takes the bytes; null where another one does, which our policy lets no page talk to.
function ours(url) {
  const at = url.indexOf("/v1/uploads/");
  return at < 0 ? null : address(url.slice(at + 1));
}

async function announced(file, { upload, keepUpload, progress }) {
  let going = upload;
  if (!going) {
    const told = await patiently(() => ask("v1/uploads", { file_name: file.name, file_size: file.size }, { key: onceKey() }));
    going = { id: told.id, to: ours(told.url)?.href || null, headers: told.headers, sent: false };
    if (!going.to) return send("POST", address("files"), asForm(file), { headers: { Authorization: `Bearer ${token()}` }, progress });
    keepUpload(going);
  }
  if (!going.sent) {
    await patiently(() => send("PUT", going.to, file, { headers: { ...going.headers, "Content-Type": "application/octet-stream" }, progress }));
    going = { ...going, sent: true };
    keepUpload(going);
  }
  progress(1);
  return confirmed(going);
}

export const confirmed = (upload) => patiently(() => ask(`v1/uploads/${upload.id}/confirm?wait=10`, undefined, { method: "POST" }));

export async function bring(file, steps) {
  const come = token() ? await announced(file, steps) : await patiently(() => send("POST", address("v1/guest-files"), asForm(file), { progress: steps.progress }));
  return measured(come, steps.stage);
}

const query = (file) => (file.file_token ? `?file_token=${encodeURIComponent(file.file_token)}` : "");
export const look = async (file) => ({ ...(await ask(`files/${file.id}${query(file)}`)), ...(file.file_token ? { file_token: file.file_token } : {}) });
export const sceneOf = (file) => `v1/files/${file.id}/scene${query(file)}`;
export const correct = (file, unit) => ask(`v1/files/${file.id}${query(file)}`, { unit }, { method: "PATCH" });

// Large parts are measured for a while, and say how far they are.
export async function measured(file, stage = () => {}) {
  let now = file;
  while (now.state === "measuring") {
    stage(now.progress);
    await pause(1);
    now = await look(file).catch((error) => { if (error instanceof Refused) throw error; return now; });
  }
  if (now.state === "failed") throw new Refused({ message: now.reason || say("unreadable") }, 422);
  return now;
}

// What was uploaded before somebody signed in becomes his own.
export async function claim() {
  for (const part of all().filter((one) => one.file?.file_token && !one.owner)) {
    const { file_token: own, ...file } = part.file;
    try {
      await ask("v1/files/claim", { file_token: own });
      change(part.key, { file, owner: who() });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}
