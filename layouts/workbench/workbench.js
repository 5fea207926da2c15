// The workbench: the official table as an editor. Cells hold fields of the record (by YAML keys); what is typed is
// checked at once and written when the cell is left. Everything that writes carries the hash of what was shown.
"use strict";

const $ = (id) => document.getElementById(id);
const NAMES = { error: "bad", warning: "doubt", notice: "doubt" };
let state = null; // the record as the server last gave it
let inputs = []; // {cell, element}, in reading order
let open = null; // the editor that is open: {input, field, before}
let writing = Promise.resolve(); // writes wait for each other, so that each carries the right hash
let current = null; // the input that has, or had last, the focus

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

async function ask(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const told = await response.json().catch(() => ({ message: `工作台没有做成（${response.status}）。` }));
  if (!response.ok) throw Object.assign(new Error((told.message || "") + (told.hint || "")), { status: response.status, told });
  return told;
}

function say(text, bad = false) {
  const saved = $("saved");
  if (!saved) return;
  saved.textContent = text;
  saved.classList.toggle("error", bad);
}

// -- the table ------------------------------------------------------------------------------------

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function show(next) {
  state = next;
  close();
  $("table").innerHTML = state.html; // made by the program from the form's template, texts escaped
  const tables = [...$("table").querySelectorAll("table.form")].map((table) => {
    table.setAttribute("role", "grid");
    table.querySelectorAll("col[data-width]").forEach((col) => (col.style.width = `${col.dataset.width}%`));
    return [...table.rows].flatMap((row) => [...row.cells]);
  });
  inputs = [];
  const shown = make("dl"), folded = make("dl");
  for (const cell of state.cells) {
    let element;
    if (cell.table >= 0) element = tables[cell.table][cell.cell];
    else {
      element = make("div", { class: "input" }, cell.value);
      (cell.folded ? folded : shown).append(make("dt", {}, cell.label), make("dd", {}, element));
    }
    bind(element, cell);
  }
  const others = $("others");
  const opened = others.querySelector("details")?.open;
  others.replaceChildren(make("h2", {}, "表外的项"), shown);
  if (folded.children.length) others.append(make("details", { open: opened }, make("summary", {}, "其余可填的项"), folded));
  $("source").value = state.text;
  $("undo").disabled = !state.undo;
  if (!state.html && state.data === null) textShown(true);
  levels();
  problems(state);
}

function bind(element, cell) {
  if (cell.table >= 0) element.setAttribute("role", "gridcell");
  else element.setAttribute("role", "textbox");
  element.dataset.bound = "";
  element.tabIndex = 0;
  element.setAttribute("aria-label", `${cell.label}：${cell.value || "空白"}`);
  const input = { cell, element };
  inputs.push(input);
  element.addEventListener("focus", () => select(input));
  element.addEventListener("click", (event) => open?.input !== input && !event.target.closest("a") && edit(input));
  element.addEventListener("keydown", (event) => key(event, input));
  element.addEventListener("paste", (event) => paste(event, input));
}

function select(input) {
  current = input;
  document.querySelector(".tools .rows").hidden = !input.cell.row;
}

function key(event, input) {
  if (open?.input === input) return;
  const moves = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };
  const row = rowKey(event);
  if (row) rowAct(row);
  else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") undo();
  else if (event.key === "Enter" || event.key === "F2") edit(input);
  else if (event.key === "Delete" || event.key === "Backspace") input.cell.value && change(setting(input, ""), input);
  else if (moves[event.key] && !event.altKey) move(input, ...moves[event.key]);
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) edit(input, input.cell.choices.length ? null : "");
  else return;
  if (event.key.length > 1 || event.ctrlKey || event.altKey) event.preventDefault();
}

function rowKey(event) {
  if (event.ctrlKey && event.key === "Enter") return "add";
  if (event.ctrlKey && event.key === "Delete") return "remove";
  if (event.altKey && event.key === "ArrowUp") return "up";
  return event.altKey && event.key === "ArrowDown" ? "down" : null;
}

