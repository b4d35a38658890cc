import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { compactRecords, keptMs } from '../../agent/journal/compact.ts'
import { Journal, JournalUnwritable } from '../../agent/journal/journal.ts'
import type { JournalFiles } from '../../agent/journal/journal.ts'
import { encodeRecord } from '../../agent/journal/records.ts'
import type { JournalRecord } from '../../agent/journal/records.ts'
import { apply, emptyState } from '../../agent/state.ts'
import { CommandId } from '../../orchestrations/domain/ids.ts'
import { start } from './fakes.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'atlas-journal-'))
  file = join(folder, 'journal.ndjson')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

const tombstone = (id: string, at = start): JournalRecord => ({
  type: 'tombstone',
  commandId: CommandId.parse(id),
  at,
})
const records = [tombstone('a'), tombstone('b'), tombstone('c')]

async function written(): Promise<void> {
  const journal = new Journal(file)
  journal.append(records)
  await journal.sync()
  await journal.close()
}

describe('a journal', () => {
  test.skipIf(!fs.existsSync('/proc/self/fd'))(
    'holds its file open only while something is on its way to the disk',
    async () => {
      const opened = () => fs.readdirSync('/proc/self/fd').filter((name) => linkOf(name) === file).length
      const linkOf = (name: string) => {
        try {
          return fs.readlinkSync(join('/proc/self/fd', name))
        } catch {
          return undefined
        }
      }
      const journal = new Journal(file)
      journal.append(records)
      expect(opened()).toBe(1)
      await journal.sync()
      expect(opened()).toBe(0)
      await journal.sync()
      journal.append([tombstone('d')])
      await journal.sync()
      journal.rewrite([tombstone('d')])
      await journal.sync()
      expect(opened()).toBe(0)
      journal.append([tombstone('e')])
      await vi.waitFor(() => expect(opened()).toBe(0), 10_000)
      await journal.close()
      expect(new Journal(file).records).toEqual([tombstone('d'), tombstone('e')])
    },
  )

  test('closes its file also when something was written during a flush and nothing after it', async () => {
    vi.useFakeTimers()
    try {
      const flushes: ((error: NodeJS.ErrnoException | null) => void)[] = []
      const open = new Set<number>()
      const files = {
        ...fs,
        openSync: ((...args: Parameters<typeof fs.openSync>) => {
          const descriptor = fs.openSync(...args)
          open.add(descriptor)
          return descriptor
        }) as typeof fs.openSync,
        closeSync: (descriptor: number) => {
          open.delete(descriptor)
          fs.closeSync(descriptor)
        },
        fdatasync: ((_: number, done: (typeof flushes)[number]) =>
          void flushes.push(done)) as typeof fs.fdatasync,
      }
      const journal = new Journal(file, files)
      journal.append([tombstone('a')])
      const durable = journal.sync()
      journal.append([tombstone('b')])
      vi.advanceTimersByTime(10_000)
      flushes.shift()?.(null)
      await durable
      expect(open.size).toBe(1)
      vi.advanceTimersByTime(10_000)
      flushes.shift()?.(null)
      expect(open.size).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('gives back what was appended before it was closed', async () => {
    await written()
    expect(new Journal(file).records).toEqual(records)
  })

  test('torn anywhere in its last line loses that line alone, and goes on behind the rest', async () => {
    const whole = Buffer.from(records.map(encodeRecord).join(''))
    const lastAt = whole.length - Buffer.byteLength(encodeRecord(tombstone('c')))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: lastAt, max: whole.length - 1 }), async (length) => {
        fs.writeFileSync(file, whole.subarray(0, length))
        const torn = new Journal(file)
        expect(torn.records).toEqual(records.slice(0, 2))
        torn.append([tombstone('d')])
        await torn.close()
        expect(new Journal(file).records).toEqual([...records.slice(0, 2), tombstone('d')])
      }),
      { numRuns: 30, seed: 1 },
    )
  })

  test('damaged anywhere else refuses to be written, says the line, and keeps the file as it is', async () => {
    await written()
    const bytes = fs.readFileSync(file)
    bytes[30] = (bytes[30] ?? 0) ^ 1
    fs.writeFileSync(file, bytes)
    const damaged = new Journal(file)
    expect(damaged.problem).toContain('line 1')
    expect(() => damaged.append([tombstone('d')])).toThrow(JournalUnwritable)
    expect(fs.readFileSync(file)).toEqual(bytes)
  })

  test('in a folder that cannot be made refuses to be written and says so', () => {
    fs.writeFileSync(join(folder, 'plain'), '')
    const journal = new Journal(join(folder, 'plain', 'journal.ndjson'))
    expect(journal.problem).toContain('plain')
    expect(() => journal.append(records)).toThrow(JournalUnwritable)
  })
})

