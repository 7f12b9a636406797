// What pages can do by themselves; everything works without it.

// Keeps [data-refresh] parts of a page up to date: asks with the known ETag and swaps the part when it has changed.
const EVERY = 3000; // milliseconds: a lesson that starts is seen before anybody wonders

for (const part of document.querySelectorAll("[data-refresh]")) {
  let tag = "";
  const live = () => new Set([...part.querySelectorAll("[data-live]")].map((link) => link.dataset.live));

  async function refresh() {
    if (document.hidden || part.querySelector("details[open]")) return;
    const response = await fetch(part.dataset.refresh, { headers: { "If-None-Match": tag }, cache: "no-store" });
    if (response.status !== 200) return;
    const first = tag === "";
    tag = response.headers.get("ETag") ?? "";
    const before = live();
    const text = await response.text();
    if (first && text.trim() === part.innerHTML.trim()) return;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.innerHTML = text;
    if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    const news = document.querySelector("[data-news]");
    const begun = [...part.querySelectorAll("[data-live]")].filter((link) => !before.has(link.dataset.live));
    if (news && begun.length) news.textContent = "Занятие началось: " + begun.map((link) => link.textContent.trim()).join(", ");
  }

  const later = () => setTimeout(() => refresh().catch(() => {}).finally(later), EVERY);
  later();
  document.addEventListener("visibilitychange", () => refresh().catch(() => {}));
}

// A menu closes when something else is clicked, and with Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a narrow screen today's column is brought into view.
document.querySelector(".sheet [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