function move(input, x, y) {
  const at = inputs.indexOf(input);
  if (x) return inputs[at + x]?.element.focus();
  const from = input.element.getBoundingClientRect(), middle = from.left + Math.min(from.width, 40) / 2;
  const rest = y > 0 ? inputs.slice(at + 1) : inputs.slice(0, at).reverse();
  const next = rest.find(({ element }) => {
    const to = element.getBoundingClientRect();
    return to.height && to.left <= middle && to.right >= middle && (y > 0 ? to.top >= from.bottom - 1 : to.bottom <= from.top + 1);
  });
  (next || rest[0])?.element.focus();
}

// -- editing a cell -------------------------------------------------------------------------------

function edit(input, start = null) {
  close();
  const { cell, element } = input, kind = cell.kind;
  let field, list = "";
  if (cell.choices.length && !/[一二]级指标$/.test(cell.label)) {
    field = make("select", {}, ...["", ...cell.choices].map((one) => make("option", { value: one }, one || "（空白）")));
    if (cell.value && !cell.choices.includes(cell.value)) field.append(make("option", { value: cell.value }, cell.value));
  } else if (cell.choices.length) {
    list = make("datalist", { id: "choices" }, ...cell.choices.map((one) => make("option", { value: one })));
    field = make("input", { list: "choices" });
  } else if (kind === "amount" || kind === "year" || kind === "count" || kind === "number") {
    field = make("input", { inputmode: kind === "amount" ? "text" : "numeric", autocomplete: "off" });
  } else field = make(kind === "date" ? "input" : "textarea", kind === "date" ? { type: "date" } : { rows: kind === "rich" || kind === "list" ? 6 : 1 });
  field.setAttribute("aria-label", cell.label);
  field.setAttribute("aria-describedby", "editor-note");
  field.value = start ?? cell.value;
  const note = make("span", { class: "note", id: "editor-note", "aria-live": "polite" }, cell.unit ? `不写单位按${cell.unit}` : "");
  const before = [...element.childNodes];
  element.replaceChildren(make("span", { class: "editor" }, field, list, note));
  open = { input, field, before, note, writing: false };
  field.addEventListener("input", typed);
  field.addEventListener("change", () => field.tagName === "SELECT" && typed());
  field.addEventListener("keydown", editorKey);
  field.addEventListener("blur", () => setTimeout(() => open?.field === field && document.activeElement !== field && commit()));
  field.focus();
  if (start === null) field.select?.();
}

function editorKey(event) {
  const { input, field } = open, lines = field.tagName === "TEXTAREA" && ["rich", "list"].includes(input.cell.kind);
  const row = rowKey(event);
  event.stopPropagation();
  if (event.key === "Escape") {
    close();
    input.element.focus();
  } else if (row) commit().then(() => rowAct(row));
  else if (event.key === "Enter" && !event.isComposing && (!lines || event.ctrlKey)) commit(0, 1);
  else if (event.key === "Tab") commit(event.shiftKey ? -1 : 1, 0);
  else return;
  event.preventDefault();
}

function close() {
  if (!open) return;
  const { input, before } = open;
  open = null;
  input.element.replaceChildren(...before);
  problems(state);
}

const setting = ({ cell }, text) => [{ do: "set", keys: cell.keys, kind: cell.kind, unit: cell.unit, text }];

function commit(x = 0, y = 0) {
  const { input, field, writing: busy } = open, text = field.value;
  if (busy) return writing;
  if (text === input.cell.value) {
    close();
    if (x || y) move(input, x, y);
    return writing;
  }
  open.writing = true;
  const target = input.cell;
  return change(setting(input, text), input, () => {
    const here = inputs.find(({ cell }) => same(cell.keys[0], target.keys[0]));
    if (here && (x || y)) move(here, x, y);
  });
}

let checking = false, again = false;

/** Checks what stands in the open editor: at the first key at once, and again for what was typed meanwhile. */
async function typed() {
  if (checking) return void (again = true);
  checking = true;
  do {
    again = false;
    const here = open;
    if (!here || here.writing) break;
    try {
      const next = await ask("/check", { address: state.address, changes: setting(here.input, here.field.value) });
      if (open === here) told(here, next);
    } catch (error) {
      if (open === here) here.note.textContent = error.message;
    }
  } while (again);
  checking = false;
}

