"use strict";
// Cards, and what was answered on them.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const part = (id) => document.getElementById(id);
const copy = (id) => part(id).content.firstElementChild.cloneNode(true);
const many = (number) => number.toLocaleString("en");
const percent = (share) => `${Math.round(share * 100)}\u00a0%`;

// Where the media are: beside the page, or in it, in lists that are read when they are needed.
class Media {
  constructor(data) {
    this.kinds = data.kinds;
    this.shapes = data.shapes;
    this.urls = data.urls;
    this.chunks = [];
    this.chunk = data.chunk;
  }

  url(place) {
    if (this.urls) return this.urls[place];
    const number = Math.floor(place / this.chunk);
    this.chunks[number] ??= JSON.parse(part(`media-${number}`).textContent);
    return this.chunks[number][place % this.chunk];
  }

  show(place, holder, label) {
    if (place < 0) return;
    const kind = this.kinds[place].split("/")[0];
    if (kind !== "image" && kind !== "video") return this.say(holder, `A file of type ${this.kinds[place]}`);
    const made = document.createElement(kind === "image" ? "img" : "video");
    [made.width, made.height] = this.shapes[place].length ? this.shapes[place] : [512, 512];
    made.addEventListener("error", () => this.say(holder, `The ${kind === "image" ? "picture" : "video"} can't be shown.`));
    if (kind === "image") {
      Object.assign(made, {alt: "", decoding: "async", src: this.url(place)});
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `Enlarge the picture of ${label}`);
      button.addEventListener("click", () => enlarge(made.src));
      button.append(made);
      holder.append(button);
    } else {
      Object.assign(made, {controls: true, loop: true, muted: true, playsInline: true, preload: "metadata", src: this.url(place)});
      made.setAttribute("aria-label", `Video of ${label}`);
      holder.append(made);
    }
  }

  say(holder, text) {
    const line = document.createElement("p");
    line.className = "soft";
    line.textContent = text;
    holder.replaceChildren(line);
  }
}

function enlarge(url) {
  part("full").src = url;
  part("large").showModal();
}

// What the reader answered, kept while the tab is open.
class Answers {
  constructor(tasks) {
    this.tasks = tasks;
    this.key = `tma-gallery ${location.pathname}`;
    this.given = new Map();
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
      const options = new Map(tasks.rows.map(row => [row[0], row[2].length]));
      for (const [id, option] of kept) if (option < (options.get(id) ?? 0)) this.given.set(id, option);
    } catch { /* nothing is kept where the browser keeps nothing */ }
  }

  give(id, option) {
    this.given.set(id, option);
    this.keep();
  }

  clear() {
    this.given.clear();
    this.keep();
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify([...this.given]));
    } catch { /* as above */ }
  }

  // As JSON lines that `tma import` reads.
  save() {
    const lines = [...this.given].map(([id, option]) => JSON.stringify({id, reply: LETTERS[option]}) + "\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, {type: "application/jsonl"}));
    link.download = "answers.jsonl";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // By generator, in the order of their names: [name, answered, right, right by chance].
  sums() {
    const sums = new Map(), {names, column} = this.tasks.fields[0];
    this.tasks.rows.forEach(([id, , options, answer], number) => {
      if (!this.given.has(id)) return;
      const name = names[column[number]];
      const sum = sums.get(name) ?? [name, 0, 0, 0];
      sums.set(name, sum);
      sum[1]++;
      sum[2] += this.given.get(id) === answer;
      sum[3] += 1 / options.length;
    });
    return [...sums.values()].sort((a, b) => a[0] < b[0] ? -1 : 1);
  }

  show(revealed) {
    const sums = this.sums();
    // readers of screens tell what is written anew, even if it is the same
    const say = text => { if (part("sum").textContent !== text) part("sum").textContent = text; };
    part("score").hidden = revealed && !sums.length;
    part("score").querySelector("details").hidden = !sums.length;
    const [n, right, chance] = [1, 2, 3].map(place => sums.reduce((sum, row) => sum + row[place], 0));
    if (!n) return say("You have answered none yet.");
    const [low, high] = wilson(right, n);
    say(`You have ${many(right)} of ${many(n)} right, ${percent(right / n)} `
      + `(${percent(low)} to ${percent(high)} at 95\u00a0% confidence); guessing gives ${percent(chance / n)}.`);
    part("shares").replaceChildren(...sums.map(([name, answered, good]) => {
      const line = document.createElement("tr");
      for (const text of [name, many(answered), many(good), percent(good / answered)]) {
        const cell = line.insertCell();
        cell.textContent = text;
        if (line.cells.length > 1) cell.className = "number";
      }
      return line;
    }));
  }
}

// Wilson's score interval for a share, at 95 % confidence.
function wilson(right, n) {
  const z = 1.959964, share = right / n, scale = 1 + z * z / n;
  const middle = (share + z * z / (2 * n)) / scale;
  const half = z / scale * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

class Card {
  constructor(tasks, media, number) {
    const [id, question, options, answer, medium] = tasks.rows[number];
    Object.assign(this, {id, options, answer, told: tasks.told(number)});
    this.node = copy("card");
    media.show(medium, this.node.querySelector(".medium"), `task ${id}`);
    const words = this.node.querySelector(".question");
    words.textContent = question;
    words.id = `question-${number}`;
    const group = this.node.querySelector(".options");
    group.setAttribute("aria-labelledby", words.id);
    this.buttons = options.map((text, place) => {
      const button = copy("option");
      button.querySelector("b").textContent = LETTERS[place];
      button.querySelector("span").textContent = text;
      return button;
    });
    group.append(...this.buttons);
    this.node.querySelector("small span").textContent = this.told[0][1];
    const link = this.node.querySelector("a");
    link.textContent = id;
    link.href = `#${new URLSearchParams({task: id})}`;
  }

  // Mark what is right, and what was answered, if anything was.
  reveal(given) {
    this.buttons.forEach((button, place) => {
      const right = place === this.answer, chosen = place === given;
      button.setAttribute("aria-disabled", "true");
      button.classList.toggle("right", right);
      button.classList.toggle("wrong", chosen && !right);
      const mark = right ? "✓" : "✗", said = chosen ? "your answer" : "right";
      button.querySelector("em").textContent = right || chosen ? `${mark} ${said}` : "";
    });
    const list = this.node.querySelector("dl");
    list.hidden = false;
    list.replaceChildren(...this.told.slice(1).flatMap(([label, name]) => {
      const pair = [document.createElement("dt"), document.createElement("dd")];
      [pair[0].textContent, pair[1].textContent] = [label, name];
      return pair;
    }));
  }

  hide() {
    for (const button of this.buttons) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("right", "wrong");
      button.querySelector("em").textContent = "";
    }
    this.node.querySelector("dl").hidden = true;
  }
}
