/* Keeps what a person has entered until the server has it: text in localStorage, photos in IndexedDB.
   <form data-draft="KEY"> opts in. Drafts are kept apart by person (body data-user), so the next one on the
   same phone never sees them, and are forgotten after a week. A page says that KEY has arrived by a message
   with extra_tags "draft-clear:KEY" (or <meta name="draft-clear" content="KEY">). */
(function () {
  "use strict";

  const WEEK = 7 * 24 * 3600 * 1000;
  const PREFIX = "draft:";
  const STORE = "photos";

  /* --- IndexedDB, as promises; every failure means "no photos kept", never a broken form ------------ */
  function open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("drafts", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }
  async function withStore(mode, work) {
    try {
      const db = await open();
      return await new Promise((resolve, reject) => {
        const transaction = db.transaction(STORE, mode);
        const request = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => { db.close(); resolve(request && request.result); };
        transaction.onerror = transaction.onabort = () => { db.close(); reject(transaction.error); };
      });
    } catch (error) {
      return undefined;
    }
  }
  const putFiles = (key, files) => withStore("readwrite", (s) => (files.length ? s.put({ at: Date.now(), files }, key) : s.delete(key)));
  const getFiles = (key) => withStore("readonly", (s) => s.get(key));
  const dropFiles = (prefix) => withStore("readwrite", (s) => s.delete(IDBKeyRange.bound(prefix, prefix + "\uffff")));

  function readText(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
  }
  async function forget(key) {
    localStorage.removeItem(key);
    await dropFiles(key + "|");
  }
  async function forgetOld() {
    const limit = Date.now() - WEEK;
    Object.keys(localStorage).filter((k) => k.startsWith(PREFIX)).forEach((k) => {
      const draft = readText(k);
      if (!draft || draft.at < limit) localStorage.removeItem(k);
    });
    await withStore("readwrite", (s) => {
      const cursor = s.openCursor();
      cursor.onsuccess = () => {
        if (!cursor.result) return;
        if (cursor.result.value.at < limit) cursor.result.delete();
        cursor.result.continue();
      };
      return cursor;
    });
  }

  /* --- one form ----------------------------------------------------------------------------------------- */
  const SKIP = ["password", "file", "submit", "button", "reset", "image"];
  function fields(form) {
    // Hidden values belong to the page, except those that say they belong to the draft (a replay key).
    return Array.from(form.elements).filter((el) =>
      el.name && el.name !== "csrfmiddlewaretoken" && !SKIP.includes(el.type) && !el.disabled &&
      !("draftSkip" in el.dataset) && (el.type !== "hidden" || "draftKeep" in el.dataset));
  }
  const ticks = (el) => el.type === "checkbox" || el.type === "radio";
  function valuesOf(el) {
    if (ticks(el)) return el.checked ? [el.value] : [];
    if (el.multiple && el.options) return Array.from(el.selectedOptions, (o) => o.value);
    return [el.value];
  }
  function collect(form) {
    const data = {};
    fields(form).forEach((el) => { data[el.name] = (data[el.name] || []).concat(valuesOf(el)); });
    return data;
  }
  /* Put values back; returns whether anything changed. A choice not on offer yet is left in `waiting`. */
  function fill(form, data, waiting) {
    const seen = {};
    let changed = false;
    fields(form).forEach((el) => {
      const wanted = data[el.name];
      if (!wanted) return;
      const before = JSON.stringify(valuesOf(el));
      if (ticks(el)) el.checked = wanted.includes(el.value);
      else if (el.options) {
        const offered = Array.from(el.options, (o) => o.value);
        if (wanted.every((v) => offered.includes(v))) {
          Array.from(el.options).forEach((o) => { o.selected = wanted.includes(o.value); });
          delete waiting[el.name];
        } else waiting[el.name] = wanted;
      } else {
        const index = (seen[el.name] = (seen[el.name] ?? -1) + 1);
        if (index < wanted.length) el.value = wanted[index];
      }
      if (JSON.stringify(valuesOf(el)) !== before) {
        changed = changed || el.type !== "hidden";
        el.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    return changed;
  }

  function note(form, key) {
    if (form.querySelector(".draft-note")) return;
    const box = document.createElement("div");
    box.className = "alert alert-info draft-note";
    box.setAttribute("role", "status");
    const text = Object.assign(document.createElement("span"), { textContent: "已恢复未提交的内容，请核对后提交。" });
    const clear = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: "清空" });
    clear.addEventListener("click", async () => {
      form.dataset.draftOff = "1";
      await forget(key);
      location.assign(location.href.split("#")[0]);
    });
    box.append(text, clear);
    form.prepend(box);
  }

  async function keep(form, user) {
    const key = PREFIX + (form.dataset.draftUser || user) + ":" + form.dataset.draft;
    const waiting = {};
    let timer = 0;
    let restoring = true;
    const save = () => {
      clearTimeout(timer);
      timer = 0;
      if (restoring || form.dataset.draftOff) return;
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: Object.assign(collect(form), waiting) }));
      } catch (error) { /* storage full or forbidden: the form itself still works */ }
    };
    const later = (e) => {
      if (e.isTrusted && e.target.name) delete waiting[e.target.name];
      clearTimeout(timer);
      timer = setTimeout(save, 250);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    window.addEventListener("pagehide", () => { if (timer) save(); });
    form.addEventListener("photos:changed", (e) => {
      if (!form.dataset.draftOff) putFiles(key + "|" + e.target.name, window.photoInput.files(e.target));
    });
    form.addEventListener("submit", (e) => {
      save();
      if (!navigator.onLine) {
        e.preventDefault();
        e.stopImmediatePropagation();
        window.app.toast("网络已断开，内容已保存在本机，联网后再提交即可。", true);
      }
    }, true);
    document.addEventListener("htmx:afterSettle", (e) => {
      if (form.contains(e.target) && Object.keys(waiting).length) fill(form, { ...waiting }, waiting);
    });

    const draft = readText(key);
    let restored = draft && draft.fields ? fill(form, draft.fields, waiting) : false;
    for (const input of form.querySelectorAll("[data-photo-input] input[type=file]")) {
      const found = await getFiles(key + "|" + input.name);
      if (found && found.files.length && !input.files.length) {
        window.photoInput.set(input, found.files, true);
        restored = true;
      }
    }
    restoring = false;
    if (restored || Object.keys(waiting).length) note(form, key);
  }

  /* --- the page -------------------------------------------------------------------------------------------- */
  function arrived() {
    const tags = Array.from(document.querySelectorAll("[data-tags]")).flatMap((el) => el.dataset.tags.split(/\s+/));
    const keys = tags.filter((t) => t.startsWith("draft-clear:")).map((t) => t.slice("draft-clear:".length));
    document.querySelectorAll("meta[name=draft-clear]").forEach((m) => keys.push(m.content));
    return keys.filter(Boolean);
  }
  async function start() {
    const user = document.body.dataset.user;
    if (!user) return;
    for (const key of arrived()) await forget(PREFIX + user + ":" + key);
    await forgetOld();
    document.querySelectorAll("form[data-draft]").forEach((form) => keep(form, user));
    document.addEventListener("draft-clear", (e) => forget(PREFIX + user + ":" + e.detail.value));
  }
  start();
})();
