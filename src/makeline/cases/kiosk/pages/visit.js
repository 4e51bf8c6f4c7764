// What the page of a visit says to the server, and hears.
import { call, send } from "./calls.js";

export class Visit {
  constructor(key) {
    const name = encodeURIComponent(key);
    this.at = `api/vending/session/${name}`;
    this.ours = `v1/sessions/${name}`;
  }

  async look() {
    return call("GET", `${this.ours}/visit`);
  }

  // The first phone to say so is bound to the visit; the answer's cookie lets it in from then on.
  async register() {
    return call("POST", `${this.at}/register-user`, { body: {} });
  }

  async accept(terms_version, language) {
    return call("POST", `${this.ours}/consent`, { body: { terms_version, language } });
  }

  async summarise(body) {
    return call("POST", `${this.at}/order-summary`, { body });
  }

  async pay() {
    return call("POST", `${this.at}/init-payment`, { body: {} });
  }

  async send(file, progress) {
    return send(`${this.at}/images`, file, { progress });
  }

  // A finished styled picture becomes one of the visit's.
  async take(job) {
    return call("POST", `${this.ours}/styles/${job}/take`);
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
      heard((await call("GET", `${this.at}/status`)).status);
    } catch {
      // The next time may succeed.
    }
  }
}
