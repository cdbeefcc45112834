// Runs once, when the record is on the page. Gradio gives `element` (its pane), `trigger` (tell the
// server) and `watch` (the server sent another page).
const CITATION = /^#c(\d+)-(\d+)$/;
const shelf = document.getElementById("shelf");
const opener = () => document.getElementById("open-shelf"); // may come onto the page after this
// On a phone the shelf is a drawer over the rest of the page (the same width as in record.css).
const narrow = matchMedia("(max-width: 899px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let wanted = null; // the link whose sentence the server has been asked for
let left = null; // where the keyboard was before it went to the record

const article = () => element.querySelector("article.record");
const find = (anchor) => anchor && article().querySelector(`mark[data-cites~="${anchor}"]`);

function scrollTo(mark) {
  const page = article();
  const box = mark.getBoundingClientRect();
  // A third of the way down; a passage longer than the pane begins at its top.
  const space = Math.max(16, (page.clientHeight - box.height) / 3);
  const top = page.scrollTop + box.top - page.getBoundingClientRect().top - space;
  page.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
}

function visit(mark, link) {
  openShelf(link);
  scrollTo(mark);
  for (const one of article().querySelectorAll("mark")) one.classList.remove("visited");
  for (const one of article().querySelectorAll(`[data-cites="${mark.dataset.cites}"]`)) {
    void one.offsetWidth; // or the animation would not start anew
    one.classList.add("visited");
  }
  mark.focus({ preventScroll: true });
}

function openShelf(from) {
  left = from;
  shelf.classList.add("open");
  opener().setAttribute("aria-expanded", "true");
  setModal(narrow.matches);
  if (narrow.matches && !history.state?.shelf) history.pushState({ shelf: true }, "");
}

// The browser's Back does the same as what closes a drawer.
function leaveShelf() {
  if (history.state?.shelf) history.back();
  else closeShelf();
}

addEventListener("popstate", () => {
  if (shelf.classList.contains("open")) closeShelf();
});

function closeShelf() {
  shelf.classList.remove("open");
  opener().setAttribute("aria-expanded", "false");
  setModal(false);
  (left?.isConnected ? left : opener()).focus({ preventScroll: true });
  left = null;
}

function setModal(modal) {
  for (const id of ["masthead", "left"]) document.getElementById(id).inert = modal;
  if (modal) {
    shelf.setAttribute("role", "dialog");
    shelf.setAttribute("aria-modal", "true");
    shelf.setAttribute("aria-label", "The record");
  } else for (const name of ["role", "aria-modal", "aria-label"]) shelf.removeAttribute(name);
}

narrow.addEventListener("change", () => setModal(narrow.matches && shelf.classList.contains("open")));

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("a.cite, #open-shelf, #close-shelf");
  const outside = !shelf.contains(event.target);
  if (target?.id === "open-shelf") {
    openShelf(target);
    article().focus({ preventScroll: true });
  } else if (target?.id === "close-shelf" || (outside && shelf.getAttribute("aria-modal"))) {
    leaveShelf();
  } else if (target) {
    const cited = CITATION.exec(target.getAttribute("href"));
    if (!cited) return;
    event.preventDefault();
    const mark = find(cited[0].slice(1));
    if (mark) return visit(mark, target);
    wanted = target;
    trigger("click", { turn: Number(cited[1]), number: Number(cited[2]) });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (left || shelf.getAttribute("aria-modal"))) leaveShelf();
});

watch("value", () => {
  const { focus } = article().dataset;
  const mark = find(focus);
  if (!mark) article().scrollTop = 0;
  else if (wanted?.getAttribute("href") === `#${focus}`) visit(mark, wanted);
  else scrollTo(mark);
  wanted = null;
});

// What Gradio leaves unsaid, or says in HTML, to a screen reader.
function mend() {
  const each = (selector, change) => document.querySelectorAll(selector).forEach(change);
  each("#chat [data-testid][aria-label]", (one) => one.removeAttribute("aria-label"));
  each("#chat [role=list], #chat [role=complementary]", (one) => one.removeAttribute("role"));
  each("#chat .bubble-wrap:not([tabindex])", (one) => (one.tabIndex = 0));
  each("#question textarea:not([aria-label])", (one) => one.setAttribute("aria-label", "Your question"));
  each("#question .submit-button:not([aria-label])", (one) => one.setAttribute("aria-label", "Ask"));
  each("#question .stop-button:not([aria-label])", (one) => one.setAttribute("aria-label", "Stop"));
}
mend();
new MutationObserver(mend).observe(document.getElementById("room"), { childList: true, subtree: true });
