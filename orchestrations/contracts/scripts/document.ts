import { z } from 'zod'

/** Version of what goes into scripts and what comes out of them; a document of another version is refused. */
export const scriptVersion = 1

/** Largest document that a script may answer with, in bytes of UTF-8. */
export const maxDocumentBytes = 1024 * 1024

/** A moment as scripts write it: ISO 8601 with an offset. The agent's task turns it into epoch milliseconds. */
export const IsoTime = z.iso.datetime({ offset: true })

export const HResult = z.string().regex(/^0x[0-9A-F]{8}$/)

/** What a script gets on its standard input: one JSON document. */
export const ScriptInput = z.object({
  version: z.literal(scriptVersion),
  kind: z.string(),
  commandId: z.string(),
  /** Milliseconds after which the script ends by itself at its next safe point. */
  timeoutMs: z.int().positive(),
  params: z.record(z.string(), z.unknown()),
})
export type ScriptInput = z.infer<typeof ScriptInput>

/** Why a script could not do what it was asked: a stable code, a sentence (in the machine's language), an HRESULT. */
export const ScriptError = z.object({
  code: z.string().min(1).max(80),
  message: z.string().max(2000),
  hresult: HResult.optional(),
})
export type ScriptError = z.infer<typeof ScriptError>

const about = { version: z.literal(scriptVersion), kind: z.string(), commandId: z.string() }

/** The one JSON document that a script answers with. `result` is parsed with its kind's schema. */
export const ScriptDocument = z.discriminatedUnion('outcome', [
  z.object({ ...about, outcome: z.literal('succeeded'), result: z.unknown() }),
  z.object({ ...about, outcome: z.literal('failed'), error: ScriptError }),
])
export type ScriptDocument = z.infer<typeof ScriptDocument>
