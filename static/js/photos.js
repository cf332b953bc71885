/* Photo inputs: previews, removal, and shrinking of large photos before they travel. */
(function () {
  "use strict";

  const LARGE_BYTES = 2 * 1024 * 1024;
  const MAX_SIDE = 2560;
  const kept = new WeakMap(); // input -> File[]: a file input alone forgets what was chosen before

  function toBlob(canvas) {
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
  }
  async function shrink(file) {
    if (file.size <= LARGE_BYTES) return file;
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch (error) {
      return file; // a format that this browser cannot draw: the server decides
    }
    const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await toBlob(canvas);
    if (!blob || blob.size >= file.size) return file;
    const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
    return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
  }

  const sizeText = (bytes) => (bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB");

  function draw(input) {
    const list = input.closest("[data-photo-input]").querySelector(".photo-list");
    list.querySelectorAll("img").forEach((img) => URL.revokeObjectURL(img.src));
    list.replaceChildren(...(kept.get(input) || []).map((file, index) => {
      const item = document.createElement("li");
      const picture = file.type.startsWith("image/");
      const img = document.createElement(picture ? "img" : "div");
      if (picture) {
        img.alt = "已选照片 " + (index + 1);
        img.src = URL.createObjectURL(file);
      } else {
        img.className = "paper";
        img.textContent = file.name;
      }
      const size = Object.assign(document.createElement("div"), { className: "size", textContent: sizeText(file.size) });
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "✕" });
      remove.setAttribute("aria-label", "移除照片 " + (index + 1));
      remove.addEventListener("click", () => set(input, kept.get(input).filter((f) => f !== file)));
      item.append(img, size, remove);
      return item;
    }));
  }

  function set(input, files, quiet) {
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
    kept.set(input, files);
    draw(input);
    if (!quiet) input.dispatchEvent(new CustomEvent("photos:changed", { bubbles: true }));
  }

  const same = (a, b) => a.name === b.name && a.lastModified === b.lastModified && a.size === b.size;

  async function choose(input) {
    const form = input.form;
    const max = Number(input.closest("[data-photo-input]").dataset.max || 9);
    const chosen = Array.from(input.files);
    form.dataset.shrinking = Number(form.dataset.shrinking || 0) + 1;
    try {
      const fresh = [];
      for (const file of chosen) fresh.push(await shrink(file)); // one at a time: a phone has little memory
      const before = input.multiple ? kept.get(input) || [] : [];
      const all = before.concat(fresh.filter((f) => !before.some((b) => same(b, f))));
      if (all.length > max && window.app) window.app.toast("最多选择 " + max + " 张照片，多出的没有加入。", true);
      set(input, all.slice(0, max));
    } finally {
      form.dataset.shrinking = Number(form.dataset.shrinking) - 1;
    }
    if (form.dataset.shrinking === "0" && form.dataset.waiting) {
      delete form.dataset.waiting;
      form.requestSubmit();
    }
  }

  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-photo-input] input[type=file]")) choose(e.target);
  });
  // Sent while photos are still shrinking: wait, then send by itself.
  document.addEventListener("submit", (e) => {
    if (Number(e.target.dataset.shrinking || 0) > 0) {
      e.preventDefault();
      e.stopImmediatePropagation();
      e.target.dataset.waiting = "1";
      if (window.app) window.app.toast("正在压缩照片，完成后自动提交…");
    }
  }, true);

  // A form that has arrived is not sent again by Back: the page is asked for anew, the draft fills in the rest.
  window.addEventListener("submit", (e) => {
    if (!e.defaultPrevented && e.target.querySelector("[data-photo-input]")) e.target.dataset.sent = "1";
  });
  // No photo travels unseen: what the browser itself put back is drawn like what was chosen.
  function show() {
    document.querySelectorAll("[data-photo-input] input[type=file]").forEach((input) => {
      const busy = Number(input.form.dataset.shrinking || 0) > 0;
      if (input.files.length && !busy && !(kept.get(input) || []).length) choose(input);
    });
  }
  window.addEventListener("pageshow", (e) => {
    if (e.persisted && document.querySelector("form[data-sent]")) location.replace(location.href.split("#")[0]);
    else show();
  });

  window.photoInput = { set, files: (input) => kept.get(input) || Array.from(input.files) };
})();
