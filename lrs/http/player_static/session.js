// One session of a SCO: the runtime that the content finds, what it commits, and how it ends.
import { parse, write } from "./times.js";

const COMMIT_MS = 30000;
const LIVE_MS = 5000;
// What a content says of its time as it ends is believed as it stands; what it said long before has gone on since.
const FRESH_MS = 30000;

export class Session {
  // `rules` are those of the course, if it has any.
  constructor(start, outbox, { ended, navigated, rules }) {
    this.start = start;
    this.outbox = outbox;
    this.id = crypto.randomUUID();
    this.sequence = 0;
    this.began = null;
    this.said = null;
    this.exit = "";
    this.isOver = false;
    this.isForced = false;
    this.ended = ended;
    this.navigated = navigated;
    this.rules = rules;
    this.request = "";
    this.is2004 = start.edition === "2004";
  }

  // Put the runtime where contents look for it.
  async open() {
    const runtime = await import(this.start.runtime);
    const Api = this.is2004 ? runtime.Scorm2004API : runtime.Scorm12API;
    this.api = new Api({
      lmsCommitUrl: this.start.commit,
      dataCommitFormat: "json",
      renderCommonCommitFields: true,
      includeCommitSequence: true,
      terminateCommitParam: "terminate",
      alwaysSendTotalTime: true,
      mastery_override: true,
      autocommit: true,
      autocommitSeconds: COMMIT_MS / 1000,
      httpService: this.#service(),
    });
    this.api.loadFromJSON({ cmi: this.start.cmi });
    const names = this.is2004 ? ["Initialize", "SetValue"] : ["LMSInitialize", "LMSSetValue"];
    this.#follow(...names);
    window[this.is2004 ? "API_1484_11" : "API"] = this.api;
    this.api.on("SequenceNext", () => this.navigated(1));
    this.api.on("SequencePrevious", () => this.navigated(-1));
    this.timers = [setInterval(() => this.commit(), COMMIT_MS), setInterval(() => this.note(), LIVE_MS)];
  }

  #follow(initialize, setValue) {
    const { [initialize]: begin, [setValue]: set } = this.api;
    this.api[initialize] = (...given) => {
      const answer = begin.apply(this.api, given);
      if (String(answer) === "true" && this.began === null) {
        this.began = performance.now();
        this.outbox.hold(this.id);
        // What the server measures begins with the first commit.
        setTimeout(() => this.commit());
      }
      return answer;
    };
    if (this.rules && this.is2004) this.#answerRules();
    this.api[setValue] = (element, value) => {
      const answer = set.call(this.api, element, value);
      if (String(answer) === "true") this.#noteValue(String(element), String(value));
      return answer;
    };
  }

  #answerRules() {
    const get = this.api.GetValue;
    this.api.GetValue = (element) => {
      // The runtime is asked all the same: it keeps what its errors are.
      const found = get.call(this.api, element);
      return this.rules.valid(String(element)) ?? found;
    };
  }

  #noteValue(element, value) {
    if (element === "adl.nav.request") this.request = value;
    if (/^cmi\.(core\.)?exit$/.test(element)) this.exit = value;
    if (!/^cmi\.(core\.)?session_time$/.test(element)) return;
    const seconds = parse(value);
    if (seconds !== null) this.said = { seconds, at: performance.now() };
  }

  get isOpen() {
    return this.began !== null && !this.isOver;
  }

  // How long this session has taken: as the content says, and as long as has passed since it said so.
  seconds(isOwnEnd) {
    const now = performance.now();
    if (this.said === null) return (now - this.began) / 1000;
    const since = now - this.said.at;
    return this.said.seconds + (isOwnEnd && since < FRESH_MS ? 0 : since / 1000);
  }

  // A transport of scorm-again: it takes a commit at once, for what is written down is not lost.
  #service() {
    return {
      reportsRequestCompletion: false,
      updateSettings() {},
      processHttpRequest: (_url, params, isEnd, _log, tell, metadata) => {
        this.sequence = metadata.sequence;
        this.outbox.put(this.#commit(params, isEnd, isEnd && !this.isForced));
        if (isEnd) this.#over();
        else setTimeout(() => this.note());
        this.outbox.flush();
        tell("CommitSuccess");
        return { result: "true", errorCode: 0 };
      },
    };
  }

  #commit(params, isEnd, isOwnEnd) {
    const { cmi } = params.runtimeData;
    this.#forgetGiven(cmi);
    const place = this.is2004 ? cmi : cmi.core;
    const seconds = this.seconds(isOwnEnd);
    place.session_time = write(seconds, this.start.edition);
    place.total_time = write(this.start.total_seconds + seconds, this.start.edition);
    if (isEnd && !isOwnEnd && !this.exit) place.exit = "suspend";
    const { commit: path, track } = this.start;
    return { path, track, session: this.id, end: Boolean(isEnd), at: Date.now(), body: JSON.stringify(params) };
  }

  // What objectives of others hold is told to the content; said again by it, it is nothing that was done here.
  #forgetGiven(cmi) {
    const given = this.start.given ?? {};
    for (const [at, row] of Object.entries(cmi.objectives ?? {})) {
      const told = given[row?.id];
      if (told && isSame(told, row)) cmi.objectives[at] = { id: row.id };
    }
  }

  #over() {
    this.isOver = true;
    this.timers.forEach(clearInterval);
    this.outbox.ended(this.id);
    this.ended();
    if (this.rules && this.request && !this.isForced) setTimeout(() => this.rules.asked(this.request));
  }

  commit() {
    if (this.isOpen) this.is2004 ? this.api.Commit("") : this.api.LMSCommit("");
  }

  // Write down what the session would end with now, should this be the last that is heard of it.
  note() {
    if (!this.isOpen) return;
    const params = this.api.getCommitObject(true);
    params.commitSequence = this.sequence + 1;
    this.outbox.live(this.#commit(params, true, false));
  }

  // End a session whose content did not: it is suspended, and goes on from there, unless it `isDone` and the learner
  // goes elsewhere in a course whose rules look at how it ended.
  finish({ isDone = false } = {}) {
    if (!this.isOpen) return;
    this.isForced = true;
    if (isDone && this.#isJudged()) this.exit = "normal";
    if (!this.exit) this.is2004 ? this.api.SetValue("cmi.exit", "suspend") : this.api.LMSSetValue("cmi.core.exit", "suspend");
    this.is2004 ? this.api.Terminate("") : this.api.LMSFinish("");
  }

  #isJudged() {
    if (!this.is2004) return false;
    const success = this.api.GetValue("cmi.success_status");
    return this.api.GetValue("cmi.completion_status") === "completed" || success === "passed" || success === "failed";
  }
}

function isSame(told, row) {
  const flat = (from) => ["success_status", "completion_status", "progress_measure"].map((name) => plain(from[name]))
    .concat(["scaled", "raw", "min", "max"].map((name) => plain(from.score?.[name])));
  return JSON.stringify(flat(told)) === JSON.stringify(flat(row));
}

// A number as it is, however it is written; nothing for what says nothing.
function plain(value) {
  const text = String(value ?? "");
  if (["", "unknown", "not attempted"].includes(text)) return "";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
