// Draws the charts of a report in the page's colours, again whenever these change.
(() => {
  "use strict";
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const views = new Map();
  const NARROW = 400;

  function config(element) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const narrow = element.clientWidth < NARROW;
    const limit = Math.max(90, Math.round(element.clientWidth * (narrow ? 0.42 : 0.4)));
    const font = getComputedStyle(document.body).fontFamily;
    return {
      aria: false,
      background: "transparent",
      font,
      rule: { color: colour("--text") },
      text: { color: colour("--text") },
      view: { stroke: null },
      axis: {
        labelColor: colour("--text"),
        titleColor: colour("--soft"),
        titleFontWeight: 400,
        gridColor: colour("--line"),
        domainColor: colour("--line"),
        tickColor: colour("--line"),
        labelFontSize: 12,
        titleFontSize: 12,
      },
      axisY: { labelLimit: limit },
      axisX: { labelFlush: true, labelBound: false },
    };
  }

  // A long name in two lines, parted at the space nearest to its middle.
  function wrapped(text) {
    const spaces = [...text].flatMap((c, i) => (c === " " && i > 4 ? [i] : []));
    if (text.length < 24 || !spaces.length) return text;
    const middle = (5 + text.length) / 2;
    const at = spaces.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a));
    return `${text.slice(0, at)}\n${text.slice(at + 1)}`;
  }

  // Where there is little room names take two lines, and those of columns stand aslant.
  function fitted(spec) {
    for (const row of spec.data.values) row.line = wrapped(row.line);
    if (spec.data.values.some((row) => row.line.includes("\n"))) spec.height *= 1.4;
    const rows = spec.encoding?.y;
    if (rows) rows.sort = rows.sort.map(wrapped);
    const across = spec.encoding?.x?.axis;
    if (across) {
      across.labelAngle = -45;
      spec.padding = { left: 5, top: 5, bottom: 5, right: 60 };
    }
    return spec;
  }

  async function draw(element) {
    const copy = structuredClone(specs[element.id]);
    const spec = element.clientWidth < NARROW ? fitted(copy) : copy;
    const options = {
      actions: false,
      ast: true,
      config: config(element),
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    };
    const before = views.get(element);
    if (before) before.finalize();
    // Vega names what it draws into for itself; the element around it has a name that tells more
    const inner = document.createElement("div");
    inner.setAttribute("aria-hidden", "true");
    element.replaceChildren(inner);
    views.set(element, await window.vegaEmbed(inner, spec, options));
  }

  const drawAll = () => Promise.all([...document.querySelectorAll(".chart")].map(draw));
  dark.addEventListener("change", drawAll);

  // paper is white, and folds away nothing
  const opened = [];
  matchMedia("print").addEventListener("change", drawAll);
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.open = true;
      opened.push(details);
    }
  });
  addEventListener("afterprint", () => {
    for (const details of opened.splice(0)) details.open = false;
  });
  drawAll().then(() => document.documentElement.classList.add("drawn"));
})();
