// Runs once, when the list of meetings is on the page. Gradio gives `element` (its pane), `trigger`
// (tell the server) and `watch` (the server sent another list).
const adder = () => document.querySelector("#add input[type=file]");
const ids = () => [...element.querySelectorAll("[data-read]")].map((one) => one.dataset.read);
const served = new Set(ids());
let last = null; // what was used last in the list, to give the keyboard back to it

element.addEventListener("click", (event) => {
  const target = event.target.closest("[data-read], [data-ask], [data-remove], [data-dismiss]");
  if (!target) return;
  last = target.matches("[data-read], [data-ask]") ? Object.entries(target.dataset)[0] : null;
  const ticked = target.checked;
  trigger("click", { ...target.dataset, ticked });
});

watch("value", () => {
  if (document.activeElement !== document.body) return;
  const [what, id] = last ?? [];
  const used = last && element.querySelector(`[data-${what}="${CSS.escape(id)}"]`);
  (used ?? document.querySelector("#files")).focus({ preventScroll: true });
});

// The server forgets what was added when its page goes.
addEventListener("beforeunload", (event) => {
  if (ids().some((id) => !served.has(id)) || element.querySelector(".coming")) event.preventDefault();
});

// Files may be dropped anywhere on the page.
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
let depth = 0; // how many of the elements under the pointer it has entered
const veil = (shown) => document.body.classList.toggle("dropping", shown);
document.addEventListener("dragenter", (event) => {
  if (carriesFiles(event)) veil((depth += 1) > 0);
});
document.addEventListener("dragleave", (event) => {
  if (carriesFiles(event)) veil((depth -= 1) > 0);
});
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  veil((depth = 0) > 0);
  adder().files = event.dataTransfer.files;
  adder().dispatchEvent(new Event("change", { bubbles: true }));
});
