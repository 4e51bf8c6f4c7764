// What the page says to the server, and hears.
export class Refused extends Error {
  constructor(status, body) {
    super(body.detail || `${status}`);
    this.status = status;
    this.code = body.error_code || "";
    this.fields = (body.validation_errors || []).map((entry) => entry.field || "");
  }
}

async function answered(answer) {
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

export class Visit {
  constructor(key) {
    const name = encodeURIComponent(key);
    this.at = `api/vending/session/${name}`;
    this.ours = `v1/sessions/${name}`;
  }

  async look() {
    return answered(await fetch(`${this.ours}/visit`, { cache: "no-store" }));
  }

  // The first phone to say so is bound to the visit; the answer's cookie lets it in from then on.
  async register() {
    return this.post(`${this.at}/register-user`, {});
  }

  async accept(terms_version, language) {
    return this.post(`${this.ours}/consent`, { terms_version, language });
  }

  async summarise(body) {
    return this.post(`${this.at}/order-summary`, body);
  }

  async pay() {
    return this.post(`${this.at}/init-payment`, {});
  }

  async post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return answered(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  // fetch cannot tell how much has been sent.
  send(file, progress) {
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      call.open("POST", `${this.at}/images`);
      call.setRequestHeader("Content-Type", file.type || "image/jpeg");
      call.responseType = "json";
      call.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
      call.addEventListener("load", () => {
        if (call.status === 200) resolve(call.response);
        else reject(new Refused(call.status, call.response || {}));
      });
      call.addEventListener("error", () => reject(new TypeError("the network is away")));
      call.send(file);
    });
  }

  // Every change of the visit, as a stream or, where there is none, by asking.
  follow(heard) {
    const news = new EventSource(`${this.ours}/events`);
    let asking = 0;
    news.addEventListener("open", () => { clearInterval(asking); asking = 0; });
    news.addEventListener("session", (event) => {
      const told = JSON.parse(event.data);
      heard(told.status, told.payment);
      if (told.over) news.close();
    });
    news.addEventListener("error", () => {
      if (!asking) asking = setInterval(() => this.ask(heard), 4000);
    });
  }

  async ask(heard) {
    try {
      heard((await answered(await fetch(`${this.at}/status`, { cache: "no-store" }))).status);
    } catch {
      // The next time may succeed.
    }
  }
}
