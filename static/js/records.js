/* The form of a visit: the items not yet answered at one tap, and how many photos fit into one visit. */
(function () {
  "use strict";

  document.querySelectorAll("[data-check-rest]").forEach((button) => {
    const items = button.closest("[data-check-items]");
    button.hidden = false;
    button.addEventListener("click", () => {
      items.querySelectorAll("fieldset").forEach((one) => {
        if (one.querySelector("input:checked")) return;
        const wanted = one.querySelector('input[value="' + button.dataset.checkRest + '"]');
        wanted.checked = true;
        wanted.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
  });

  document.querySelectorAll("form[data-most-photos]").forEach((form) => {
    const most = Number(form.dataset.mostPhotos);
    form.addEventListener("submit", (e) => {
      const count = Array.from(form.querySelectorAll("input[type=file]")).reduce((sum, input) => sum + input.files.length, 0);
      if (count <= most) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      window.app.toast("一次检查最多上传 " + most + " 张照片，现有 " + count + " 张，请减少后再保存。", true);
    }, true);
  });
})();