function told({ input, note, field }, next) {
  problems(next);
  const mine = next.problems.filter((one) => !one.accepted && input.cell.keys.some((keys) => same(keys, one.keys)));
  const worst = mine.find((one) => one.severity === "error") || mine[0];
  field.setAttribute("aria-invalid", String(mine.some((one) => one.severity === "error")));
  note.classList.toggle("error", Boolean(worst));
  const holder = document.createElement("template");
  holder.innerHTML = next.html;
  const tables = [...holder.content.querySelectorAll("table.form")];
  const cell = next.cells.find((one) => same(one.keys[0], input.cell.keys[0]));
  const printed = cell && cell.table >= 0 ? [...tables[cell.table].rows].flatMap((row) => [...row.cells])[cell.cell].textContent.trim() : "";
  note.textContent = worst ? `${worst.word}：${worst.message}。${worst.hint}` : input.cell.kind === "amount" && printed ? `表上印：${printed}` : input.cell.unit ? `不写单位按${input.cell.unit}` : "";
}

// -- writing --------------------------------------------------------------------------------------

/** Writes some steps; afterwards the focus is where it was, and ``then`` may move it on. */
function change(changes, input = current, then = () => {}) {
  writing = writing.then(async () => {
    say("正在保存……");
    try {
      landed(await ask("/save", { address: state.address, changes, hash: state.hash }), input, then);
    } catch (error) {
      if (error.status === 409) await conflict(error.told, changes, input, then);
      else say(`没有保存：${error.message}`, true);
      if (open) open.writing = false;
    }
  });
  return writing;
}

function landed(next, input, then = () => {}) {
  show(next);
  say(`已保存 ${new Date().toLocaleTimeString("zh-CN", { hour12: false })}`);
  const here = input && inputs.find(({ cell }) => same(cell.keys[0], input.cell.keys[0]));
  if (here && [document.body, null].includes(document.activeElement)) here.element.focus({ preventScroll: true });
  then(next);
}

async function conflict({ theirs, mine, hash }, changes, input, then) {
  const marked = (text, other) => {
    const known = new Set(other.split("\n"));
    return make("pre", { tabindex: 0 }, ...text.split("\n").flatMap((line) => [known.has(line) ? line : make("mark", {}, line || " "), "\n"]));
  };
  const choice = await dialog("这个文件在别处改过了", make("div", { class: "two" }, make("div", {}, make("h3", {}, "别处改后的文件"), marked(theirs, mine)), make("div", {}, make("h3", {}, "再加上您的改动"), marked(mine, theirs))), { mine: "写入右边的", theirs: "用左边的，放弃我的改动" });
  if (choice?.answer === "mine") {
    try {
      landed(await ask("/save", { address: state.address, changes, hash }), input, then);
    } catch (error) {
      if (error.status === 409) return conflict(error.told, changes, input, then);
      say(`没有保存：${error.message}`, true);
    }
  } else landed(await (await fetch(`/state/${state.address}`)).json(), input);
}

function undo() {
  writing = writing.then(async () => {
    try {
      landed(await ask("/undo", { address: state.address }), current);
      say("已撤销");
    } catch (error) {
      say(error.message, true);
    }
  });
}

// -- rows -----------------------------------------------------------------------------------------

function rowAct(act) {
  if (!current?.cell.row) return;
  const [keys, at] = current.cell.row, rows = valueAt(keys) || [];
  const there = (index) => () => inputs.find(({ cell }) => cell.row && same(cell.row, [keys, index]) && !/[一二]级指标$/.test(cell.label))?.element.focus();
  const kept = (row) => Object.fromEntries(["一级指标", "二级指标"].filter((one) => row?.[one]).map((one) => [one, row[one]]));
  if (act === "add") change([{ do: "add", keys, at: at + 1, value: kept(rows[at]) }], null, there(at + 1));
  else if (act === "remove") change([{ do: "delete", keys: [...keys, at] }], null, there(Math.max(0, at - 1)));
  else {
    const to = at + (act === "up" ? -1 : 1);
    if (to >= 0 && to < rows.length) change([{ do: "move", keys, at, to }], null, there(to));
  }
}