describe('a full disk', () => {
  function fullDisk(): { files: JournalFiles; full: boolean } {
    const disk = {
      full: false,
      files: {
        ...fs,
        writeSync: ((descriptor: number, bytes: Buffer, at: number) => {
          if (!disk.full) return fs.writeSync(descriptor, bytes, at)
          fs.writeSync(descriptor, bytes, at, 5)
          throw new Error('ENOSPC: no space left on device')
        }) as typeof fs.writeSync,
      },
    }
    return disk
  }

  test('leaves no half record, and what had to be remembered is written when there is space again', async () => {
    const disk = fullDisk()
    const journal = new Journal(file, disk.files)
    journal.append([tombstone('a')])
    disk.full = true
    expect(() => journal.append([tombstone('b')])).toThrow(/ENOSPC/)
    journal.appendOrOwe([tombstone('c')])
    expect(journal.problem).toContain('ENOSPC')
    disk.full = false
    journal.append([tombstone('d')])
    expect(journal.problem).toBeUndefined()
    await journal.close()
    expect(new Journal(file).records).toEqual(['a', 'c', 'd'].map((id) => tombstone(id)))
  })

  test('a flush that fails is not believed afterwards', async () => {
    const files = {
      ...fs,
      fdatasync: ((_: number, done: (e: Error) => void) => done(new Error('EIO'))) as typeof fs.fdatasync,
    }
    const journal = new Journal(file, files)
    journal.append([tombstone('a')])
    await expect(journal.sync()).rejects.toThrow('EIO')
    expect(() => journal.append([tombstone('b')])).toThrow(JournalUnwritable)
  })
})

describe('compaction', () => {
  test('drops what was acknowledged more than seven days ago and nothing else', async () => {
    const old = start - keptMs - 1
    const journal = new Journal(file)
    const acknowledged = (id: string): JournalRecord => ({
      type: 'acknowledged',
      commandId: CommandId.parse(id),
    })
    const all = [
      tombstone('old', old),
      acknowledged('old'),
      tombstone('unheard', old),
      tombstone('new'),
      acknowledged('new'),
    ]
    const state = apply(emptyState, all)
    journal.append(all)
    await journal.sync()
    journal.rewrite(compactRecords(state, start))
    journal.append([tombstone('later')])
    await journal.close()
    const after = apply(emptyState, new Journal(file).records)
    expect([...after.entries.keys()]).toEqual(['unheard', 'new', 'later'])
    expect(after.entries.get(CommandId.parse('new'))).toEqual(state.entries.get(CommandId.parse('new')))
  })
})

test('a compacted journal is still the same one, and counts what it dropped', () => {
  const long = start + keptMs + 1
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 20 }), (old) => {
      const taken = old.flatMap((acknowledged, index): JournalRecord[] => {
        const commandId = CommandId.parse(`c${index}`)
        const told: JournalRecord[] = acknowledged ? [{ type: 'acknowledged', commandId }] : []
        return [tombstone(`c${index}`), ...told]
      })
      const state = apply(emptyState, [{ type: 'journal', id: 'journal-a', taken: 3 }, ...taken])
      const again = apply(emptyState, compactRecords(state, long))
      expect(again).toMatchObject({ journalId: 'journal-a', taken: 3 + old.length })
    }),
  )
})
