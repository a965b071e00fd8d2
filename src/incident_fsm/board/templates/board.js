"use strict";
// Counts down, says how old the page is and, live, asks for the page again. Without it, the page says all the same.
(() => {
  const root = document.documentElement;
  const every = 1000 * Number(root.dataset.refresh);
  const age = document.getElementById("age");
  const pause = document.getElementById("pause");
  const news = document.getElementById("news");
  const OLD = 120000;
  let paused = false;
  let failed = false;
  let asked = Date.now();
  // Live, the board's clock counts, not the reader's: both look at the same machine's moments.
  let ahead = every ? written() - Date.now() : 0;

  function written() { return 1000 * Number(root.dataset.written); }
  function now() { return Date.now() + ahead; }

  function span(milliseconds) {
    const seconds = Math.floor(Math.abs(milliseconds) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const days = Math.floor(seconds / 86400), hours = Math.floor(seconds / 3600) % 24;
    const minutes = Math.floor(seconds / 60) % 60;
    if (days) return `${days} ${days === 1 ? "day" : "days"} ${hours} h`;
    if (hours) return `${hours} h ${two(minutes)} min`;
    return minutes >= 10 ? `${minutes} min` : `${minutes} min ${two(seconds % 60)} s`;
  }

  // What was overdue when the page was made is so. What has passed since may have been renewed: a file cannot know.
  function countdown(due) {
    const left = due - now();
    if (left > 0) return `in ${span(left)}`;
    if (every || due <= written()) return `OVERDUE by ${span(left)}`;
    return `passed ${span(left)} ago, unless it was renewed since this page was made`;
  }

  function say(element, text) { if (element.textContent !== text) element.textContent = text; }

  function tick() {
    if (paused) return;
    for (const element of document.querySelectorAll("[data-due]")) {
      const due = 1000 * Number(element.dataset.due);
      say(element, countdown(due));
      element.parentElement.classList.toggle("late", due <= now());
    }
    for (const element of document.querySelectorAll("[data-since]")) {
      say(element, span(Math.max(0, now() - 1000 * Number(element.dataset.since))));
    }
    tellAge();
  }

  const first = age.textContent;
  function tellAge() {
    const old = now() - written();
    const stale = old > OLD;
    age.parentElement.classList.toggle("old", stale || failed);
    if (failed) say(age, `No answer from the board for ${span(old)}: this is how it stood then.`);
    else if (!every && stale) say(age, `This page is ${span(old)} old: what happened since is not in it. ${first}`);
    else if (!every) say(age, first);
  }

  async function ask() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.getElementById("main");
      if (!main) throw new Error("no page");
      if (failed) news.textContent = "The board answers again.";
      failed = false;
      if (!paused) show(page, main);
    } catch {
      if (!failed) news.textContent = "The board does not answer.";
      failed = true;
    }
  }

  function show(page, main) {
    const old = document.getElementById("main");
    const open = [...old.querySelectorAll("details[open]")].map((details) => details.id);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const before = document.getElementById("summary")?.textContent;
    root.dataset.written = page.documentElement.dataset.written;
    ahead = written() - Date.now();
    document.title = page.title;
    say(age, page.getElementById("age").textContent);
    old.replaceChildren(...main.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused && focused !== old) again(old, focused).focus({ preventScroll: true });
    const after = document.getElementById("summary")?.textContent;
    if (after && after !== before) news.textContent = after;
    tick();
  }

  // Who had come to a link or a summary finds it again, or else the beginning of the content.
  function again(main, focused) {
    const same = (element) => element.tagName === focused.tagName && element.textContent === focused.textContent;
    return [...main.querySelectorAll("a, summary")].find(same) || main;
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    news.textContent = paused ? "The page stands still." : "The page goes on.";
    tick();
  });
  tick();
  setInterval(() => {
    tick();
    if (every && !paused && Date.now() - asked >= every) { asked = Date.now(); ask(); }
  }, 1000);
})();
