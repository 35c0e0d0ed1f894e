// Hands the events of <backdoor-demo> on to Gradio. Its script is in the page's head; see serving/files.py.
const demo = element.querySelector("backdoor-demo");
const dark = () => demo.setAttribute("theme", document.body.classList.contains("dark") ? "dark" : "light");
dark();
new MutationObserver(dark).observe(document.body, { attributeFilter: ["class"] });
demo.addEventListener("verdict", ({ detail }) => {
  if (!detail.settled) return; // not with each frame of a drawing
  props.value = detail.verdict;
  trigger("change");
});
demo.addEventListener("choice", ({ detail }) => trigger("choice", detail));
