// A content package's life with TinCanJS: everything that authoring tools do with it, against a running store.
//
// node journey.js MODULES ENDPOINT KEY SECRET VERSION
// Prints one line of JSON for whoever started it; ends with 1 and a stack when something is not as it should be.
"use strict";

const assert = require("node:assert/strict");
const path = require("node:path");

const [modules, endpoint, key, secret, version] = process.argv.slice(2);
const TinCan = require(path.join(modules, "tincanjs"));

TinCan.DEBUG = false;
const lrs = new TinCan.LRS({ endpoint, username: key, password: secret, version, allowFail: false });
const agent = new TinCan.Agent({ name: "Léa Martin", mbox: "mailto:lea@example.org" });
const activity = new TinCan.Activity({
  id: "https://lms.example.org/cours/sécurité-incendie",
  definition: { name: { "fr-FR": "Sécurité incendie" }, type: "http://adlnet.gov/expapi/activities/course" },
});
const verbs = { launched: "launched", answered: "answered", completed: "completed" };
for (const name of Object.keys(verbs)) {
  verbs[name] = new TinCan.Verb({ id: `http://adlnet.gov/expapi/verbs/${name}`, display: { "en-US": name } });
}

// TinCanJS answers through callbacks: (null, answer), or (status or error, the request).
const ask = (method, ...given) =>
  new Promise((resolve) => {
    const options = given.pop();
    lrs[method](...given, { ...options, callback: (problem, answer) => resolve({ problem, answer }) });
  });
const good = async (method, ...given) => {
  const { problem, answer } = await ask(method, ...given);
  assert.equal(problem, null, `${method}: ${problem} ${answer && answer.responseText}`);
  return answer;
};
const refused = async (status, method, ...given) => {
  const { problem, answer } = await ask(method, ...given);
  assert.equal(problem, status, `${method} was answered ${problem} instead of ${status}`);
  return answer;
};
const statement = (verb, more) =>
  new TinCan.Statement({ actor: agent, verb, target: activity, ...more }, { storeOriginal: false });

async function about() {
  const told = await good("about", { params: {} });
  assert.ok(told.version.includes(version === "1.0.2" ? "1.0.3" : version));
}

