// A list that grows by pages: orders and quotes, the newest first.
import { ask, mustBeSignedIn, shout } from "./asking.js";
import { $ } from "./parts_words.js";

const MANY = 20;

export async function list(path, { rowsOf, idOf, row }) {
  if (!(await mustBeSignedIn())) return;
  let last = null;
  const more = async () => {
    try {
      const rows = rowsOf(await ask(`${path}?limit=${MANY}${last ? `&before_id=${last}` : ""}`));
      if (rows.length) last = idOf(rows[rows.length - 1]);
      $("some").hidden = !last;
      $("none").hidden = Boolean(last);
      $("more").hidden = rows.length < MANY;
      $("rows").append(...rows.map(row));
    } catch (error) {
      shout(error);
    }
    $("busy").hidden = true;
    document.querySelector("main").removeAttribute("aria-busy");
  };
  $("more").addEventListener("click", more);
  await more();
}
