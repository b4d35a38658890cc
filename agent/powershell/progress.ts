import { z } from 'zod'

/** How far a script has come, by its own account. */
export const Progress = z.object({
  percent: z.number().min(0).max(100),
  text: z.string().max(2000),
})
export type Progress = z.infer<typeof Progress>

const maxLineLength = 8_192
const maxComplaintLength = 4_096

/**
 * Standard error of a script: lines `progress {"percent":40,"text":"…"}`, all else is complaint. Of complaints
 * the last 4,096 characters are kept, in whatever language and code page they came.
 */
export class ErrorStream {
  #line = ''
  #complaint = ''
  readonly #onProgress: (progress: Progress) => void

  constructor(onProgress: (progress: Progress) => void) {
    this.#onProgress = onProgress
  }

  get complaint(): string {
    return withoutSecrets(`${this.#complaint}${this.#line}`.trim())
  }

  write(text: string): void {
    const lines = `${this.#line}${text}`.split('\n')
    this.#line = (lines.pop() ?? '').slice(0, maxLineLength)
    for (const line of lines) this.#take(line.slice(0, maxLineLength).trimEnd())
  }

  #take(line: string): void {
    const progress = line.startsWith('progress ') ? parseProgress(line.slice('progress '.length)) : undefined
    if (progress !== undefined) this.#onProgress(progress)
    else this.#complaint = `${this.#complaint}${line}\n`.slice(-maxComplaintLength)
  }
}

function parseProgress(json: string): Progress | undefined {
  try {
    return Progress.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

const named =
  /\b(password|passwd|pwd|secret|token|sharedaccesskey|accountkey|sig)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|\S+)/gi
const signedToken = /\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g

/** Scripts are given no secrets; what a tool of others prints may hold one all the same. */
export function withoutSecrets(text: string): string {
  return text
    .replace(named, (_all, name: string, sign: string) => `${name}${sign}***`)
    .replace(signedToken, '***')
}
