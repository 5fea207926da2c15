// Pages of the preview: says what they are, and shows them anew when something has changed on disk.
"use strict";

const bar = document.createElement("p");
bar.id = "preview-bar";
bar.append("这是预览，还没有公开。");
const back = document.createElement("a");
back.href = "/";
back.textContent = "回到工作台";
bar.append(back);
document.body.prepend(bar);

let shown = null;
setInterval(async () => {
  try {
    const { version } = await (await fetch("/news")).json();
    if (shown !== null && version !== shown) location.reload();
    shown = version;
  } catch {
    bar.firstChild.textContent = "工作台已经关闭，这里不再更新。";
  }
}, 1000);
