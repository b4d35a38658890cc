/** "1 server", "2 servers". */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** In French, zero and one are singular. */
export function compte(count: number, one: string, many: string): string {
  return `${count} ${count < 2 ? one : many}`
}
