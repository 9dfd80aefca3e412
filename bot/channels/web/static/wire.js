// The socket: connects, connects again, and sends what waits one by one, in order.

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const PING_EVERY_MS = 25_000;
const PATIENCE_MS = 15_000;
const SLOW_DOWN_MS = 5_000;
const NO_SESSION = 4401;
const TOO_MANY_SOCKETS = 4429;

export const MAX_FRAME_BYTES = 16 * 1024 - 1;

export function newId() {
  // crypto.randomUUID exists only on https and localhost.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function waitAfter(attempt) {
  const longest = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt);
  return SHORTEST_WAIT_MS + Math.random() * (longest - SHORTEST_WAIT_MS);
}

export class Wire {
  // `owner` gives lastSeen() and nextFrame(), and takes received(frame), changed(state) and
  // lostSession().
  #owner;
  #socket = null;
  #isOnline = false;
  #attempts = 0;
  #refusals = 0;
  #inFlight = null;
  #connectTimer = 0;
  #flushTimer = 0;
  #patienceTimer = 0;

  constructor(owner) {
    this.#owner = owner;
    setInterval(() => this.#ping(), PING_EVERY_MS);
    addEventListener("online", () => this.#reconnectNow());
    addEventListener("offline", () => this.#lose("offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#reconnectNow();
    });
  }

  get isOnline() {
    return this.#isOnline;
  }

  connect() {
    clearTimeout(this.#connectTimer);
    const url = new URL("/chat/ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#expectAnswer();
    socket.onopen = () => {
      this.#post({ type: "resume", after: this.#owner.lastSeen() });
      this.#post({ type: "ping" });
    };
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(event.code);
  }

  flush() {
    if (!this.#isOnline || this.#inFlight || this.#flushTimer) return;
    const frame = this.#owner.nextFrame();
    if (!frame) return;
    this.#inFlight = frame.id;
    this.#post(frame);
    this.#expectAnswer();
  }

  #post(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #ping() {
    if (!this.#isOnline) return;
    this.#post({ type: "ping" });
    this.#expectAnswer();
  }

  #expectAnswer() {
    clearTimeout(this.#patienceTimer);
    this.#patienceTimer = setTimeout(() => this.#lose("connecting"), PATIENCE_MS);
  }

  #receive(frame) {
    if (!this.#isOnline) {
      this.#isOnline = true;
      this.#attempts = 0;
      this.#owner.changed("online");
    }
    if (frame.type === "error") this.#refused(frame);
    else if (frame.type === "stored" || frame.type === "pong") this.#answered(frame);
    this.#owner.received(frame);
    this.flush();
  }

  #answered(frame) {
    if (frame.type === "stored") {
      this.#refusals = 0;
      if (frame.id === this.#inFlight) this.#inFlight = null;
    }
    if (!this.#inFlight) clearTimeout(this.#patienceTimer);
  }

  #refused({ code, id }) {
    if (!id || id !== this.#inFlight) return;
    this.#inFlight = null;
    clearTimeout(this.#patienceTimer);
    if (code === "unavailable") this.#flushLater(2 * waitAfter(this.#refusals++));
    else if (code === "slow_down") this.#flushLater(SLOW_DOWN_MS);
  }

  #flushLater(wait) {
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = 0;
      this.flush();
    }, wait);
  }

  #closed(code) {
    if (code === NO_SESSION) {
      this.#forget();
      this.#owner.lostSession();
    } else {
      this.#lose(code === TOO_MANY_SOCKETS ? "too_many" : "connecting");
    }
  }

  #forget() {
    clearTimeout(this.#patienceTimer);
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#connectTimer);
    this.#flushTimer = 0;
    this.#inFlight = null;
    this.#isOnline = false;
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #lose(state) {
    this.#forget();
    this.#owner.changed(navigator.onLine ? state : "offline");
    this.#connectTimer = setTimeout(() => this.connect(), waitAfter(this.#attempts++));
  }

  #reconnectNow() {
    if (this.#isOnline) this.#ping();
    else if (!this.#socket) this.connect();
  }
}