const valueAt = (keys) => keys.reduce((value, one) => value?.[one], state.data);

function levels() {
  const label = document.querySelector(".tools .levels"), choice = $("level");
  label.hidden = !state.levels.length || !state.html;
  choice.replaceChildren(make("option", { value: "" }, "选择二级指标…"), ...state.levels.map(([first, second], number) => make("option", { value: number }, `${first} ${second}`)));
}

function addUnder(number) {
  const [first, second] = state.levels[number], base = state.address.split("/").length === 4 ? [] : ["部门整体绩效目标"];
  const keys = [...base, "绩效指标"], rows = valueAt(keys) || [];
  const last = rows.findLastIndex((row) => row.一级指标 === first && (row.二级指标 || "") === second);
  const at = last >= 0 ? last + 1 : rows.length;
  const value = { 一级指标: first, ...(second ? { 二级指标: second } : {}) };
  change([{ do: "add", keys, at, value }], null, () => inputs.find(({ cell }) => cell.row && same(cell.row, [keys, at]) && !/[一二]级指标$/.test(cell.label))?.element.focus());
}

/** A range of a spreadsheet goes over the rows from the current one; any other text into the cell. */
function paste(event, input) {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const range = input.cell.row && (text.includes("\t") || (text.includes("\n") && !["rich", "list"].includes(input.cell.kind)));
  if (!range && open?.input === input) return;
  event.preventDefault();
  if (!range) return void change(setting(input, text), input);
  const [keys, at] = input.cell.row;
  const mine = inputs.filter(({ cell }) => cell.row && same(cell.row[0], keys) && cell.keys.some((one) => one[keys.length] === at));
  const columns = mine.slice(mine.indexOf(input)).map(({ cell }) => ({ key: cell.keys[0][keys.length + 1], kind: cell.kind, unit: cell.unit }));
  close();
  change([{ do: "paste", keys, at, columns, rows: cells(text) }], input);
}

/** Tab-separated cells as spreadsheets copy them: those with line breaks or quotes stand in quotes. */
function cells(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
    if (quoted === undefined && !plain && !end && rows.at(-1).length && text.at(-1) !== "\t") break;
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\n") rows.push([]);
    if (!end) break;
  }
  return rows;
}

// -- problems -------------------------------------------------------------------------------------

const ALIKE = 3; // so many findings of one rule are listed, the rest is folded
const unfolded = new Set(); // rules whose rest somebody has opened

function problems(from) {
  for (const { element } of inputs) element.classList.remove("bad", "doubt", "look");
  const open_ = from.problems.filter((one) => !one.accepted && one.rule !== "residue.recheck"), accepted = from.problems.filter((one) => one.accepted);
  const weight = { error: 0, warning: 1, notice: 2 };
  open_.sort((one, other) => weight[one.severity] - weight[other.severity]);
  const list = make("ol"), counts = {}, folds = {};
  // Each mark to look again is listed by itself, so the finding that counts them is not.
  for (const one of open_) {
    const cell = cellOf(one);
    if (cell) cell.element.classList.add(NAMES[one.severity]);
    const item = make("li", { class: one.severity }, make("b", {}, `${one.word}：${one.message}`), make("p", {}, one.hint));
    if (cell) item.append(make("button", { type: "button", onclick: () => cell.element.focus() }, "到这一格"));
    else if (one.line) item.append(make("button", { type: "button", onclick: () => toLine(one.line) }, `文本第 ${one.line} 行`));
    if (one.acceptable && from === state) item.append(make("button", { type: "button", onclick: () => accept(one) }, "认可…"));
    counts[one.rule] = (counts[one.rule] ?? 0) + 1;
    if (counts[one.rule] <= ALIKE) list.append(item);
    else {
      if (!folds[one.rule]) {
        folds[one.rule] = make("ol");
        list.append(make("li", { class: one.severity }, make("details", { open: unfolded.has(one.rule), ontoggle: (event) => unfolded[event.target.open ? "add" : "delete"](one.rule) }, make("summary"), folds[one.rule])));
      }
      folds[one.rule].append(item);
      folds[one.rule].previousSibling.textContent = `还有 ${counts[one.rule] - ALIKE} 处同样的问题`;
    }
  }
  for (const mark of from.marks) {
    const cell = inputs.find(({ cell }) => cell.keys.some((keys) => same(keys.slice(0, mark.keys.length), mark.keys)));
    if (cell) cell.element.classList.add("look");
    const item = make("li", { class: "look" }, make("b", {}, `请核对：${mark.text}`), make("p", {}, mark.keys.join(" › ")));
    if (cell) item.append(make("button", { type: "button", onclick: () => cell.element.focus() }, "到这一格"));
    item.append(make("button", { type: "button", onclick: () => change([{ do: "looked", line: mark.line, text: mark.text }]) }, "核对过了"));
    list.append(item);
  }
  const box = $("problems");
  box.replaceChildren(list.children.length ? list : make("p", {}, "这条记录没有问题。"));
  if (accepted.length) {
    const items = accepted.map((one) => make("li", {}, `${one.message}（${one.accepted}）`, make("button", { type: "button", onclick: () => unaccept(one) }, "不再认可")));
    box.append(make("details", {}, make("summary", {}, `已认可 ${accepted.length} 个`), make("ul", {}, ...items)));
  }
  if (from.elsewhere) box.append(make("p", { class: "hint" }, `这一年的其他记录还有 ${from.elsewhere} 个错误。`));
}

