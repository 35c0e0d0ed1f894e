// Each tab has an address, ?tab=NAME. Gradio inserts this into the head after it has read its configuration, and before
// it builds the page: what is changed here is what it builds, so that the other tabs cost nothing.
(() => {
  const NAMES = __NAMES__, LARGE = __LARGE__; // tabs, and the kinds of components that are fetched late
  const config = window.gradio_config;
  if (window.__gradio_mode__ !== "app" || !config || window.selectTab) return; // in others' pages the address is theirs

  const asked = () => {
    const name = new URL(location.href).searchParams.get("tab");
    return NAMES.includes(name) ? name : NAMES[0];
  };
  window.selectTab = (name) => document.querySelector(`#tab-${name}-button`)?.click();

  const byId = new Map(config.components.map((each) => [each.id, each]));
  const walk = (node, visit) => {
    visit(byId.get(node.id), node);
    node.children?.forEach((child) => walk(child, visit));
  };
  walk(config.layout, (component, node) => {
    if (component?.props.elem_id === "__ID__") component.props.selected = asked();
    const name = component?.type === "tabitem" && component.props.id;
    if (!NAMES.includes(name) || name === asked()) return;
    walk(node, (inside) => LARGE.includes(inside?.type) && (inside.props.visible = false)); // until the tab is opened
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.('#__ID__ [role="tab"]');
    const name = button?.dataset.tabId;
    if (!NAMES.includes(name)) return; // a tab inside a tab
    button.scrollIntoView({ block: "nearest", inline: "nearest" }); // the row scrolls where it is too long
    if (name === asked()) return; // the address says so already: somebody went back, or forward
    const url = new URL(location.href); // the whole of it: "?tab=" alone would be resolved against <base>
    url.searchParams.set("tab", name);
    history.pushState(null, "", url);
  });
  window.addEventListener("popstate", () => window.selectTab(asked()));
})();
