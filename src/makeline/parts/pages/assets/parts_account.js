// The account: opened, signed in to, changed, its sign-ins ended. Forms of the three pages share this script.
import { ask, back, onceKey, shout } from "./asking.js";
import { claim } from "./parts_files.js";
import { clear, onSubmit } from "./parts_forms.js";
import { forgetEverywhere, ready, remember, token } from "./parts_session.js";
import { leave } from "./parts_shelf.js";
import { $, button, day, make, moment, page, say } from "./parts_words.js";

const FIRM = ["company_name", "inn", "kpp", "bik", "bank_name", "account", "correspondent_account", "legal_address"];
const tell = (text) => { $("told").textContent = text; $("told").hidden = false; $("told").scrollIntoView({ block: "nearest" }); };

async function enter({ username, password }) {
  remember(username, await ask("login", { username, password }));
  // What is in the basket comes along; a file that cannot be claimed now is claimed when it is ordered.
  await claim().catch(() => null);
}

// What a firm has is asked of firms alone.
function follow(form) {
  const firm = form.querySelector(".firm");
  const turn = () => { firm.hidden = form.elements.user_type.value !== "legal"; };
  form.addEventListener("change", turn);
  turn();
}

function person(said) {
  if (said.user_type === "legal") return said;
  for (const name of FIRM) delete said[name];
  return said;
}

async function show() {
  const me = await ask("profile");
  const form = $("profile-form");
  $("sign-in").hidden = true;
  $("mine").hidden = false;
  $("who").textContent = say("signed_in_as", { name: me.username, date: day(me.created_at) });
  for (const name of ["user_type", "full_name", "phone", ...FIRM]) form.elements[name].value = me[name];
  form.dispatchEvent(new Event("change"));
  $("email-now").textContent = me.email || "–";
  $("email-state").textContent = say(me.email_confirmed ? "email_yes" : "email_no");
  $("email-state").className = `badge ${me.email_confirmed ? "good" : "wait"}`;
  $("confirm").hidden = me.email_confirmed || !me.email;
  await signIns();
}

async function signIns() {
  const { items } = await ask("v1/account/sign-ins");
  $("end-others").hidden = items.length < 2;
  $("sign-ins").replaceChildren(...items.map((one) => make("li", { className: "row" },
    make("span", { className: "grow" }, make("strong", {}, program(one.agent)), make("br"), make("span", { className: "soft" }, say("until", { address: one.address, date: moment(one.expires_at) }))),
    one.current ? make("span", { className: "badge good" }, say("this_one")) : button(say("end"), () => end(`v1/account/sign-ins/${one.id}`)))));
}

function program(agent) {
  const found = ["Edg", "OPR", "Firefox", "Chrome", "Safari", "curl"].find((name) => agent.includes(name));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) => agent.includes(name));
  return [{ Edg: "Edge", OPR: "Opera" }[found] || found, system].filter(Boolean).join(", ") || agent.slice(0, 60) || say("unknown_agent");
}

async function end(path) {
  try {
    tell(say("ended", { count: (await ask(path, undefined, { method: "DELETE" })).ended }));
    await signIns();
  } catch (error) {
    shout(error);
  }
}

async function signOut() {
  await ask("logout", undefined, { method: "POST" }).catch(() => null);
  leave();
  forgetEverywhere();
  location.assign(page("parts"));
}

function account() {
  follow($("profile-form"));
  onSubmit($("sign-in-form"), async (said) => { await enter(said); back(); }, (error) => (error.status === 401 ? say("wrong_sign_in") : null));
  onSubmit($("profile-form"), async (said) => { await ask("profile", person(said), { method: "PUT" }); tell(say("saved")); });
  onSubmit($("email-form"), async (said, form) => { await ask("v1/account/email", said, { method: "PUT" }); form.reset(); await show(); tell(say("email_changed")); });
  onSubmit($("password-form"), async (said, form) => {
    const { ended } = await ask("v1/account/password", said, { method: "PUT" });
    form.reset();
    clear(form);
    await signIns();
    tell(say("password_changed", { count: ended }));
  });
  $("confirm").addEventListener("click", async () => {
    try {
      await ask("v1/account/email-confirmations", undefined, { method: "POST" });
      tell(say("confirm_sent", { email: $("email-now").textContent }));
    } catch (error) {
      shout(error);
    }
  });
  $("end-others").addEventListener("click", () => end("v1/account/sign-ins"));
  $("sign-out").addEventListener("click", signOut);
}

async function arrive() {
  await ready;
  if ($("register-form")) {
    const key = onceKey();
    follow($("register-form"));
    onSubmit($("register-form"), async (said) => { await ask("register", person(said), { key: `${key}-${said.username}` }); await enter(said); back(); }, (error) => (error.code === "USERNAME_TAKEN" ? say("taken") : null));
  } else if ($("reset-form")) {
    onSubmit($("reset-form"), async (said) => { await ask("v1/account/password-resets", said); tell(say("reset_sent")); });
  } else {
    account();
    $("sign-in").hidden = Boolean(token());
    if (token()) await show().catch((error) => { $("sign-in").hidden = false; shout(error); });
    document.querySelector("main").removeAttribute("aria-busy");
  }
}

arrive();