async function sends() {
  const one = statement(verbs.launched);
  assert.equal((await good("saveStatement", one, {})).status, 204);
  // A browser that never heard the answer sends it again.
  assert.equal((await good("saveStatement", one, {})).status, 204);
  const changed = new TinCan.Statement({ ...one.asVersion(version), verb: verbs.completed });
  await refused(409, "saveStatement", changed, {});
  const nameless = statement(verbs.launched);
  nameless.id = null;
  const posted = await good("saveStatement", nameless, {});
  assert.equal(JSON.parse(posted.responseText).length, 1);

  const batch = [];
  for (let number = 0; number < 9; number += 1) {
    batch.push(
      statement(verbs.answered, {
        target: { id: `${activity.id}/question/${number}`, definition: { name: { fr: `Question n° ${number}` } } },
        context: { contextActivities: { parent: [activity] }, registration: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" },
        result: { score: { scaled: number / 10 }, success: number > 4, duration: "PT1M30.5S", response: `réponse ${number}` },
      }),
    );
  }
  const stored = await good("saveStatements", batch, {});
  assert.deepEqual(JSON.parse(stored.responseText), batch.map((each) => each.id));
  const wrong = statement(new TinCan.Verb({ id: "sans schéma" }));
  const problems = JSON.parse((await refused(400, "saveStatements", [statement(verbs.launched), wrong], {})).responseText);
  assert.deepEqual(problems.errors.map((each) => each.pointer), ["/1/verb/id"]);
  return { one, batch };
}

async function reads({ one, batch }) {
  const found = await good("retrieveStatement", one.id, {});
  assert.equal(found.actor.mbox, agent.mbox);
  assert.equal(found.target.definition.name["fr-FR"], "Sécurité incendie");
  assert.ok(found.stored);
  await refused(404, "retrieveStatement", TinCan.Utils.getUUID(), {});

  const search = async (params) => (await good("queryStatements", { params })).statements.map((each) => each.id);
  const newest = batch.map((each) => each.id).reverse();
  assert.deepEqual(await search({ verb: verbs.answered }), newest);
  assert.deepEqual(await search({ verb: verbs.answered, ascending: true }), [...newest].reverse());
  assert.deepEqual(await search({ activity: new TinCan.Activity({ id: batch[3].target.id }) }), [batch[3].id]);
  assert.equal((await search({ activity })).length, 2);
  assert.equal((await search({ activity, related_activities: true })).length, 11);
  assert.equal((await search({ agent })).length, 11);
  assert.deepEqual(await search({ agent: new TinCan.Agent({ mbox: "mailto:tom@example.org" }) }), []);
  assert.equal((await search({ registration: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" })).length, 9);
  const stored = (await good("retrieveStatement", batch[4].id, {})).stored;
  assert.deepEqual(await search({ since: stored, verb: verbs.answered }), newest.slice(0, 4));
  assert.deepEqual(await search({ until: stored, verb: verbs.answered }), newest.slice(4));

  const pages = [];
  let page = await good("queryStatements", { params: { verb: verbs.answered, limit: 4 } });
  pages.push(page.statements.map((each) => each.id));
  while (page.more) {
    page = await good("moreStatements", { url: page.more });
    pages.push(page.statements.map((each) => each.id));
  }
  assert.deepEqual(pages.map((each) => each.length), [4, 4, 1]);
  assert.deepEqual(pages.flat(), newest);
  const bare = await good("queryStatements", { params: { verb: verbs.answered, limit: 1, format: "ids" } });
  assert.equal(bare.statements[0].actor.name, null);
  return pages.length;
}

async function bookmarks() {
  const where = { agent, activity };
  const read = (name) => good("retrieveState", name, { ...where });
  assert.equal(await read("signet"), null);
  const page = { page: 3, vues: ["intro", "été"] };
  await good("saveState", "signet", page, { ...where, contentType: "application/json" });
  const first = await read("signet");
  assert.deepEqual(first.contents, page);
  assert.match(first.etag, /^"[0-9a-f]{40}"$/);
  assert.match(first.contentType, /^application\/json/);

  // Storyline: over and over, without a word on what it replaces.
  await good("saveState", "signet", { page: 4 }, { ...where, contentType: "application/json" });
  const second = await read("signet");
  await refused(412, "saveState", "signet", { page: 5 }, { ...where, contentType: "application/json", lastSHA1: first.etag });
  await good("saveState", "signet", { page: 5 }, { ...where, contentType: "application/json", lastSHA1: second.etag });
  await good("saveState", "signet", { son: false }, { ...where, contentType: "application/json", method: "POST" });
  assert.deepEqual((await read("signet")).contents, { page: 5, son: false });

  await good("saveState", "brut", "suspend_data=a|b|é", { ...where, contentType: "text/plain" });
  assert.equal((await read("brut")).contents, "suspend_data=a|b|é");
  await good("saveState", "inscrit", "x", { ...where, registration: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" });
  assert.equal(await read("inscrit"), null);
  const ids = await good("retrieveStateIds", { ...where });
  assert.deepEqual([...ids].sort(), ["brut", "inscrit", "signet"]);
  const enrolled = await good("retrieveStateIds", { ...where, registration: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" });
  assert.deepEqual(enrolled, ["inscrit"]);
  await good("dropState", "signet", { ...where });
  assert.equal(await read("signet"), null);
  await good("dropState", null, { ...where });
  assert.equal(await read("brut"), null);
  return ids.length;
}

async function profiles() {
  const kinds = [
    ["ActivityProfile", { activity }],
    ["AgentProfile", { agent }],
  ];
  for (const [kind, where] of kinds) {
    const json = { ...where, contentType: "application/json" };
    assert.equal(await good(`retrieve${kind}`, "préférences", { ...where }), null);
    await good(`save${kind}`, "préférences", { son: true }, { ...json });
    // Without the entity tag of what is there, TinCanJS says that it makes a new one.
    await refused(412, `save${kind}`, "préférences", { son: false }, { ...json });
    const there = await good(`retrieve${kind}`, "préférences", { ...where });
    assert.deepEqual(there.contents, { son: true });
    await good(`save${kind}`, "préférences", { son: false }, { ...json, lastSHA1: there.etag });
    assert.deepEqual((await good(`retrieve${kind}`, "préférences", { ...where })).contents, { son: false });
    assert.deepEqual(await good(`retrieve${kind}Ids`, { ...where }), ["préférences"]);
    await good(`drop${kind}`, "préférences", { ...where });
    assert.equal(await good(`retrieve${kind}`, "préférences", { ...where }), null);
  }
  const told = await good("retrieveActivity", activity.id, {});
  assert.equal(told.definition.name["fr-FR"], "Sécurité incendie");
}

async function attaches() {
  // Under Node, TinCanJS turns the body into text on its way out: bytes that are no UTF-8 would be spoilt by itself.
  const bytes = new Uint8Array([0, 13, 10, 45, 45, 13, 10, 0, 127, 195, 169, 10]).buffer;
  const attachment = new TinCan.Attachment({
    display: { fr: "Attestation" },
    usageType: "http://id.tincanapi.com/attachment/certificate-of-completion",
    contentType: "application/octet-stream",
    content: bytes,
  });
  const text = new TinCan.Attachment({
    display: { fr: "Note" },
    usageType: "http://id.tincanapi.com/attachment/supporting-media",
    contentType: "text/plain; charset=utf-8",
    content: "Très bien, à l’été prochain",
  });
  const certified = statement(verbs.completed, { attachments: [attachment, text] });
  await good("saveStatement", certified, {});
  const found = await good("retrieveStatement", certified.id, { params: { attachments: true } });
  assert.deepEqual(new Uint8Array(found.attachments[0].content), new Uint8Array(bytes));
  assert.equal(found.attachments[1].getContentAsString(), "Très bien, à l’été prochain");
  const searched = await good("queryStatements", { params: { verb: verbs.completed, attachments: true } });
  assert.equal(searched.statements[0].attachments[1].getContentAsString(), "Très bien, à l’été prochain");
  assert.equal((await good("retrieveStatement", certified.id, {})).attachments[0].content, null);
  return certified;
}

async function voids(one) {
  const voiding = new TinCan.Statement({
    actor: agent,
    verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
    target: { objectType: "StatementRef", id: one.id },
  });
  await good("saveStatement", voiding, {});
  await refused(404, "retrieveStatement", one.id, {});
  const voided = await good("retrieveVoidedStatement", one.id, {});
  assert.equal(voided.id, one.id);
  return voiding.id;
}

async function journey() {
  await about();
  const sent = await sends();
  const pages = await reads(sent);
  const states = await bookmarks();
  await profiles();
  const certified = await attaches();
  const voiding = await voids(sent.one);
  const unknown = new TinCan.LRS({ endpoint, username: key, password: "faux", version, allowFail: false });
  const problem = await new Promise((resolve) => {
    unknown.saveStatement(statement(verbs.launched), { callback: (status) => resolve(status) });
  });
  assert.equal(problem, 401);
  return { version, pages, states, voided: sent.one.id, voiding, certified: certified.id, batch: sent.batch.map((each) => each.id) };
}

journey().then(
  (told) => console.log(JSON.stringify(told)),
  (problem) => {
    console.error(problem.stack || problem);
    process.exit(1);
  },
);
