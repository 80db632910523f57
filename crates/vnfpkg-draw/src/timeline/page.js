"use strict";
const { timeline, logs } = JSON.parse(document.getElementById("data").textContent);
const critical = new Set(timeline.critical);
const byId = (id) => document.getElementById(id);

/** An element with a class and a text; the text is never markup. */
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function time(ms) {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
}

/** The distance of marks on the axis: about ten of them, at round times. */
function step(length) {
  const rounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000];
  return rounds.find((round) => length / round <= 10) ?? 7200000;
}

const at = (ms) => `${(100 * ms) / timeline.length_ms}%`;
const kinds = { connect: "connection", wait: "waiting", attempt: "attempt", pause: "pause" };

function drawBar(bar) {
  const made = element("button", `bar ${bar.kind} ${bar.outcome.split(" ")[0]}`, bar.label);
  if (critical.has(bar.task) && bar.kind === "attempt") made.classList.add("critical");
  made.type = "button";
  made.style.left = at(bar.from_ms);
  made.style.width = at(bar.to_ms - bar.from_ms);
  made.style.top = `${4 + bar.row * 24}px`;
  made.title = `${bar.task}: ${bar.result || kinds[bar.kind]}, ${time(bar.to_ms - bar.from_ms)}`;
  made.setAttribute("aria-label", made.title);
  made.addEventListener("click", () => choose(bar, made));
  return made;
}

function drawLane(lane) {
  const row = element("div", "lane");
  row.append(element("b", "", lane.host));
  const rows = element("div", "rows");
  rows.style.height = `${Math.max(1, lane.rows) * 24 + 6}px`;
  for (const bar of lane.bars) rows.append(drawBar(bar));
  for (const moment of lane.moments) {
    const mark = element("span", "moment");
    mark.style.left = at(moment.at_ms);
    mark.title = moment.text;
    rows.append(mark);
  }
  for (const moment of timeline.resumed_ms) {
    const mark = element("span", "moment resumed");
    mark.style.left = at(moment);
    mark.title = "the run was resumed";
    rows.append(mark);
  }
  row.append(rows);
  return row;
}

function drawAxis(length) {
  const axis = element("div", "axis");
  const distance = step(length);
  for (let ms = 0; ms <= timeline.length_ms; ms += distance) {
    const mark = element("span", "", time(ms));
    mark.style.left = at(ms);
    axis.append(mark);
  }
  return axis;
}

function choose(bar, made) {
  for (const other of document.querySelectorAll(".bar.chosen")) other.classList.remove("chosen");
  made.classList.add("chosen");
  const details = byId("details");
  details.replaceChildren(element("h2", "", bar.task));
  const list = element("dl");
  const fact = (name, text) => list.append(element("dt", "", name), element("dd", "", text));
  fact("what", bar.attempt ? `${kinds[bar.kind]} ${bar.attempt}` : kinds[bar.kind]);
  if (bar.result) fact("result", bar.result);
  fact("from", `${time(bar.from_ms)} after the beginning`);
  fact("took", time(bar.to_ms - bar.from_ms));
  bar.phases.forEach(([name, from], index) => {
    const end = index + 1 < bar.phases.length ? bar.phases[index + 1][1] : bar.to_ms;
    fact(`phase ${name}`, time(end - from));
  });
  if (bar.bytes !== undefined) fact("uploaded", `${(bar.bytes / 1048576).toFixed(1)} MiB`);
  details.append(list);
  const printed = logs.filter((log) => log.task === bar.task && log.attempt === bar.attempt);
  for (const log of printed) {
    details.append(element("h2", "", log.stream === "err" ? "standard error" : "standard output"));
    details.append(element("pre", "", (log.cut ? "[the beginning is left out]\n" : "") + log.text));
  }
  if (bar.kind === "attempt" && printed.length === 0) details.append(element("p", "", "It printed nothing."));
}

function drawKey() {
  const key = byId("key");
  for (const [name, colour] of [["changed", "changed"], ["already done", "done"], ["failed", "failed"], ["waiting", "wait"], ["connection", "connect"], ["critical path", "critical"]]) {
    const entry = element("span", "", name);
    const sample = element("i");
    sample.style.background = `var(--${colour})`;
    entry.prepend(sample);
    key.append(entry);
  }
}

function drawSlowest() {
  const attempts = timeline.lanes.flatMap((lane) => lane.bars.filter((bar) => bar.kind === "attempt"));
  attempts.sort((a, b) => b.to_ms - b.from_ms - (a.to_ms - a.from_ms));
  for (const bar of attempts.slice(0, 12)) {
    const row = element("tr");
    row.append(element("td", "", time(bar.to_ms - bar.from_ms)), element("td", "", bar.task), element("td", "", bar.result));
    byId("slowest").append(row);
  }
}

function zoom() {
  const factor = Number(byId("zoom").value);
  byId("chart").style.width = `${100 * factor}%`;
  byId("chart").querySelector(".axis").replaceWith(drawAxis(timeline.length_ms / factor));
}

function dim() {
  const only = byId("only-critical").checked;
  for (const bar of document.querySelectorAll(".bar")) bar.classList.toggle("dim", only && !bar.classList.contains("critical"));
}

byId("facts").textContent = `${timeline.product} · run ${timeline.run} · ${timeline.began} · ${time(timeline.length_ms)} · ${timeline.lanes.length} ${timeline.lanes.length === 1 ? "host" : "hosts"}`;
byId("ending").textContent = timeline.ending ?? "The run has not ended, or its controller died.";
byId("ending").className = timeline.good ? "good" : "bad";
byId("chart").append(drawAxis(timeline.length_ms), ...timeline.lanes.map(drawLane));
byId("zoom").addEventListener("input", zoom);
byId("only-critical").addEventListener("change", dim);
drawKey();
drawSlowest();
const failed = document.querySelector(".bar.failed:not(.connect)");
if (failed) failed.click();
