// The server's verdict in kind words: what would come out less well, where, and what helps.
import { $, button, fill, make } from "./dom.js";

const OFFENCE = { fail: 0, warn: 1 };

export function showAdvice(app) {
  const box = $("advice");
  const { words, verdict } = app;
  const missing = app.templates ? app.template().image_count - app.now.pictures.slice(0, app.template().image_count).filter(Boolean).length : 0;
  const state = JSON.stringify([verdict && verdict.design_hash, verdict && verdict.findings.length, missing, app.now.model]);
  if (box.dataset.state === state) return;
  box.dataset.state = state;
  box.hidden = !verdict;
  if (!verdict) return;
  const findings = [...verdict.findings].sort((one, other) => OFFENCE[one.grade] - OFFENCE[other.grade]);
  box.className = `advice ${verdict.verdict}`;
  box.replaceChildren(
    make("h2", {}, make("span", { class: `mark ${verdict.verdict}`, "aria-hidden": "true" }), words[`verdict_${verdict.verdict}`]),
    ...(findings.length ? [make("ul", {}, ...findings.map((one) => line(app, one)))] : [make("p", { class: "small" }, words.verdict_pass_lead)]));
}

function line(app, finding) {
  const { words } = app;
  const said = words[`finding_${finding.code}_${finding.grade}`] || words[`finding_${finding.code}`] || finding.code;
  const told = fill(said, { figure: Math.round(finding.figure * 10) / 10, number: (finding.picture || 0) + 1 });
  return make("li", {}, make("span", { class: `grade ${finding.grade}` }, words[`grade_${finding.grade}`]), " ", told, " ",
    button(words.show_me, () => {
      app.stage.finding = finding;
      app.stage.draw();
      $("case").scrollIntoView({ block: "nearest" });
    }, { class: "link" }));
}
