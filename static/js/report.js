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

  /* <div data-when="level" data-is="major">: there only while that choice is made. */
  function when(part) {
    const form = part.closest("form");
    const show = () => { part.hidden = form.elements[part.dataset.when].value !== part.dataset.is; };
    form.addEventListener("change", show);
    show();
  }

  /* What looks the same as what is typed: asked for in the background, and never in the way. */
  function likely(area) {
    const form = area.closest("form");
    const asked = () => ["park", "enterprise", "place", "description"].map((name) => form.elements[name]?.value.trim() || "");
    const { recurs } = form.elements;
    let timer = 0;
    let last = "";
    const ask = () => {
      const now = asked();
      if (JSON.stringify(now) === last) return;
      last = JSON.stringify(now);
      if (now[0] && now[3].length >= 4 && !recurs.value) window.htmx.trigger(area, "likely");
      else area.replaceChildren();
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(ask, 700); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    later();
    // A hint that does not come is not missed: no message, no loading bar.
    ["beforeRequest", "afterRequest", "sendError", "timeout", "responseError"].forEach((name) => {
      area.addEventListener("htmx:" + name, (e) => e.stopPropagation());
    });

    const shown = form.querySelector("[data-recurs-shown]");
    const show = () => {
      shown.hidden = recurs.value === "";
      shown.querySelector("[data-recurs-number]").textContent = recurs.value;
    };
    const put = (number) => {
      recurs.value = number;
      recurs.dispatchEvent(new Event("change", { bubbles: true }));
    };
    recurs.addEventListener("change", show);
    shown.querySelector("[data-recurs-drop]").addEventListener("click", () => {
      shown.querySelector(".errors")?.remove();
      put("");
    });
    area.addEventListener("click", (e) => {
      const back = e.target.closest("[data-recurs]");
      if (!back && !e.target.closest("[data-not-same]")) return;
      area.querySelectorAll("[data-number]").forEach((one) => {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "not_same", value: one.dataset.number }));
      });
      area.replaceChildren();
      if (back) put(back.dataset.recurs);
    });
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
  document.querySelectorAll("[data-when]").forEach(when);
  document.querySelectorAll("[data-likely]").forEach(likely);
  document.querySelectorAll("[data-position]").forEach(position);
})();
