// Runs once, when the results of an exam are on the page. Gradio gives `element` (their pane) and
// `trigger` (tell the server).
element.addEventListener("click", (event) => {
  const target = event.target.closest("[data-question]");
  if (target) trigger("click", { question: target.dataset.question });
});
