"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { retry } = require("../lib/retry.js");

test("what works is called once", async () => {
  let calls = 0;
  assert.equal(await retry(() => ++calls), 1);
  assert.equal(calls, 1);
});
