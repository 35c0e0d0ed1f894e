// The static page: tabs with addresses, ?tab=NAME, as in the Gradio app; sections that follow the chosen model; lines to copy.
const tabs = [...document.querySelectorAll('[role="tab"]')];
const nameOf = (tab) => tab.id.replace(/^tab-|-button$/g, "");

function select(name) {
  for (const tab of tabs) {
    const selected = nameOf(tab) === name;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    document.getElementById(`tab-${nameOf(tab)}`).hidden = !selected;
  }
}

function asked() {
  const name = new URL(location.href).searchParams.get("tab");
  return tabs.some((tab) => nameOf(tab) === name) ? name : nameOf(tabs[0]);
}

function go(tab) {
  const url = new URL(location.href);
  url.searchParams.set("tab", nameOf(tab));
  if (new URLSearchParams(url.hash.slice(1)).get("demo") !== nameOf(tab)) url.hash = ""; // of another demo
  history.pushState(null, "", url);
  select(nameOf(tab));
}

for (const [i, tab] of tabs.entries()) {
  tab.addEventListener("click", () => go(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(i + step + tabs.length) % tabs.length];
    go(next);
    next.focus();
  });
}
addEventListener("popstate", () => select(asked()));
select(asked());

// The sections about one infected model are a file each; the page itself has those of the first.
document.addEventListener("choice", async ({ target, detail }) => {
  const panel = target.closest('[role="tabpanel"]');
  const number = String(detail.number);
  if (!panel || panel.dataset.model === number) return;
  panel.dataset.model = number;
  const answer = await fetch(`stories/${target.getAttribute("task")}/${number}.html`);
  const sections = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || panel.dataset.model !== number) return;
  for (const section of sections.querySelectorAll("[data-section]")) {
    document.getElementById(section.dataset.section)?.querySelector(".bd-section")?.replaceWith(...section.children);
  }
});

const here = new URL(".", location.href).href.replace(/\/$/, "");
for (const code of document.querySelectorAll("code")) {
  code.textContent = code.textContent.replaceAll("https://YOUR-PAGE", here); // built without its address
}
for (const button of document.querySelectorAll(".bd-copy")) {
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
    }
  });
}
