"use strict";

/** Calls `work` until it succeeds; it gets the number of the attempt, from 1. */
async function retry(work, { attempts = 3 } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt > attempts) throw error;
    }
  }
}

module.exports = { retry };
