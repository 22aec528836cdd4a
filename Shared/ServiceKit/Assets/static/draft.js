/* Keeps a half-filled form on this device, and only if somebody ticks the box: phones are shared. Nothing leaves the device.
   form[data-draft=NAME] is kept; [data-draft-done=NAME] on a page means that it was sent or is to be forgotten. */
(function () {
  "use strict";
  var days = 7, store;
  try { store = window.localStorage; } catch (error) { return; }
  if (!store) { return; }
  document.querySelectorAll("[data-draft-done]").forEach(function (mark) { store.removeItem("sinergi-draft-" + mark.dataset.draftDone); });
  var form = document.querySelector("form[data-draft]"), choice = document.getElementById("draft-choice");
  if (!form || !choice) { return; }
  var name = "sinergi-draft-" + form.dataset.draft, box = choice.querySelector("input");
  function fields() {
    return Array.from(form.elements).filter(function (field) { return field.name && field.type !== "hidden" && field.type !== "submit"; });
  }
  function save() {
    if (!box.checked) { store.removeItem(name); return; }
    var values = fields().map(function (field) { return [field.name, field.value, field.checked === true]; });
    try { store.setItem(name, JSON.stringify({ at: Date.now(), values: values })); } catch (error) { box.checked = false; }
  }
  function restore(kept) {
    fields().forEach(function (field) {
      kept.values.forEach(function (value) {
        if (value[0] !== field.name) { return; }
        if (field.type === "checkbox") { if (value[1] === field.value) { field.checked = value[2]; } } else { field.value = value[1]; }
      });
    });
  }
  choice.hidden = false;
  try {
    var kept = JSON.parse(store.getItem(name));
    if (kept && Date.now() - kept.at < days * 86400000) {
      box.checked = true;
      // What the server sent back after a mistake is newer than what is kept.
      if (!document.querySelector("[role=alert]")) { restore(kept); }
    } else { store.removeItem(name); }
  } catch (error) { store.removeItem(name); }
  box.addEventListener("change", save);
  form.addEventListener("input", save);
}());
