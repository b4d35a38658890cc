import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eachLine } from '../../../../infra/local/supervisor/lines.ts'
import { openLog } from '../../../../infra/local/supervisor/log.ts'
import { temporaryFolder } from './rig.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

it('rotates by size and keeps the newest lines only', () => {
  const path = join(folder.path, 'logs/a.log')
  for (const part of [0, 1]) {
    // Opened twice: the size of what is there counts.
    const log = openLog(path, { maxBytes: 20, keep: 2 })
    for (let n = 0; n < 6; n++) log.write(`line ${part}${n}`)
    log.close()
    log.write('too late')
  }
  const read = (name: string): string => readFileSync(join(folder.path, 'logs', name), 'utf8')
  expect(readdirSync(join(folder.path, 'logs')).toSorted()).toEqual(['a.log', 'a.log.1', 'a.log.2'])
  expect(read('a.log.2') + read('a.log.1') + read('a.log')).toBe(
    ['line 10', 'line 11', 'line 12', 'line 13', 'line 14', 'line 15', ''].join('\n'),
  )
})

it('splits output into lines whatever the chunks, and an endless line into pieces', async () => {
  const stream = new PassThrough()
  const lines: string[] = []
  eachLine(stream, (line) => lines.push(line))
  const text = Buffer.from('one\r\ntwo é\n\nlast')
  for (const byte of text) stream.write(Buffer.from([byte]))
  stream.end()
  await new Promise((resolve) => stream.on('close', resolve))
  expect(lines).toEqual(['one', 'two é', '', 'last'])

  const endless = new PassThrough()
  const pieces: string[] = []
  eachLine(endless, (line) => pieces.push(line))
  endless.end('x'.repeat(200_000))
  await new Promise((resolve) => endless.on('close', resolve))
  expect(pieces.join('')).toHaveLength(200_000)
  expect(Math.max(...pieces.map((piece) => piece.length))).toBe(65_536)
})
