// What the pages about parts say to the server; a refusal carries its reasons.
export class Refused extends Error {
  constructor(body, status) {
    super(body.message || String(status));
    this.reasons = body.reasons || [];
  }
}

export async function ask(path, body) {
  const call = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, call);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told, answer.status);
  return told;
}

// fetch cannot tell how much has been sent.
export function send(file, progress) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    call.open("POST", "v1/guest-files");
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => {
      progress(event.loaded / event.total);
    });
    call.addEventListener("load", () => (call.status === 200 ? resolve(call.response) : reject(new Refused(call.response || {}, call.status))));
    call.addEventListener("error", () => reject(new TypeError("the network is away")));
    call.send(form);
  });
}
