import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAnswer } from '../../../agent/powershell/answer.ts'
import type { ChildEnd } from '../../../agent/powershell/child.ts'
import { ErrorStream } from '../../../agent/powershell/progress.ts'
import type { Progress } from '../../../agent/powershell/progress.ts'
import { ScriptDocument } from '../../../orchestrations/contracts/scripts/document.ts'

const asked = { kind: 'install', commandId: 'c1' }
const document = {
  version: 1,
  ...asked,
  outcome: 'succeeded',
  result: { title: 'Mise à jour « 2026-11 » {"x":[1,2]}', updates: [{ id: 'a', hresult: '0x80070643' }] },
} as const
const whole = Buffer.from(JSON.stringify(document))

const said = (output: Buffer): ChildEnd => ({
  kind: 'ended',
  endedFor: undefined,
  exitCode: 0,
  output,
  cut: false,
  complaint: '',
})

describe('what a script has written', () => {
  test('is believed with the line feed and the byte order mark that Windows may add', () => {
    for (const output of [whole, Buffer.from(`\ufeff${whole.toString()}\r\n`)])
      expect(readAnswer(said(output), asked)).toEqual({ kind: 'document', document })
  })

  test('is never believed when it is cut off, wherever that is', () => {
    for (let length = 0; length < whole.length; length += 1)
      expect(readAnswer(said(whole.subarray(0, length)), asked).kind).toBe('unusable')
  })

  test('with bytes changed is either refused or still an answer to what was asked', () => {
    const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = Buffer.from(whole)
        for (const { at, byte } of changes) bytes[at] = byte
        const end = readAnswer(said(bytes), asked)
        if (end.kind === 'unusable') return
        expect(ScriptDocument.parse(end.document)).toMatchObject(asked)
      }),
      { numRuns: 2_000, seed: 5 },
    )
  })

  test('of any bytes at all is refused, never thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, cut) => {
        const end = readAnswer({ ...said(Buffer.from(bytes)), cut } as ChildEnd, asked)
        expect(end.kind).toBe('unusable')
      }),
      { numRuns: 1_000, seed: 5 },
    )
  })
})

describe('what a script complains of', () => {
  test('is kept to its end and no longer than that, however much it is', () => {
    const stream = new ErrorStream(() => undefined)
    for (let line = 0; line < 50_000; line += 1) stream.write(`line ${line}\n`)
    stream.write('x'.repeat(5_000_000))
    stream.write('\nthe end\n')
    expect(stream.complaint.length).toBeLessThan(15_000)
    expect(stream.complaint).toMatch(/the end$/)
  })

  test('is told from progress though it comes in pieces', () => {
    const seen: Progress[] = []
    const stream = new ErrorStream((progress) => seen.push(progress))
    const text = 'odd\r\nprogress {"percent":40,"text":"Téléchargé"}\r\nprogress {"percent":"?"}\nmore'
    for (const character of text) stream.write(character)
    expect(seen).toEqual([{ percent: 40, text: 'Téléchargé' }])
    expect(stream.complaint.split('\n')).toEqual(['odd', 'progress {"percent":"?"}', 'more'])
  })

  test.each([
    ['a password', 'Connect-Server -Password: hunter2', 'hunter2'],
    ['a signature of a queue', 'SharedAccessSignature sr=x&sig=hunter2&se=1', 'hunter2'],
    ['a key', '"SharedAccessKey"="hunter2"', 'hunter2'],
    ['a signed token', 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.abc-_123', 'eyJhbGciOiJFUzI1NiJ9'],
  ])('is told without %s', (_name, text, secret) => {
    const stream = new ErrorStream(() => undefined)
    stream.write(text)
    expect(stream.complaint).not.toContain(secret)
    expect(stream.complaint).toContain('***')
  })
})
