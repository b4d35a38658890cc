/** Sequence numbers that wait for a receiver, smallest first: an abandoned message returns to its old place. */
export class ReadyHeap {
  private readonly heap: number[] = []

  get size(): number {
    return this.heap.length
  }

  push(seq: number): void {
    const heap = this.heap
    let index = heap.length
    heap.push(seq)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] ?? 0
      if (above <= seq) break
      heap[index] = above
      heap[parent] = seq
      index = parent
    }
  }

  pop(): number | undefined {
    const heap = this.heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= heap.length) break
      const right = left + 1
      const child = right < heap.length && (heap[right] ?? 0) < (heap[left] ?? 0) ? right : left
      const below = heap[child] ?? 0
      if (last <= below) break
      heap[index] = below
      index = child
    }
    heap[index] = last
    return first
  }
}
