// Runs before the first paint so that the page never flashes in the wrong theme.
// An external file, because the content security policy allows no inline script.
(function () {
  var choice = "system";
  try {
    choice = localStorage.getItem("parley.theme") || "system";
  } catch {
    // Storage may be blocked; the system's theme is the right guess then.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