const cellOf = (problem) => problem.keys.length && inputs.find(({ cell }) => cell.keys.some((keys) => same(keys, problem.keys.slice(0, keys.length))));

/** A report leads to a record with the field's name behind #: its cell, or its line where no cell holds it. */
function arrive() {
  const named = decodeURIComponent(location.hash.slice(1));
  const one = named && state.problems.find(({ path }) => path === named);
  const cell = one && cellOf(one);
  if (cell) {
    const folded = cell.element.closest("details");
    if (folded) folded.open = true;
    cell.element.focus();
  } else if (one?.line) toLine(one.line);
}

async function accept(one) {
  const given = await dialog("认可这个问题", [make("p", {}, one.message), field("原因", "reason")], { ok: "认可" });
  if (!given?.reason?.trim()) return;
  change([{ do: "add", keys: ["已认可"], value: { 规则: one.rule, ...(one.path ? { 位置: one.path } : {}), 原因: given.reason.trim() } }]);
}

function unaccept(one) {
  const at = (state.data.已认可 || []).findIndex((each) => each.规则 === one.rule && (!each.位置 || each.位置 === one.path));
  if (at >= 0) change([{ do: "delete", keys: ["已认可", at] }]);
}

// -- forms in a dialog ----------------------------------------------------------------------------

function field(label, name, value = "", kind = "text") {
  const input = kind === "long" ? make("textarea", { name, rows: 4 }) : make("input", { name, type: kind, checked: kind === "checkbox" && value });
  if (kind !== "checkbox") input.value = value;
  return make("label", {}, ...(kind === "checkbox" ? [input, ` ${label}`] : [label, input]));
}

/** Asks in a dialog; gives the values with the ``answer`` that was chosen, null for none. */
function dialog(title, content, answers) {
  const box = $("dialog");
  const buttons = Object.entries(answers).map(([value, text], number) => make("button", { value, class: number ? "" : "strong" }, text));
  const form = make("form", { method: "dialog" }, make("h2", { id: "dialog-title" }, title), ...[content].flat(), make("div", { class: "answers" }, ...buttons, make("button", { value: "" }, "取消")));
  box.replaceChildren(form);
  box.returnValue = "";
  box.showModal();
  form.querySelector("input, textarea, select")?.focus();
  return new Promise((done) => {
    box.onclose = () => {
      const values = Object.fromEntries(new FormData(form));
      done(box.returnValue ? { ...values, answer: box.returnValue } : null);
    };
  });
}

const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);

