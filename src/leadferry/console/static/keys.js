// Keys: an element with data-key is pressed, followed or focused by that letter. Only outside fields, never with Ctrl,
// Alt or Meta, and not at all where the reader switched them off in the dialog that ? opens.
"use strict";

(() => {
  const STORED = "leadferry-keys";
  const off = () => localStorage.getItem(STORED) === "off";
  const inField = (element) => element.closest("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");
  const shown = (element) => element.checkVisibility && element.checkVisibility();

  function press(element) {
    if (element.matches("input[type=search], input[type=text]")) {
      element.focus();
      element.select();
    } else {
      element.click();
      if (element.matches("input[type=radio]")) element.focus();
    }
  }

  // J and K without elements of their own walk over the rows of a list.
  function walk(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return false;
    const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(document.activeElement) + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function tell() {
    document.querySelectorAll("[data-keys-switch]").forEach((box) => { box.checked = !off(); });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || inField(event.target)) return;
    if (event.key === "?") {
      const help = document.getElementById("keys");
      if (help) { help.togglePopover(); event.preventDefault(); }
      return;
    }
    if (off() || event.key.length !== 1 || document.querySelector(".dialog:popover-open")) return;
    const key = event.key.toLowerCase();
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => shown(one) && !one.disabled);
    if (target) {
      press(target);
      event.preventDefault();
    } else if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) {
      event.preventDefault();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) localStorage.setItem(STORED, event.target.checked ? "on" : "off");
    if (event.target.matches("[data-all]")) {
      document.querySelectorAll(`input[name="${event.target.dataset.all}"]`).forEach((box) => { box.checked = event.target.checked; });
    }
  });

  tell();
})();
