// What a page says to the server; a refusal is an error that knows its code and its fields.
export class Refused extends Error {
  constructor(status, body) {
    super(body.detail || `${status}`);
    this.status = status;
    this.code = body.error_code || "";
    this.fields = body.validation_errors || [];
    this.body = body;
  }
}

export async function answered(answer) {
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

export async function call(method, address, { body, headers = {}, signal } = {}) {
  const said = { method, headers: { ...headers }, cache: "no-store", signal };
  if (body !== undefined) {
    said.headers["Content-Type"] = "application/json";
    said.body = JSON.stringify(body);
  }
  return answered(await fetch(address, said));
}

// fetch cannot tell how much has been sent.
export function send(address, file, { headers = {}, progress = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", address);
    sending.setRequestHeader("Content-Type", file.type || "image/jpeg");
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    sending.responseType = "json";
    sending.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
    sending.addEventListener("load", () => {
      if (sending.status === 200) resolve(sending.response);
      else reject(new Refused(sending.status, sending.response || {}));
    });
    sending.addEventListener("error", () => reject(new TypeError("the network is away")));
    sending.send(file);
  });
}

// Addresses in answers carry the public name of the server; the page stays with the name it was reached by.
export function here(root, address, part) {
  return `${root}${part}/${address.split(`/${part}/`)[1]}`;
}

// Whether trying the same again may help: the network, or a server that is busy.
export function passes(error) {
  return !(error instanceof Refused) || error.status >= 500 || error.status === 429;
}

export function later(milliseconds, doing) {
  let clock = 0;
  const wait = (...told) => {
    clearTimeout(clock);
    clock = setTimeout(doing, milliseconds, ...told);
  };
  wait.stop = () => clearTimeout(clock);
  return wait;
}
