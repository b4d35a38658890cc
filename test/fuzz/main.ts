import { parseArgs } from 'node:util'
import { fuzzEnvelopes } from '../agent/fuzzEnvelopes.ts'

const usage = 'usage: npm run fuzz -- [--messages N (1000000)] [--seed N (20261121)]'
const most = 100_000_000

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`)
  process.exitCode = 2
}

/** Exit code 1 when one message did anything, or met another fate than it should. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { messages: { type: 'string' }, seed: { type: 'string' } } })
  const messages = whole('--messages', values.messages ?? '1000000', 1, most)
  const seed = whole('--seed', values.seed ?? '20261121', 0, 2 ** 32 - 1)
  const began = performance.now()
  const { byFamily, executed, controls, wrong } = await fuzzEnvelopes({
    seed,
    messages,
    onProgress(done) {
      const passed = (performance.now() - began) / 1000
      const left = Math.round((passed / done) * (messages - done))
      if (process.stderr.isTTY || done % 50_000 === 0 || done === messages)
        process.stderr.write(`${done} of ${messages}, about ${left} s left\n`)
    },
  })
  const expected = new Set(controls)
  const strange = executed.filter((id) => !expected.has(id))
  const missed = controls.filter((id) => !executed.includes(id))
  console.table(Object.fromEntries([...byFamily].sort(([a], [b]) => (a < b ? -1 : 1))))
  for (const one of wrong.slice(0, 20)) process.stdout.write(`WRONG ${one}\n`)
  process.stdout.write(
    `${messages} mutated messages (seed ${seed}): ${strange.length} executed, ${wrong.length} wrong or crashed; ${controls.length} signed controls, ${missed.length} of them not executed\n`,
  )
  return strange.length + wrong.length + missed.length === 0 ? 0 : 1
}

function whole(name: string, text: string, least: number, greatest: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= greatest) return value
  throw new RangeError(`${name} must be a whole number from ${least} to ${greatest}`)
}
