/** Wire time of this machine, epoch milliseconds: for progress and ages only; plan time comes from the server. */
export function wireNow(): number {
  return Date.now()
}
