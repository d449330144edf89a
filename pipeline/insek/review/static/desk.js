// Keys, help and the progress of jobs. Everything works without this script, by mouse and with the tab key.
"use strict";

const help = document.getElementById("help");
const form = document.getElementById("form");
const ARROWS = {ArrowRight: "n", ArrowLeft: "p"};

function typing(element) {
  return element.tagName === "TEXTAREA" || element.tagName === "SELECT" || element.type === "text";
}

// What a key stands for; empty where the focused element needs the key itself.
function meant(event) {
  const element = document.activeElement;
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  if (event.key === "Enter") return /^(A|BUTTON|SUMMARY)$/.test(element.tagName) ? "" : "a";
  if (event.key in ARROWS) return element.type === "radio" || element.closest(".scroll") ? "" : ARROWS[event.key];
  return event.key.toLowerCase();
}

function press(key) {
  const target = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.tagName === "TEXTAREA") target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (help && help.open) {
    if (event.key === "?") help.close();
    return;
  }
  if (typing(document.activeElement)) {
    if (event.key === "Escape") document.activeElement.blur();
    return;
  }
  if (event.repeat) return; // a key held down must not decide one passage after the other
  if (press(meant(event))) event.preventDefault();
});

document.querySelectorAll("[data-help]").forEach((button) => button.addEventListener("click", () => help.showModal()));

// One decision goes out once; a page that comes back from the history may send again.
if (form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", (event) => {
    delete form.dataset.sent;
    if (event.persisted) location.reload();
  });
}

async function follow(job) {
  const answer = await fetch("/modelle/stand");
  const state = await answer.json();
  job.querySelector("[data-output]").textContent = state.output;
  job.querySelector("[data-verdict]").textContent = state.verdict || "läuft …";
  if (state.running) {
    job.querySelector("[data-elapsed]").textContent = `seit ${state.elapsed}`;
    setTimeout(follow, 700, job);
    return;
  }
  job.querySelectorAll("[data-stop], [data-elapsed]").forEach((part) => part.remove());
  await renew(".jobs"); // a model that was learned belongs into the lists
}

async function renew(selector) {
  const page = await (await fetch(location.pathname)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector(selector);
  document.querySelector(selector).replaceWith(fresh);
}

const job = document.querySelector("[data-job][data-running]");
if (job) follow(job);
