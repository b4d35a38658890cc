/** Milliseconds since 1970 as this machine sees them: the only place of the page that reads a clock. */
export const systemNow = (): number => Date.now()
