// Runs once, when the choice of speakers and times is on the page. Gradio gives `element` (its pane),
// `trigger` (tell the server) and `watch` (the server sent another choice).
const field = (one) => one && `[name="${one.name}"]${one.type === "checkbox" ? `[value="${CSS.escape(one.value)}"]` : ""}`;
let open = false; // what the server sends is folded
let used = null; // what was used last, to give the keyboard back to it
let typing = null; // a field that is being filled in, and what it says

const fold = () => element.querySelector("details");
const all = (selector) => [...element.querySelectorAll(selector)];

function tell() {
  const value = (name) => element.querySelector(`[name=${name}]`)?.value ?? "";
  const speakers = all("[name=speaker]:checked").map((one) => one.value);
  trigger("submit", { speakers, after: value("after"), before: value("before") });
}

element.addEventListener("toggle", () => (open = fold()?.open ?? false), true);
element.addEventListener("focusin", (event) => (used = field(event.target)));
element.addEventListener("input", ({ target }) => {
  if (target.type === "text") typing = { name: target.name, value: target.value };
});
element.addEventListener("change", (event) => {
  if (typing?.name === event.target.name) typing = null;
  tell();
});
element.addEventListener("click", (event) => {
  if (!event.target.closest("button")) return;
  for (const one of all("input")) {
    one.checked = false;
    if (one.type === "text") one.value = "";
  }
  typing = null;
  fold().open = false;
  fold().querySelector("summary").focus();
  tell();
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !fold()?.open) return;
  fold().open = false;
  fold().querySelector("summary").focus();
});

watch("value", () => {
  if (!fold()) return;
  fold().open = open;
  // Gradio changes the fields that are there: what was chosen would stay where another stands now.
  for (const one of all("input")) {
    one.checked = one.defaultChecked;
    one.value = one.defaultValue;
  }
  const typed = typing && element.querySelector(`[name="${typing.name}"]`);
  if (typed) typed.value = typing.value;
  if (used && document.activeElement === document.body) {
    (element.querySelector(used) ?? fold().querySelector("summary")).focus({ preventScroll: true });
  }
});
