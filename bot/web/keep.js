// Runs once, when the line that saves is on the page. Gradio gives `element` (that line), `props`,
// `trigger` (tell the server) and `watch` (the server sent something).
const answers = () => [...document.querySelectorAll("#chat .answer")];
const rated = new Map(); // turn: what was said of it, and of which answer

// An answer as text: the quotes with their numbers, where each stands, and of whom it was asked.
function asText(answer) {
  const copy = answer.cloneNode(true);
  for (const beside of copy.querySelectorAll(".unseen, .markup, .quote .place")) beside.remove();
  for (const end of copy.querySelectorAll("br")) end.replaceWith("\n");
  const texts = (parts) => [...copy.querySelectorAll(parts)].map((one) => one.textContent.replace(/[^\S\n]+/g, " ").trim());
  const sources = [...copy.querySelectorAll(".quote a.cite")].map((link) => `${link.textContent} ${link.title}`);
  const said = texts(".searched, .yes, p.quote, .quote li, .silence, .missing");
  return [...said, ...sources, ...texts("p.note")].join("\n");
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Beyond this machine, without HTTPS, there is only the old way.
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  made.addEventListener("click", () => act(made));
  return made;
}

function actions(answer, turn) {
  const row = Object.assign(document.createElement("div"), { className: "acts" });
  const done = Object.assign(document.createElement("span"), { className: "done" });
  done.setAttribute("role", "status");
  row.append(button("Copy", async () => {
    await copy(asText(answer));
    done.textContent = "Copied";
  }));
  if (props.rated) {
    for (const [label, helpful] of [["Helpful", true], ["Not helpful", false]]) {
      const thumb = button(label, () => trigger("submit", { turn, helpful }));
      thumb.dataset.helpful = helpful;
      row.append(thumb);
    }
  }
  row.append(done);
  return row;
}

// Shows what was said of an answer, and asks why as long as nobody wrote a note.
function showRating(answer, turn) {
  const row = answer.querySelector(".acts");
  const said = rated.get(turn);
  const current = said?.text === asText(answer) ? said : null;
  for (const thumb of row.querySelectorAll("[data-helpful]")) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.helpful === String(current?.helpful)));
  }
  const asking = answer.querySelector("form.note");
  if (asking?.contains(document.activeElement)) row.querySelector("[aria-pressed=true]")?.focus();
  asking?.remove();
  if (!current) return;
  row.querySelector(".done").textContent = current.noted ? "Thank you, your note is kept" : "Thank you";
  if (current.noted) return;
  const form = Object.assign(document.createElement("form"), { className: "note" });
  const label = current.helpful ? "What was good about it? (optional)" : "What was wrong? (optional)";
  const note = Object.assign(document.createElement("input"), { placeholder: label, maxLength: props.longest });
  note.setAttribute("aria-label", label);
  form.append(note, Object.assign(document.createElement("button"), { textContent: "Add note" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (note.value.trim()) trigger("submit", { turn, helpful: current.helpful, note: note.value });
  });
  row.after(form);
}

function dress() {
  answers().forEach((answer, place) => {
    if (answer.querySelector(".acts")) return;
    (answer.querySelector(".meta, .closest") ?? answer.lastElementChild).after(actions(answer, place + 1));
    if (props.rated) showRating(answer, place + 1);
  });
  for (const turn of rated.keys()) if (turn > answers().length) rated.delete(turn);
  const nothing = !answers().length;
  for (const save of element.querySelectorAll("[data-save]")) {
    if (save.disabled !== nothing) save.disabled = nothing;
  }
}

element.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-save]")?.dataset.save;
  if (kind) trigger("click", { kind });
});

watch("file", () => {
  if (!props.file) return;
  const url = URL.createObjectURL(new Blob([props.file.text], { type: "text/plain;charset=utf-8" }));
  Object.assign(document.createElement("a"), { href: url, download: props.file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
});

watch("said", () => {
  const answer = props.said && answers()[props.said.turn - 1];
  if (!answer) return;
  rated.set(props.said.turn, { ...props.said, text: asText(answer) });
  showRating(answer, props.said.turn);
});

dress();
new MutationObserver(dress).observe(document.getElementById("room"), { childList: true, subtree: true });
