// Before the first paint, so that nobody who chose dark sees a white page first. The page's policy allows no inline script.
(function () {
  var stored = null;
  var language = null;
  try {
    stored = localStorage.getItem("yunhe-colours");
    language = localStorage.getItem("yunhe-language");
  } catch {
    // Storage is switched off: the defaults hold.
  }
  var dark = stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  var root = document.documentElement;
  root.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  if (language === "zh" || (language === null && /^zh\b/i.test(navigator.language))) root.lang = "zh-CN";
})();
