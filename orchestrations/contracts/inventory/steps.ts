const itemsAtOnce = 1_000

/**
 * Does something with each item and yields after every thousand: whoever runs it can let other work come in between,
 * which a hundred thousand rows at once would keep waiting.
 */
export function* eachInSteps<T>(items: readonly T[], work: (item: T) => void): Generator<void, void> {
  let left = itemsAtOnce
  for (const item of items) {
    work(item)
    left -= 1
    if (left > 0) continue
    left = itemsAtOnce
    yield
  }
}
