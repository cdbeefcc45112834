// Runs when the page is loaded; tells the server which visit it goes on with, and what was in the box.
() => {
  const KEY = "meetingbot";
  const random = () => [...crypto.getRandomValues(new Uint32Array(4))].map((one) => one.toString(36)).join("");
  const before = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  const visit = before.visit ?? random();

  function put() {
    const box = document.querySelector("#question textarea");
    const waits = document.querySelector("#question .stop-button");
    const answers = document.querySelectorAll("#chat .answer").length;
    const told = { visit, answers, asked: waits ? window.asked : "", draft: box?.value };
    sessionStorage.setItem(KEY, JSON.stringify(told));
  }

  // A tab is copied with what lies in its storage: it lies there only while nobody sees the page.
  const keep = () => (document.hidden ? put() : sessionStorage.removeItem(KEY));
  keep();
  document.addEventListener("visibilitychange", keep);
  addEventListener("pagehide", put);
  addEventListener("pageshow", keep);
  return [{ ...before, visit }, null]; // the session is the server's
}
