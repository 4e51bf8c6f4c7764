// Documents of an order: those that were sent along with it, and those that hang on its CAD files. Dropped, chosen, saved, removed.
import { ask, onceKey, save, shout } from "./asking.js";
import { $, button, known, make, number, say } from "./parts_words.js";

const base64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
  reader.addEventListener("error", () => reject(reader.error));
  reader.readAsDataURL(file);
});

export async function attach(file, category, fileId) {
  const body = { file_name: file.name, category, file_data: await base64(file) };
  if (fileId) body.file_id = fileId;
  return ask("documents", body, { key: onceKey() });
}

export function takeDrops(place, take) {
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.toggle("over", over);
      if (name === "drop") take([...event.dataTransfer.files]);
    });
  }
}

export function paperRow(paper, remove) {
  const size = paper.file_size ? ` · ${number(paper.file_size / 1024, 0)} kB` : "";
  return make("li", { className: "row" }, make("span", { className: "grow" }, make("span", { className: "name" }, paper.original_filename), make("span", { className: "soft" }, `${known(`category_${paper.category}`) || paper.category}${size}`)),
    button(say("save_paper"), () => save(`documents/${paper.id}/download`, paper.original_filename).catch(shout)), remove ? button(say("remove"), remove, "button danger") : null);
}

export async function papers(order) {
  const ids = [...new Set(order.lines.filter((line) => line.file && !line.file.deleted).map((line) => line.file.id))];
  const hang = (await Promise.all(ids.map((one) => ask(`files/${one}`).catch(() => null)))).find((file) => file && !file.is_demo)?.id;
  const refresh = async () => {
    const lists = await Promise.all(ids.map((one) => ask(`v1/files/${one}/documents`).catch(() => [])));
    const sent = order.documents.filter((paper) => !paper.deleted);
    const seen = new Set(sent.map((paper) => paper.id));
    const rest = lists.flat().filter((paper) => !seen.has(paper.id) && seen.add(paper.id));
    const remove = (paper) => () => ask(`documents/${paper.id}`, undefined, { method: "DELETE" }).then(refresh).catch(shout);
    $("paper-rows").replaceChildren(...sent.map((paper) => paperRow(paper, null)), ...rest.map((paper) => paperRow(paper, remove(paper))));
    $("papers").hidden = !hang && !sent.length && !rest.length;
  };
  const take = async (files) => {
    try {
      for (const file of files) await attach(file, $("category").value, hang);
    } catch (error) {
      shout(error);
    }
    await refresh();
  };
  $("drop-papers").hidden = !hang;
  takeDrops($("drop-papers"), take);
  $("paper").addEventListener("change", (event) => { take([...event.target.files]); event.target.value = ""; });
  await refresh();
}
