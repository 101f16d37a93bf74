"use strict";
// Language and colours: what the reader chose before, else what the browser says.
(() => {
  const root = document.documentElement;
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page from disk may lack it */ } };
  const press = (attribute, value) => document.querySelectorAll(`[data-${attribute}]`).forEach((button) => {
    button.setAttribute("aria-pressed", String(button.getAttribute(`data-${attribute}`) === value));
  });

  // Sentences of another language are longer or shorter: what the reader looks at keeps its place on the screen.
  function keepingPlace(change) {
    const looked = [...document.querySelectorAll("main :is(h2, h3, p, table, figure)")].find((part) => part.getBoundingClientRect().bottom > 90);
    const before = looked?.getBoundingClientRect().top;
    change();
    if (looked && scrollY > 0) scrollBy({ top: looked.getBoundingClientRect().top - before, behavior: "instant" });
  }

  function speak(language) {
    root.lang = language;
    document.title = root.getAttribute(`data-title-${language}`);
    press("language", language);
    document.querySelectorAll("option[data-en]").forEach((option) => {
      option.textContent = option.getAttribute(`data-${language}`);
    });
  }

  function colour(theme) {
    root.dataset.theme = theme;
    press("theme-choice", theme);
  }

  const browserLanguage = (navigator.languages || [navigator.language]).find((tag) => /^(ko|en)\b/i.test(tag)) || "en";
  root.lang = recall("language") || browserLanguage.slice(0, 2).toLowerCase();
  root.dataset.theme = recall("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  addEventListener("DOMContentLoaded", () => {
    speak(root.lang);
    colour(root.dataset.theme);
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.language) { keepingPlace(() => speak(button.dataset.language)); keep("language", button.dataset.language); }
      if (button?.dataset.themeChoice) { colour(button.dataset.themeChoice); keep("theme", button.dataset.themeChoice); }
    });
  });
})();
