// Runs once, when the conversation is on the page. Gradio gives `element` (the note above the box),
// `trigger` (tell the server) and `watch` (the server sent another note).
const box = () => document.querySelector("#question textarea");
const MARGIN = 16; // above the question that was asked last
let draft = null; // what stood in the box before a question was put there to be changed

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("#chat .anew button, #chat .next button, #again, #question .stop-button");
  if (!target) return;
  if (target.matches("#again, .stop-button")) return goToBox();
  if (target.closest(".next")) {
    trigger("submit", { question: target.textContent });
    return goToBox();
  }
  const turn = Number(target.value);
  if (target.className !== "edit") return trigger("submit", { turn });
  draft ??= box().value;
  trigger("edit", { turn });
});

const keep = () => element.querySelector(".keep"); // there while a question is being changed

element.addEventListener("click", (event) => {
  if (event.target.matches(".back")) {
    trigger("edit", { back: true });
    return goToBox();
  }
  if (event.target !== keep()) return;
  fill(draft ?? "");
  goToBox();
  trigger("edit", { turn: 0 });
});

document.addEventListener("keydown", (event) => {
  if (event.target !== box()) return;
  if (event.key === "Escape") keep()?.click();
  // What is typed while an answer is on its way can be sent when that is there.
  if (event.key === "Enter" && !event.shiftKey && document.querySelector("#question .stop-button")) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

function fill(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

// The box may still lie behind the other tab.
function goToBox(tries = 30) {
  box().focus();
  if (document.activeElement !== box() && tries) requestAnimationFrame(() => goToBox(tries - 1));
}

watch("value", () => {
  if (element.textContent.trim()) goToBox();
  if (keep()) return;
  if (draft && !box().value) fill(draft);
  draft = null;
});

// What was asked last stands at the top of the pane, as far as there is something below it, until
// somebody scrolls: an answer is read from its beginning.
const talk = document.getElementById("talk"); // the chat may come onto the page after this
let last = ""; // the last question, and whether it was answered
let follows = false;
let put = 0; // where the pane was scrolled to by this

function follow() {
  const rows = talk.querySelectorAll("#chat .user-row");
  const row = rows[rows.length - 1];
  const now = `${rows.length} ${row?.textContent}`;
  if (now !== last) follows = true;
  last = now;
  if (!row || !follows) return;
  const pane = row.closest(".bubble-wrap");
  pane.scrollTop += row.getBoundingClientRect().top - pane.getBoundingClientRect().top - MARGIN;
  put = pane.scrollTop;
}

talk.addEventListener("scroll", ({ target }) => {
  if (target.matches("#chat .bubble-wrap") && Math.abs(target.scrollTop - put) > 1) follows = false;
}, true);
new MutationObserver(follow).observe(talk, { childList: true, subtree: true });
new ResizeObserver(follow).observe(talk); // it may have been behind the other tab
