import { ScriptDocument, scriptVersion } from '../../orchestrations/contracts/scripts/document.ts'
import type { ScriptInput } from '../../orchestrations/contracts/scripts/document.ts'
import type { ChildEnd } from './child.ts'
import { withoutSecrets } from './progress.ts'
import type { ScriptEnd, Unusable } from './scriptHost.ts'

/** What is told of text that could not be used, in characters. */
const quoted = 300

/** What a process that has ended says, if it can be believed. */
export function readAnswer(child: ChildEnd, asked: Pick<ScriptInput, 'kind' | 'commandId'>): ScriptEnd {
  if (child.kind === 'cannotStart') return unusable('cannotStart', child.message)
  const { endedFor, exitCode, output, cut, complaint } = child
  const said = complaint === '' ? '' : ` It complained: ${complaint}`
  if (endedFor === 'timedOut') return unusable('timedOut', `It was ended: its time was over.${said}`)
  if (endedFor === 'cancelled') return unusable('cancelled', 'It was ended: the agent stops.')
  const text = decode(output, cut)
  if (text === undefined) return unusable('notUtf8', `Byte ${firstBadByte(output)} of it is no UTF-8.${said}`)
  if (cut) return ofTooMuch(text, output.length)
  if (exitCode !== 0) return unusable('crashed', `Exit code ${exitCode ?? 'none'}.${said}`)
  return readDocument(text, asked, said)
}

function readDocument(text: string, asked: Pick<ScriptInput, 'kind' | 'commandId'>, said: string): ScriptEnd {
  if (text.trim() === '') return unusable('crashed', `It ended without an answer.${said}`)
  const json = parse(text)
  if (json === undefined) return unusable(...ofNoJson(text))
  if (isObject(json) && json['version'] !== scriptVersion)
    return unusable('wrongVersion', `Version ${JSON.stringify(json['version'])}, not ${scriptVersion}.`)
  const document = ScriptDocument.safeParse(json)
  if (!document.success) return unusable('wrongShape', document.error.message.slice(0, quoted))
  const { kind, commandId } = document.data
  if (kind !== asked.kind || commandId !== asked.commandId)
    return unusable('wrongShape', `It answers ${kind} ${commandId}, not ${asked.kind} ${asked.commandId}.`)
  return { kind: 'document', document: document.data }
}

export function unusable(why: Unusable, message: string): ScriptEnd {
  return { kind: 'unusable', why, message }
}

/** A character may stand across the place where the output was cut. */
function decode(bytes: Buffer, cut: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut })
  } catch {
    return undefined
  }
}

function firstBadByte(bytes: Buffer): number {
  const lossy = Buffer.from(bytes.toString('utf8'))
  const at = bytes.findIndex((byte, index) => byte !== lossy[index])
  return at === -1 ? bytes.length : at
}

function ofTooMuch(text: string, bytes: number): ScriptEnd {
  const why = text.trimStart().startsWith('{') ? 'tooLarge' : 'chatty'
  return unusable(why, `More than ${bytes} bytes, the first: ${quote(text)}`)
}

function ofNoJson(text: string): [Unusable, string] {
  const trimmed = text.trim()
  const end = endOfObject(trimmed)
  if (end === 'never') return ['truncated', `It ends in the middle: ${quote(trimmed.slice(-quoted))}`]
  if (end !== 'none' && parse(trimmed.slice(0, end)) !== undefined)
    return ['chatty', `After the document: ${quote(trimmed.slice(end))}`]
  const at = trimmed.search(/\{\s*"/)
  return at > 0
    ? ['chatty', `Before the document: ${quote(trimmed.slice(0, at))}`]
    : ['notJson', quote(trimmed)]
}

/** Where the object that the text begins with ends; `none`: it doesn't begin with one. */
function endOfObject(text: string): number | 'never' | 'none' {
  if (!text.startsWith('{')) return 'none'
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (inString && character === '\\') at += 1
    else if (character === '"') inString = !inString
    else if (!inString && character === '{') depth += 1
    else if (!inString && character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return 'never'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function quote(text: string): string {
  return JSON.stringify(withoutSecrets(text.slice(0, quoted)))
}
