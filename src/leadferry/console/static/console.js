// What the browser must do itself: its time zone told to the server, messages closed, keys. Everything works without it.
"use strict";

(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`tz=${zone}`)) {
    document.cookie = `tz=${zone}; path=/; max-age=31536000; SameSite=Lax`;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".toast, .message").remove();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        copy.querySelector("span").textContent = document.documentElement.dataset.copied;
      });
    }
  });

  // A switch or a select that saves at once; without script its form has a button.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    // A file is read here into the field that is sent; its name goes nowhere.
    const into = event.target.dataset.into && document.getElementById(event.target.dataset.into);
    if (into && event.target.files[0]) event.target.files[0].text().then((text) => { into.value = text; });
  });

  // A dialog keeps the focus inside it and gives it back (popovers give it back themselves).
  document.addEventListener("toggle", (event) => {
    if (event.newState === "open" && event.target.matches(".dialog")) {
      const first = event.target.querySelector("input:not([type=hidden]), .dialog-foot .button");
      if (first) first.focus();
    }
  }, true);

  // A link to a part of the page that comes after it.
  document.addEventListener("htmx:load", (event) => {
    const wanted = location.hash && document.getElementById(location.hash.slice(1));
    if (wanted && event.target !== document.body && event.target.contains(wanted)) wanted.scrollIntoView();
  });

  document.documentElement.classList.add("scripted");
})();
