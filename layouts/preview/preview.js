// Local preview only: reloads the page after a build and shows the problems of the records over it.
"use strict";

const events = new EventSource("/-/events");
let shown = null;

events.onmessage = (event) => {
  const message = JSON.parse(event.data);
  if (shown !== null && message.build !== shown && message.published && !message.failure) {
    sessionStorage.setItem("preview-scroll", `${location.pathname} ${scrollY}`);
    location.reload();
    return;
  }
  shown = message.build;
  show(message);
};

addEventListener("load", () => {
  const [path, y] = (sessionStorage.getItem("preview-scroll") || "").split(" ");
  sessionStorage.removeItem("preview-scroll");
  if (path === location.pathname) scrollTo(0, Number(y));
});

function show({ problems, failure, published }) {
  document.getElementById("gongkai-preview")?.remove();
  if (!problems.length && !failure) return;
  const box = element("aside", "", { id: "gongkai-preview", role: "status", lang: "zh-Hans" });
  const details = element("details");
  details.open = !published || Boolean(failure) || sessionStorage.getItem("preview-open") === "1";
  details.ontoggle = () => sessionStorage.setItem("preview-open", details.open ? "1" : "0");
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const head = failure ? "程序出错，页面没有更新" : errors ? `${errors} 个错误，页面没有更新` : `${problems.length} 个问题`;
  details.append(element("summary", head));
  if (failure) details.append(element("pre", failure));
  const list = element("ol");
  const weight = { error: 0, warning: 1, notice: 2 };
  for (const problem of [...problems].sort((a, b) => weight[a.severity] - weight[b.severity])) {
    const item = element("li", "", { class: problem.severity });
    item.append(element("b", `${problem.label}：${problem.message}`), element("span", problem.hint), element("code", problem.place));
    list.append(item);
  }
  details.append(list);
  box.append(details);
  document.body.append(box);
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
