/* The log form and the forms of a hazard: characters left, parts shown on demand, the phone's position. */
(function () {
  "use strict";

  /* <textarea data-count="2000">: says how much is written; nothing that was pasted is cut off. */
  function counter(area) {
    const limit = Number(area.dataset.count);
    const out = document.createElement("div");
    out.className = "help char-count";
    out.setAttribute("aria-live", "polite");
    area.after(out);
    const show = () => {
      const length = area.value.length;
      out.textContent = length > limit ? "超出 " + (length - limit) + " 字，最多 " + limit + " 字" : length + " / " + limit;
      out.classList.toggle("over", length > limit);
      out.hidden = length === 0;
    };
    area.addEventListener("input", show);
    area.addEventListener("change", show);
    show();
  }

  /* <input type=checkbox data-reveal="#part">: the part is there only while the box is ticked. */
  function reveal(box) {
    const part = document.querySelector(box.dataset.reveal);
    const show = () => { part.hidden = !box.checked; };
    box.addEventListener("change", show);
    show();
  }

  function position(area) {
    const form = area.closest("form");
    const [take, drop, text] = ["take", "drop", "text"].map((n) => area.querySelector("[data-position-" + n + "]"));
    const { latitude, longitude } = form.elements;
    if (!navigator.geolocation) return;
    area.hidden = false;
    const show = () => {
      const known = latitude.value !== "" && longitude.value !== "";
      drop.hidden = !known;
      if (known) text.textContent = "已记录位置 " + latitude.value + "，" + longitude.value;
    };
    const put = (lat, lon) => {
      latitude.value = lat;
      longitude.value = lon;
      latitude.dispatchEvent(new Event("change", { bubbles: true }));
    };
    take.addEventListener("click", () => {
      text.textContent = "正在定位…";
      navigator.geolocation.getCurrentPosition(
        (found) => {
          put(found.coords.latitude.toFixed(6), found.coords.longitude.toFixed(6));
          show();
          text.textContent += "（误差约 " + Math.round(found.coords.accuracy) + " 米）";
        },
        (error) => {
          text.textContent = error.code === 1 ? "没有定位权限，可在浏览器设置中允许，也可不填。" : "没有定到位置，可稍后再试，也可不填。";
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
    drop.addEventListener("click", () => { put("", ""); text.textContent = "可不填"; show(); });
    form.addEventListener("change", show);
    show();
  }

  /* What a draft puts back into a folded part must be seen. */
  document.querySelectorAll("details.field input").forEach((input) => {
    input.addEventListener("change", () => { if (input.value && input.type === "text") input.closest("details").open = true; });
  });
  document.querySelectorAll("textarea[data-count]").forEach(counter);
  document.querySelectorAll("[data-reveal]").forEach(reveal);
  document.querySelectorAll("[data-position]").forEach(position);
})();
