/**
 * Stands for powershell.exe: reads a script's one JSON document, does what `behaviour.json` beside the scripts
 * says of that kind, and answers in the scripts' protocol. What it does for real is a line in `effects.ndjson`.
 * Arguments: as PowerShell's, the script's path last.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Behaviour } from './behaviour.ts'

const script = process.argv.at(-1) ?? ''
const lab = script.slice(0, script.lastIndexOf(`${sep}agent${sep}`))
const input = JSON.parse(readFileSync(0, 'utf8')) as Record<string, string>
const { kind, commandId, version } = input
const behaviours = JSON.parse(readFileSync(join(lab, 'behaviour.json'), 'utf8')) as Record<string, Behaviour>
const behaviour: Behaviour = behaviours[commandId ?? ''] ?? behaviours[kind ?? ''] ?? behaviours['*'] ?? {}

const note = (phase: string): void =>
  appendFileSync(
    join(lab, 'effects.ndjson'),
    `${JSON.stringify({ phase, kind, commandId, pid: process.pid })}\n`,
  )
const write = (bytes: string | Uint8Array): void => {
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length;) at += writeSync(1, buffer, at)
}

note('begun')
if (behaviour.keepInput !== undefined) writeFileSync(join(lab, behaviour.keepInput), JSON.stringify(input))
for (const line of behaviour.complaints ?? []) process.stderr.write(`${line}\n`)
for (const percent of behaviour.progress ?? [])
  process.stderr.write(`progress ${JSON.stringify({ percent, text: `${percent} %` })}\n`)
if (behaviour.grandchild === true) {
  // It holds the pipes open, and outlives everybody unless the whole tree is ended.
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 60_000)'], { stdio: 'inherit' })
  writeFileSync(join(lab, 'grandchild'), String(child.pid))
  child.unref()
}
if (behaviour.delayMs !== undefined) await delay(behaviour.delayMs)
// Work goes on until the test has seen what it wants to see.
while (behaviour.until !== undefined && !existsSync(join(lab, behaviour.until))) await delay(5)
if (behaviour.endless === true) await delay(3_600_000)
if (behaviour.dies === true) process.kill(process.pid, 'SIGKILL')
if (behaviour.boots === true) {
  const file = join(lab, 'boot.json')
  const boot = JSON.parse(readFileSync(file, 'utf8')) as { id: string; bootedAt: number; records: number[] }
  const last = boot.records.at(-1) ?? 0
  const next = {
    id: `boot-${last + 1}`,
    bootedAt: boot.bootedAt + 60_000,
    records: [...boot.records, last + 1],
  }
  writeFileSync(file, JSON.stringify(next))
}
note('ended')
const about = { version, kind, commandId }
const document = JSON.stringify(
  behaviour.error === undefined
    ? { ...about, outcome: 'succeeded', result: behaviour.result ?? {}, ...behaviour.odd }
    : { ...about, outcome: 'failed', error: behaviour.error },
)
for (const part of behaviour.answers ?? ['document']) {
  if (part === 'document') write(`${document}\n`)
  else if (part === 'half') write(document.slice(0, document.length / 2))
  else if (part === 'latin1') write(Buffer.from('{"version":1,"text":"Échec de l’opération"}', 'latin1'))
  else if (part === 'megabytes') for (let block = 0; block < 3; block += 1) write('x'.repeat(1024 * 1024))
  else write(part)
}
process.exit(behaviour.exitCode ?? 0)
