import { createHash } from 'node:crypto'
import * as nodeFs from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ScriptInput, maxDocumentBytes } from '../../orchestrations/contracts/scripts/document.ts'
import { reserve, writeFirst, writeReserved, writeWhole } from './files.ts'
import type { Files } from './files.ts'
import { Boot } from './machineView.ts'
import { Progress } from './progress.ts'
import { ScriptEnd } from './scriptHost.ts'

/** What is to be done, and the boot in which that was asked for. */
export const Prepared = z.object({
  input: ScriptInput,
  /** Path of the script, see Scripts. */
  script: z.string(),
  boot: Boot.optional(),
})
export type Prepared = z.infer<typeof Prepared>

/** A process, by its number and when it began: epoch ms of the machine's own clock. Numbers are given again. */
export const ProcessName = z.object({ pid: z.int().positive(), startedAt: z.number() })
export type ProcessName = z.infer<typeof ProcessName>

/** Who carries it out, or that nobody will: whichever comes first is true for ever. */
export const Claim = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begun'), ...ProcessName.shape }),
  z.object({ kind: z.literal('withdrawn') }),
])
export type Claim = z.infer<typeof Claim>

/** A document as text may be a little longer than the bytes that it came in. */
const reservedBytes = maxDocumentBytes + 64 * 1024

/**
 * The memory of one detached script, on the disk, shared by the agent and the process that does the work:
 * `input.json` what is asked, `begun.json` who has taken it, `script.json` the script's own process, `result.json`
 * how it ended. Each is whole or absent.
 */
export class WorkFolder {
  readonly folder: string
  readonly #files: Files

  constructor(folder: string, files: Files = nodeFs) {
    this.folder = folder
    this.#files = files
  }

  /** Throws what the disk does; then nothing was asked of anybody. */
  prepare(prepared: Prepared): void {
    nodeFs.mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    reserve(this.#files, this.#at('result.part'), reservedBytes)
    writeWhole(this.#files, this.#at('input.json'), JSON.stringify(prepared))
    // Last: a process that was started when it was withdrawn may take it from now on.
    if (this.claim()?.kind === 'withdrawn') this.#files.rmSync(this.#at('begun.json'), { force: true })
  }

  /** Gives the room back that was taken for work which nobody was asked to do; a claim stays one. */
  release(): void {
    nodeFs.rmSync(this.#at('result.part'), { force: true })
  }

  prepared(): Prepared | undefined {
    return this.#read('input.json', Prepared)
  }

  /** Whether this process may do the work: true for one process only. */
  begin(startedAt: number): boolean {
    return this.#claim({ kind: 'begun', pid: process.pid, startedAt })
  }

  /** Whether nobody will ever begin it. */
  withdraw(): boolean {
    return this.#claim({ kind: 'withdrawn' }) || this.claim()?.kind === 'withdrawn'
  }

  claim(): Claim | undefined {
    return this.#read('begun.json', Claim)
  }

  /** The script's own process may outlive the one that took the work. */
  nameScript(script: ProcessName): void {
    writeWhole(this.#files, this.#at('script.json'), JSON.stringify(script))
  }

  script(): ProcessName | undefined {
    return this.#read('script.json', ProcessName)
  }

  finish(end: ScriptEnd): void {
    writeReserved(this.#files, this.#at('result.part'), this.#at('result.json'), JSON.stringify(end))
  }

  result(): ScriptEnd | undefined {
    return this.#read('result.json', ScriptEnd)
  }

  /** Lost in a crash and not missed. */
  tell(progress: Progress): void {
    const beside = this.#at('progress.new')
    nodeFs.writeFileSync(beside, JSON.stringify(progress))
    nodeFs.renameSync(beside, this.#at('progress.json'))
  }

  progress(): Progress | undefined {
    try {
      return this.#read('progress.json', Progress)
    } catch {
      return undefined
    }
  }

  #claim(claim: Claim): boolean {
    return writeFirst(this.#files, this.#at('begun.json'), JSON.stringify(claim))
  }

  /** Undefined when there is none; throws when it is not what was written. */
  #read<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const file = this.#at(name)
    if (!nodeFs.existsSync(file)) return undefined
    return schema.parse(JSON.parse(nodeFs.readFileSync(file, 'utf8')))
  }

  #at(name: string): string {
    return join(this.folder, name)
  }
}

/** Command ids may differ in case alone, and be too long for a path: Windows takes 259 characters. */
export function folderName(commandId: string): string {
  const readable = commandId.slice(0, 40).toLowerCase().replaceAll('.', '-')
  return `${readable}-${createHash('sha256').update(commandId).digest('hex').slice(0, 16)}`
}
