"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const list = at("list");
  const questions = [...list.children];
  const texts = new Map(questions.map((one) => [one, one.textContent.toLowerCase()]));

  function fits(one) {
    const show = at("show").value;
    const kind = at("kind").value;
    const right = one.classList.contains("right");
    return texts.get(one).includes(at("find").value.trim().toLowerCase())
      && (!show || (show === "right" ? right : show === "failed" ? !right : one.dataset.failure === show))
      && (!kind || one.dataset.kind === kind
        || (kind === "unanswerable" && one.dataset.kind !== "answerable")
        || (kind === "follow-up" && "followUp" in one.dataset));
  }

  function filter() {
    let shown = 0;
    for (const one of questions) {
      one.hidden = !fits(one);
      shown += !one.hidden;
    }
    at("shown").textContent = shown === 1 ? "1 question" : `${shown} questions`;
  }

  function sort() {
    const key = at("sort").value;
    const sign = at("falling").checked ? -1 : 1;
    const compare = key === "id"
      ? (a, b) => a.dataset.id.localeCompare(b.dataset.id, undefined, { numeric: true })
      : (a, b) => a.dataset[key] - b.dataset[key];
    list.append(...questions.sort((a, b) => sign * compare(a, b) || a.dataset.order - b.dataset.order));
  }

  at("find").addEventListener("input", filter);
  for (const id of ["show", "kind"]) at(id).addEventListener("change", filter);
  for (const id of ["sort", "falling"]) at(id).addEventListener("change", sort);
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = questions.filter((one) => !one.open);
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
  filter();
})();