const acts = {
  async correct() {
    const kind = make("select", { name: "kind" }, make("option", {}, "更正说明"), make("option", {}, "仅改错字"));
    const given = await dialog("更正", [make("label", {}, "种类", kind), field("日期", "day", today(), "date"), field("写明哪一项由什么更正为什么", "text", "", "long"), field("保留更正前公开的 PDF（更正说明）", "keep", true, "checkbox")], { ok: "写入" });
    if (!given?.text?.trim()) return;
    const value = { 日期: given.day, 内容: given.text.trim() };
    if (given.keep && given.kind === "更正说明") {
      try {
        value.原文件 = [(await ask("/keep", { address: state.address })).file];
      } catch (error) {
        say(error.message, true);
        return;
      }
    }
    change([{ do: "add", keys: [given.kind], value }]);
  },
  async withdraw() {
    const old = state.data?.撤回说明;
    const given = await dialog("撤回", [make("p", {}, "撤回以后，网页上只公开名称、撤回日期和原因。"), field("日期", "day", old?.日期 || today(), "date"), field("原因", "reason", old?.原因 || "", "long")], { ok: "撤回", ...(old ? { undo: "取消撤回" } : {}) });
    if (given?.answer === "undo") change([{ do: "delete", keys: ["撤回说明"] }]);
    else if (given?.reason?.trim()) change([{ do: "set", keys: [["撤回说明"]], value: { 日期: given.day, 原因: given.reason.trim() } }]);
  },
  async new() {
    const given = await dialog("新建项目", [field("项目名称", "name"), field("文件名（网址，可以不写：由拼音组成）", "slug")], { ok: "新建" });
    if (given?.name?.trim()) await go({ address: state.address, name: given.name, slug: given.slug.trim() || null });
  },
  async carry() {
    const parts = state.address.split("/"), next = Number(parts[2]) + 1;
    const given = await dialog("沿用到下一年", [make("p", {}, `把 ${parts[2]} 年的全部项目沿用到下一年；要核对的地方做标记，逐格核对。`), field("年度", "year", next || "", "number")], { ok: "沿用" });
    if (given?.year) await go({ address: [parts[0], parts[1], given.year].join("/"), from: Number(parts[2]) });
  },
};

async function go(wanted) {
  try {
    location.href = `/record/${(await ask("/new", wanted)).address}`;
  } catch (error) {
    say(error.message, true);
  }
}

// -- import ---------------------------------------------------------------------------------------

