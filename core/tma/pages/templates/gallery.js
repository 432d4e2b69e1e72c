"use strict";
// The page: cards are made as they come into sight, so that it is as quick with thousands.

const AT_ONCE = 12;  // full rows of one to four

class Page {
  constructor(data) {
    this.tasks = new Tasks(data);
    this.media = new Media(data);
    this.answers = new Answers(this.tasks);
    this.cards = new Map();
    this.shown = [];
    this.wish = new Wish(this.tasks, location.hash);
    this.build();
    this.listen();
    this.update();
  }

  build() {
    const wide = matchMedia("(min-width: 800px)");
    part("panel").open = wide.matches;
    wide.addEventListener("change", () => { part("panel").open = wide.matches; });
    const varied = this.tasks.fields.filter(field => field.varies);
    this.facets = varied.map(field => new Facet(field, this.wish, () => this.update()));
    part("facets").replaceChildren(...this.facets.map(facet => facet.node));
  }

  listen() {
    part("words").addEventListener("input", () => { this.wish.words = part("words").value.trim(); this.update(); });
    for (const name of ["shuffled", "revealed"]) {
      part(name).addEventListener("change", () => { this.wish[name] = part(name).checked; this.update(); });
    }
    part("more").addEventListener("click", () => this.addCards(true));
    part("save").addEventListener("click", () => this.answers.save());
    part("again").addEventListener("click", () => this.startAgain());
    part("close").addEventListener("click", () => part("large").close());
    part("large").addEventListener("click", event => event.target === part("large") && part("large").close());
    part("cards").addEventListener("click", event => this.answer(event.target.closest(".options button")));
    part("cards").addEventListener("keydown", event => this.press(event));
    addEventListener("hashchange", () => {
      this.wish = new Wish(this.tasks, location.hash);
      for (const facet of this.facets) facet.wish = this.wish;
      this.update();
    });
    this.watcher = new IntersectionObserver(
      seen => seen.some(entry => entry.isIntersecting) && this.addCards(), {rootMargin: "1200px"},
    );
  }

  update() {
    const open = this.facets.filter(facet => facet.open);
    const {shown, counts} = this.tasks.select(this.wish, open.map(facet => facet.field));
    for (const facet of this.facets) facet.show(counts.get(facet.field.place));
    chips(this.tasks, this.wish, () => this.update());
    if (part("words").value.trim() !== this.wish.words) part("words").value = this.wish.words;
    part("shuffled").checked = this.wish.shuffled;
    part("revealed").checked = this.wish.revealed;
    const total = this.tasks.length;
    part("count").textContent = shown.length === total
      ? `${many(total)} ${total === 1 ? "task" : "tasks"}` : `${many(shown.length)} of ${many(total)} tasks`;
    part("none").hidden = shown.length > 0;
    this.answers.show(this.wish.revealed);
    const hash = this.wish.hash(this.tasks);
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
    this.lay(shown);
  }

  // Lay out these tasks from the first; nothing moves if they are those that are there.
  lay(shown) {
    const same = shown.length === this.shown.length && shown.every((number, i) => number === this.shown[i]);
    if (same && this.revealed === this.wish.revealed) return;
    this.revealed = this.wish.revealed;
    if (same) {
      for (const card of this.cards.values()) this.mark(card);
      return;
    }
    this.shown = shown;
    this.cards.clear();
    part("cards").replaceChildren();
    this.addCards();
  }

  // The card before or after another one, if it has been made.
  beside(card, step) {
    const made = [...this.cards.values()];
    return made[made.indexOf(card) + step];
  }

  addCards(focus = false) {
    const numbers = this.shown.slice(this.cards.size, this.cards.size + AT_ONCE);
    const made = numbers.map(number => new Card(this.tasks, this.media, number));
    for (const card of made) {
      this.cards.set(card.node, card);
      this.mark(card);
    }
    const list = document.createElement("ol");
    list.className = "cards";
    list.append(...made.map(card => card.node));
    if (made.length) part("cards").append(list);
    part("more").hidden = this.cards.size === this.shown.length;
    // watched anew, since it tells of changes only, and may still be near
    this.watcher.unobserve(part("more"));
    this.watcher.observe(part("more"));
    if (focus) made[0]?.buttons[0].focus();
  }

  mark(card) {
    const given = this.answers.given.get(card.id);
    if (given !== undefined || this.wish.revealed) card.reveal(given);
    else card.hide();
  }

  answer(button) {
    const card = button && this.cards.get(button.closest(".card"));
    if (!card || button.hasAttribute("aria-disabled")) return;
    const given = card.buttons.indexOf(button);
    this.answers.give(card.id, given);
    this.mark(card);
    part("said").textContent = given === card.answer ? "Right" : `Wrong: right is ${LETTERS[card.answer]} ${card.options[card.answer]}`;
    this.answers.show(this.wish.revealed);
  }

  startAgain() {
    this.answers.clear();
    this.answers.show(this.wish.revealed);
    for (const card of this.cards.values()) this.mark(card);
    part("count").focus({preventScroll: true});
  }

  // Letters answer and arrows go on, while an option has the focus.
  press(event) {
    const button = event.target.closest(".options button");
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = this.cards.get(button.closest(".card"));
    const letter = LETTERS.indexOf(event.key.toUpperCase());
    if (event.key.length === 1 && card.buttons[letter]) {
      card.buttons[letter].focus();
      this.answer(card.buttons[letter]);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const next = this.beside(card, event.key === "ArrowRight" ? 1 : -1);
      if (!next) return;
      event.preventDefault();
      next.buttons[0].focus();
      next.node.scrollIntoView({block: "nearest"});
    }
  }
}

new Page(JSON.parse(part("gallery").textContent));
