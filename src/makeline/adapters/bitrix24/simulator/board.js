"use strict";
// Cards go from column to column by mouse or by the arrow keys; without this script every card still has its form.
(() => {
  const send = async (card, stage) => {
    const body = new URLSearchParams({ kind: card.dataset.kind, id: card.dataset.id, stage });
    await fetch("/move", { method: "POST", body, redirect: "manual" });
    await show(card.id);
  };
  const show = async (focus) => {
    const answer = await fetch("/");
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["main", ".figures"]) {
      document.querySelector(part).replaceWith(page.querySelector(part));
    }
    if (focus) document.getElementById(focus)?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const card = event.target.closest?.(".card");
    if (event.target !== card || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const stages = [...card.querySelector("select").options];
    const next = stages.findIndex((stage) => stage.selected) + (event.key === "ArrowRight" ? 1 : -1);
    event.preventDefault();
    if (stages[next]) send(card, stages[next].value);
  });
  let dragged = null;
  document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.(".card"); });
  document.addEventListener("dragover", (event) => {
    const column = event.target.closest?.(".column");
    document.querySelectorAll(".over").forEach((other) => other !== column && other.classList.remove("over"));
    if (!dragged || !column || column.dataset.kind !== dragged.dataset.kind) return;
    event.preventDefault();
    column.classList.add("over");
  });
  document.addEventListener("dragend", () => {
    document.querySelectorAll(".over").forEach((column) => column.classList.remove("over"));
    dragged = null;
  });
  document.addEventListener("drop", (event) => {
    const column = event.target.closest?.(".column");
    if (!dragged || !column || column.dataset.kind !== dragged.dataset.kind) return;
    event.preventDefault();
    send(dragged, column.dataset.stage);
  });
  // Who is choosing something is not disturbed; everybody else sees what happened meanwhile.
  setInterval(async () => {
    const busy = dragged || document.activeElement?.matches("select, button") || document.hidden;
    if (busy) return;
    try {
      const told = await (await fetch("/changes")).json();
      if (String(told.changes) !== document.querySelector("main").dataset.changes) {
        await show(document.activeElement?.id);
      }
    } catch { /* The portal is away; it is asked again. */ }
  }, 2000);
})();
