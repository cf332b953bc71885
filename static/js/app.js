/* Small behaviours for every page, driven by data attributes. docs/look.md lists them. */
(function () {
  "use strict";

  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* --- toasts -------------------------------------------------------------------------- */
  function toast(text, bad) {
    const area = $("#toasts");
    if (!area) return;
    // An open dialog covers the page: the toast must be inside it to be seen.
    const top = $$("dialog[open]").pop();
    (top || document.body).append(area);
    const note = document.createElement("div");
    note.className = "toast-note" + (bad ? " bad" : "");
    note.append(Object.assign(document.createElement("span"), { textContent: text }));
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close btn-close-white";
    close.setAttribute("aria-label", "关闭");
    close.addEventListener("click", () => note.remove());
    note.append(close);
    area.replaceChildren(...$$(".toast-note", area).slice(-2), note);
    setTimeout(() => note.remove(), bad ? 12000 : 6000);
  }

  /* --- htmx: CSRF token, loading bar, errors in words ------------------------------------- */
  function csrfToken() {
    const input = $("input[name=csrfmiddlewaretoken]");
    if (input) return input.value;
    const match = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return match ? decodeURIComponent(match[1]) : "";
  }
  const FAILURES = {
    400: "提交的内容无法识别，请刷新页面后重试。",
    403: "您没有进行这项操作的权限，或页面已过期，请刷新后重试。",
    404: "没有找到这条记录，可能已被删除或不在您的权限范围内。",
    409: "内容刚被别人修改过，请刷新后再操作。",
    412: "内容刚被别人修改过，请刷新后再操作。",
    413: "上传的文件太大。",
    429: "操作过于频繁，请稍后再试。",
  };
  let pending = 0;
  function loading(step) {
    pending = Math.max(0, pending + step);
    const bar = $("#loading");
    if (bar) bar.classList.toggle("on", pending > 0);
  }
  document.addEventListener("htmx:configRequest", (e) => { e.detail.headers["X-CSRFToken"] = csrfToken(); });
  document.addEventListener("htmx:beforeRequest", () => loading(1));
  document.addEventListener("htmx:afterRequest", () => loading(-1));
  document.addEventListener("htmx:sendError", () => toast("网络连接失败，操作没有完成，请检查网络后重试。", true));
  document.addEventListener("htmx:timeout", () => toast("服务器没有及时响应，请稍后重试。", true));
  document.addEventListener("htmx:responseError", (e) => {
    toast(FAILURES[e.detail.xhr.status] || "系统出错，操作没有完成，请稍后重试。", true);
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    // 422 is a form with its errors: show it in place.
    if (e.detail.xhr.status === 422) { e.detail.shouldSwap = true; e.detail.isError = false; }
  });
  document.addEventListener("htmx:afterSettle", (e) => ready(e.target));
  window.addEventListener("offline", () => toast("网络已断开，已填写的内容会保存在本机。", true));
  window.addEventListener("online", () => toast("网络已恢复。"));

  /* --- dialogs --------------------------------------------------------------------------------- */
  /** Opens a dialog; the cursor goes to what is to be filled in, not to the cross that closes it. */
  function show(dialog) {
    dialog.showModal();
    const fields = "textarea, select, input:not([type=hidden])";
    const first = $("[aria-invalid=true], [autofocus]", dialog) || $(fields, dialog);
    if (first) first.focus();
  }
  document.addEventListener("click", (e) => {
    const opener = e.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = $(opener.dataset.dialogOpen);
      if (dialog) { e.preventDefault(); show(dialog); }
      return;
    }
    const photo = e.target.closest("[data-photo]");
    if (photo && !e.ctrlKey && !e.metaKey) {
      const viewer = $("#photo-dialog");
      if (!viewer) return;
      e.preventDefault();
      $("img", viewer).src = photo.dataset.photo;
      $("img", viewer).alt = photo.dataset.caption || "照片";
      $(".caption", viewer).textContent = photo.dataset.caption || "";
      viewer.showModal();
      return;
    }
    if (e.target.closest("[data-dialog-close]")) { e.target.closest("dialog").close(); return; }
    // A click beside the box is a click on the dialog element itself; forms are kept open.
    if (e.target.matches("dialog.photo-dialog")) e.target.close();
  });
  document.addEventListener("close", (e) => {
    const area = $("#toasts", e.target);
    if (area) document.body.append(area);
  }, true);

  /* --- submit once --------------------------------------------------------------------------------- */
  function lock(form, button) {
    form.dataset.sent = "1";
    Array.from(form.elements).filter((b) => b.type === "submit").forEach((b) => { b.disabled = true; });
    if (button && !button.dataset.label) { button.dataset.label = button.innerHTML; button.textContent = "处理中…"; }
  }
  function unlock(form) {
    delete form.dataset.sent;
    Array.from(form.elements).filter((b) => b.type === "submit").forEach((b) => {
      b.disabled = false;
      if (b.dataset.label) { b.innerHTML = b.dataset.label; delete b.dataset.label; }
    });
  }
  const byHtmx = (form) => form.matches("[hx-post], [data-hx-post]");
  // Capturing: it must come before htmx, which listens on the form itself.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (form.getAttribute("method") !== "post" || form.matches("[data-resend]") || (e.submitter && e.submitter.matches("[data-resend]"))) return;
    if (form.dataset.sent) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    if (byHtmx(form)) return;
    setTimeout(() => {
      // After the browser has read the form: a disabled button's own value would not be sent.
      if (!e.defaultPrevented) lock(form, e.submitter);
    }, 0);
  }, true);
  document.addEventListener("htmx:beforeRequest", (e) => { if (e.target.matches("form") && byHtmx(e.target)) lock(e.target); });
  document.addEventListener("htmx:afterRequest", (e) => { if (e.target.matches("form")) unlock(e.target); });
  window.addEventListener("pageshow", (e) => { if (e.persisted) $$("form[data-sent]").forEach(unlock); });

  /* --- filters, select-all, password ------------------------------------------------------------------ */
  document.addEventListener("change", (e) => {
    const auto = e.target.closest("[data-autosubmit]");
    if (auto && e.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) {
      const form = e.target.form;
      if (form) form.requestSubmit();
      return;
    }
    if (e.target.matches("[data-check-all]")) {
      $$(e.target.dataset.checkAll).forEach((box) => { box.checked = e.target.checked; });
      count(e.target);
    } else if (e.target.matches("input[type=checkbox]")) {
      $$("[data-check-all]").filter((all) => e.target.matches(all.dataset.checkAll)).forEach(count);
    }
  });
  /* Empty filters stay out of the address. */
  document.addEventListener("formdata", (e) => {
    if (!e.target.matches("[data-autosubmit], .filters")) return;
    Array.from(e.formData.entries()).forEach(([name, value]) => {
      if (value === "" && e.formData.getAll(name).length === 1) e.formData.delete(name);
    });
  });
  function count(all) {
    const boxes = $$(all.dataset.checkAll);
    const checked = boxes.filter((box) => box.checked).length;
    all.checked = checked > 0 && checked === boxes.length;
    all.indeterminate = checked > 0 && checked < boxes.length;
    const bar = all.dataset.bar && $(all.dataset.bar);
    if (bar) {
      bar.hidden = checked === 0;
      $$("[data-checked-count]", bar).forEach((el) => { el.textContent = checked; });
    }
  }
  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-show-password]");
    if (button) {
      const input = $(button.dataset.showPassword);
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.textContent = show ? "隐藏" : "显示";
      button.setAttribute("aria-pressed", String(show));
    }
    if (e.target.closest("[data-print]")) window.print();
    if (e.target.closest("[data-back]")) { e.preventDefault(); history.back(); }
  });

  /* --- <select data-find>: many choices get a box that leaves those that hold what is typed --------------- */
  const MANY = 30;
  function findable(select) {
    const all = Array.from(select.options);
    if (all.length <= MANY || select.previousElementSibling?.matches(".find")) return;
    const box = Object.assign(document.createElement("input"), { type: "search", className: "find", autocomplete: "off", placeholder: "输入名称查找" });
    const name = select.labels[0]?.firstChild?.textContent.trim() || "";
    box.setAttribute("aria-label", "查找" + name);
    const said = Object.assign(document.createElement("div"), { className: "help find-said" });
    said.setAttribute("role", "status");
    const found = () => Array.from(select.options).filter((one) => one.value !== "" && holds(one));
    const words = () => box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = (one) => words().every((word) => one.text.toLowerCase().includes(word));
    const show = () => {
      // Options that are only hidden stay in sight on a phone: the others are taken out. The chosen one stays.
      const chosen = select.value;
      select.replaceChildren(...all.filter((one) => one.value === "" || one.value === chosen || holds(one)));
      select.value = chosen;
      const count = found().length;
      said.textContent = !words().length ? "" : count ? "找到 " + count + " 个，请在下面选择" : "没有找到，请换几个字";
    };
    box.addEventListener("input", (e) => { if (!e.isComposing) show(); });
    box.addEventListener("compositionend", show);
    select.addEventListener("change", () => { box.value = ""; show(); });
    box.addEventListener("keydown", (e) => {
      if (e.isComposing || !["Enter", "ArrowDown"].includes(e.key)) return;
      e.preventDefault();
      const [first] = words().length ? found() : [];
      select.focus();
      if (e.key !== "Enter" || !first || first.selected) return;
      select.value = first.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    select.before(box, said);
  }

  /* --- keys --------------------------------------------------------------------------------------------- */
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || $("dialog[open]")) return;
    if (e.target.closest("input, textarea, select, [contenteditable]")) return;
    if (e.key === "/") {
      const box = $("[data-search], input[type=search]");
      if (box) { e.preventDefault(); box.focus(); box.select(); }
    } else if (e.key === "n" && document.body.dataset.reportUrl) {
      location.href = document.body.dataset.reportUrl;
    } else if (e.key === "?" || e.key === "？") {
      const help = $("#keys-dialog");
      if (help) help.showModal();
    }
  });

  /* --- on load and after each swap ------------------------------------------------------------------------ */
  function ready(root) {
    $$("[data-check-all]", root).forEach(count);
    $$("select[data-find]", root).forEach(findable);
    // A form sent back with errors inside a dialog: open it again and show them.
    const failed = $$("dialog[data-dialog-auto], dialog:has([aria-invalid=true], .errors, .alert-danger)", root).find((d) => !d.open);
    if (failed) show(failed);
    const wrong = $("main [aria-invalid=true]", document);
    if (wrong && root === document) wrong.focus();
  }
  window.app = { toast, csrfToken, lock, unlock };
  ready(document);
})();