async function take(file) {
  say(`正在读 ${file.name}……`);
  const response = await fetch(`/import/${state.address}?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  const told = await response.json().catch(() => ({ message: response.status === 413 ? "文件太大。" : "没有读成。" }));
  if (!response.ok) return say((told.message || "") + (told.hint || ""), true);
  sessionStorage.setItem("imported", JSON.stringify({ folder: state.address.split("/").slice(0, 3).join("/"), name: file.name, ...told }));
  say(`已读 ${file.name}，请在右边逐格核对`);
  imported();
}

function imported() {
  const box = $("imported"), told = JSON.parse(sessionStorage.getItem("imported") || "null");
  box.hidden = !told || !state.address.startsWith(told.folder);
  if (box.hidden) return;
  const done = () => (sessionStorage.removeItem("imported"), imported());
  box.replaceChildren(make("h2", {}, `导入：${told.name}`));
  for (const one of told.proposals) box.append(proposal(one, told));
  if (!told.proposals.length) box.append(make("p", {}, "没有读到记录。"));
  box.append(make("details", {}, make("summary", {}, "读入报告"), make("pre", { class: "words" }, told.report)), make("button", { type: "button", onclick: done }, "关闭"));
}

function proposal(one, told) {
  if (one.status === "same") return make("p", {}, `${one.name}：没有变化。`);
  if (one.status === "new") {
    const write = async () => {
      try {
        await ask("/create", { address: one.address, text: one.text });
        drop(one, told);
        location.href = `/record/${one.address}`;
      } catch (error) {
        say(error.message, true);
      }
    };
    return make("p", {}, `新的记录：${one.name} `, make("button", { type: "button", onclick: write }, "写成新记录"));
  }
  if (one.address !== state.address) return make("p", {}, `${one.name}：${one.differences.length} 处不同 `, make("a", { href: `/record/${one.address}` }, "到这条记录核对"));
  const list = make("ul");
  for (const each of one.differences) {
    if (!each.keys) continue;
    const tick = make("input", { type: "checkbox", checked: true });
    const text = make("textarea", { rows: 1, "aria-label": `${each.path} 采用的内容` });
    text.value = each.after ?? "";
    list.append(make("li", {}, make("label", {}, tick, ` ${each.path}`), make("del", {}, each.before ?? "（空白）"), text));
    Object.assign(list.lastChild, { each, tick, text });
  }
  const adopt = () => {
    const rows = [...list.children].filter((row) => row.tick.checked);
    const puts = rows.map(({ each, text }) => ({ do: "set", keys: [each.keys], value: text.value.trim() || null }));
    drop(one, told);
    change(puts, current, imported);
  };
  return make("div", {}, list, make("button", { type: "button", class: "strong", onclick: adopt }, "采用所选"));
}

function drop(one, told) {
  const left = told.proposals.filter((each) => each !== one);
  sessionStorage.setItem("imported", JSON.stringify({ ...told, proposals: left }));
}

// -- text, news, publishing -----------------------------------------------------------------------

function textShown(shown) {
  $("text").hidden = !shown;
  $("as-text").setAttribute("aria-expanded", String(shown));
}

function toLine(line) {
  textShown(true);
  const source = $("source"), lines = source.value.split("\n"), start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  source.focus();
  source.setSelectionRange(start, start + lines[line - 1].length);
}

let version = null;

async function news() {
  let wait = 1000;
  try {
    const told = await (await fetch("/news")).json();
    progress(told.task);
    if (told.task.name && !told.task.finished) wait = 250;
    if (version !== null && told.version !== version && state && !open) await renewed();
    version = told.version;
  } catch {
    say("工作台已经关闭：请重新启动。", true);
  }
  setTimeout(news, wait);
}

async function renewed() {
  await writing;
  const next = await (await fetch(`/state/${state.address}`)).json();
  if (next.hash === state.hash) {
    state = next;
    problems(state);
  } else {
    landed(next, current);
    say("文件在别处改过，已经更新");
  }
}

function progress(task) {
  const box = $("task");
  $("publish").disabled = Boolean(task.name) && !task.finished;
  const key_ = JSON.stringify(task);
  if (!task.name || box.dataset.told === key_) return;
  box.dataset.told = key_;
  box.hidden = false;
  if (task.finished) box.replaceChildren(make("span", { class: task.failed ? "error" : "" }, task.said), " ", make("button", { type: "button", onclick: () => (box.hidden = true) }, "关闭"));
  else box.replaceChildren(`正在${task.name}：${task.step}`, make("progress", task.total ? { value: task.done, max: task.total } : {}), task.total ? `${task.done}/${task.total}` : "");
}

$("publish").addEventListener("click", async () => {
  const given = await dialog("发布", make("p", {}, "把现在的记录发布到公开的网站。有错误的部门按上次发布的内容保留。发布前可以看“校验报告”和“与已公开比较”。"), { ok: "发布" });
  if (!given) return;
  try {
    await ask("/publish", {});
  } catch (error) {
    progress({ name: "发布", finished: true, failed: true, said: error.message });
  }
});

if ($("state")) {
  show(JSON.parse($("state").textContent));
  imported();
  arrive();
  $("undo").addEventListener("click", undo);
  $("as-text").addEventListener("click", () => textShown($("text").hidden));
  $("text").addEventListener("submit", (event) => {
    event.preventDefault();
    change([{ do: "text", text: $("source").value }]);
  });
  $("level").addEventListener("change", (event) => event.target.value !== "" && addUnder(Number(event.target.value)));
  $("file").addEventListener("change", (event) => event.target.files[0] && take(event.target.files[0]));
  for (const button of document.querySelectorAll("[data-row]")) button.addEventListener("click", () => rowAct(button.dataset.row));
  for (const button of document.querySelectorAll("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act]());
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  addEventListener("beforeunload", (event) => open && open.field.value !== open.input.cell.value && event.preventDefault());
  addEventListener("keydown", (event) => event.ctrlKey && event.key.toLowerCase() === "z" && document.activeElement === document.body && undo());
}
news();
