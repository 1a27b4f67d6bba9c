/**
 * How long a test waits for something that has to come: an answer, a line, the start of a process.
 * Only a fault uses it up. A machine with other work to do is slow, and that is none.
 */
export const PATIENCE_MS = 60_000

/** A test waits for several such things. */
export const TEST_MS = 5 * PATIENCE_MS

/** A quick test waits for few of them, but may count through thousands of cases. */
export const CASES_MS = 10 * PATIENCE_MS
