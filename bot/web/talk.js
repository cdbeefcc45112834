// Runs once, when the conversation is on the page. Gradio gives `element` (the note above the box),
// `trigger` (tell the server) and `watch` (the server sent another note).
const box = () => document.querySelector("#question textarea");

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("#chat .anew button, #chat .next button");
  if (!target) return;
  if (target.closest(".next")) {
    trigger("submit", { question: target.textContent });
    return goToBox();
  }
  const turn = Number(target.value);
  if (target.className === "edit") trigger("edit", { turn });
  else trigger("submit", { turn });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === box() && element.textContent.trim()) {
    trigger("edit", { turn: 0 });
  }
});

// The box may still lie behind the other tab.
function goToBox(tries = 30) {
  box().focus();
  if (document.activeElement !== box() && tries) requestAnimationFrame(() => goToBox(tries - 1));
}

watch("value", () => {
  if (element.textContent.trim()) goToBox();
});
