// Runs once, when the list of meetings is on the page. Gradio gives `element` (its pane), `trigger`
// (tell the server) and `watch` (the server sent another list).
const input = (place) => document.querySelector(`${place} input[type=file]`);
let last = null; // what was used last in the list, to give the keyboard back to it

element.addEventListener("click", (event) => {
  const target = event.target.closest("[data-read], [data-ask], [data-only], [data-remove], [data-dismiss]");
  if (!target) return;
  last = target.matches("[data-read], [data-ask], [data-only]") ? Object.entries(target.dataset)[0] : null;
  const ticked = target.checked;
  trigger("click", { ...target.dataset, ticked });
});

let scrolled = 0; // how far down the list has been scrolled: the server sends another each time
let shown = listed();
element.addEventListener("scroll", (event) => (scrolled = event.target.scrollTop), true);

function listed() {
  const unread = element.querySelectorAll(".coming, .refused").length;
  return { unread, reading: element.querySelector("[aria-current]")?.dataset.read };
}

function scroll() {
  const list = element.querySelector(".meetings"), before = shown;
  shown = listed();
  list.scrollTop = shown.unread > before.unread ? 0 : scrolled;
  if (shown.unread || shown.reading === before.reading) return;
  const row = element.querySelector("[aria-current]")?.closest("li");
  if (!row) return;
  const below = row.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
  const above = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
  list.scrollTop += Math.max(0, below) + Math.min(0, above);
}

watch("value", () => {
  // Gradio changes the rows that are there: a tick would stay where another meeting stands now.
  for (const tick of element.querySelectorAll("[data-ask]")) tick.checked = tick.defaultChecked;
  scroll();
  if (document.activeElement !== document.body) return;
  const [what, id] = last ?? [];
  const used = last && element.querySelector(`[data-${what}="${CSS.escape(id)}"]`);
  (used ?? document.querySelector("#files")).focus({ preventScroll: true });
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
  // Who looks at the exam brings a question set.
  const sitting = document.querySelector("#exam")?.checkVisibility();
  const taker = input(sitting ? "#sets" : "#add");
  taker.files = event.dataTransfer.files;
  taker.dispatchEvent(new Event("change", { bubbles: true }));
});
