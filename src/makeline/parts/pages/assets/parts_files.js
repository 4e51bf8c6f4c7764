// How files come to us: a guest's in one call, those of people with an account announced, sent and confirmed, each step for itself.
import { address, Refused } from "./asking.js";

// fetch cannot tell how much has been sent.
export function send(file, progress) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    call.open("POST", address("v1/guest-files"));
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => {
      progress(event.loaded / event.total);
    });
    call.addEventListener("load", () => (call.status === 200 ? resolve(call.response) : reject(new Refused(call.response || {}, call.status))));
    call.addEventListener("error", () => reject(new TypeError("the network is away")));
    call.send(form);
  });
}
