import assert from "node:assert/strict";
import test from "node:test";

import { render } from "../src/render.js";

test("places are filled in", () => {
  assert.equal(render("Hello {{name}}, {{ name }}!", { name: "Ada" }), "Hello Ada, Ada!");
});

test("what is not there is empty", () => {
  assert.equal(render("[{{name}}]", {}), "[]");
});
