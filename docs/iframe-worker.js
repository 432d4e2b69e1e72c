"use strict";
// The site's search runs in a worker, and browsers start none for a site that is read from a folder.
// There, its script gets a hidden frame instead, which takes and sends messages as a worker does.

class FrameWorker extends EventTarget {
  constructor(url) {
    super();
    this.frame = document.createElement("iframe");
    this.frame.hidden = true;
    this.frame.srcdoc = "<!doctype html><title>search</title>";
    this.ready = this.load(new URL(url, document.baseURI));
    document.body.append(this.frame);
  }

  async load(url) {
    await new Promise(done => this.frame.addEventListener("load", done, {once: true}));
    const inside = this.frame.contentWindow, script = inside.document.createElement("script");
    inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", {data}));
    script.src = url;
    const loaded = new Promise(done => script.addEventListener("load", done));
    inside.document.body.append(script);
    await loaded;
    return inside;
  }

  async postMessage(data) {
    const inside = await this.ready;
    inside.dispatchEvent(new inside.MessageEvent("message", {data}));
  }

  terminate() {
    this.frame.remove();
  }
}

if (location.protocol === "file:") window.Worker = FrameWorker;
