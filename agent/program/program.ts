import { mkdirSync, readFileSync } from 'node:fs'
import { wireNow } from '../clock.ts'
import { readArguments } from './arguments.ts'
import type { Asked, TokenSource } from './arguments.ts'
import { configurationOrUndefined, readConfiguration, writeConfiguration } from './configuration.ts'
import { askToEnrol, loadIdentity } from './enrolment.ts'
import { agentFolder } from './folder.ts'
import type { AgentFolder } from './folder.ts'
import { lockFolder } from './lock.ts'
import { look } from './look.ts'
import { ProgramError, messageOf } from './problems.ts'
import type { ExitName } from './problems.ts'
import { redact } from './redact.ts'
import { run } from './run.ts'
import { show } from './show.ts'
import type { Surroundings } from './surroundings.ts'
import { openLines, secretsOf } from './transport.ts'

export interface Terminal {
  out(text: string): void
  err(text: string): void
}

/** `work`: carries out the detached work of a folder. */
export type Worker = (folder: string) => Promise<void>

/** The whole program: one command, its texts, and the name of its exit code. */
export async function program(
  argv: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
  work: Worker,
  signal: AbortSignal,
): Promise<ExitName> {
  try {
    const asked = readArguments(argv)
    return await carryOut(asked, terminal, surroundings, work, signal)
  } catch (error) {
    terminal.err(`atlas-agent: ${redact(messageOf(error), [])}\n`)
    return error instanceof ProgramError ? error.exit : 'failed'
  }
}

async function carryOut(
  asked: Asked,
  terminal: Terminal,
  surroundings: Surroundings,
  work: Worker,
  signal: AbortSignal,
): Promise<ExitName> {
  switch (asked.kind) {
    case 'help':
      terminal.out(asked.text)
      return 'ok'
    case 'version':
      terminal.out(`${surroundings.version}\n`)
      return 'ok'
    case 'enrol':
      return enrolHere(asked, terminal, surroundings)
    case 'run':
      await run(agentFolder(asked.data), surroundings, signal)
      return 'ok'
    case 'status':
      return showStatus(asked, terminal, surroundings)
    case 'work':
      await work(asked.folder)
      return 'ok'
  }
}

async function enrolHere(
  { data, server, proxy, host, token }: Extract<Asked, { kind: 'enrol' }>,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<ExitName> {
  const folder = agentFolder(data)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(folder.lock)
  try {
    configure(folder, { server, proxy })
    const known = loadIdentity(folder)
    if (known !== undefined) {
      terminal.out(`Enrolled as ${known.registration.serverId} already.\n`)
      return 'ok'
    }
    if (token === undefined)
      throw new ProgramError(
        'badUsage',
        'enrol needs --token-file FILE (or - for standard input), or --token.',
      )
    const lines = openLines(readConfiguration(folder.configuration))
    try {
      const pending = { token: readToken(token), host: host ?? surroundings.host }
      const answer = await askToEnrol(folder, lines.api, pending, surroundings.version)
      if (answer.kind === 'waitingForApproval') {
        terminal.out(`Waiting for an operator's approval: ${answer.message}\n`)
        return 'waitingForApproval'
      }
      terminal.out(`Enrolled as ${answer.registration.serverId}.\n`)
      return 'ok'
    } finally {
      lines.close()
    }
  } finally {
    unlock()
  }
}

/** What enrol is told goes into the configuration; what else is there stays. */
function configure(
  { configuration: file }: AgentFolder,
  told: { readonly server: string | undefined; readonly proxy: string | undefined },
): void {
  const before = configurationOrUndefined(file)
  const server = told.server ?? before?.server
  if (server === undefined) throw new ProgramError('badUsage', 'Name the server: --server https://….')
  if (told.server === undefined && told.proxy === undefined) return
  const { proxy } = told
  writeConfiguration(file, { ...before, server, ...(proxy === undefined ? {} : { proxy }) })
}

function readToken(source: TokenSource): string {
  const text = source.kind === 'text' ? source.token : readText(source)
  // What Windows PowerShell pipes may begin with a byte order mark.
  const token = text.replace(/^\u{feff}/u, '').trim()
  if (/^\S{20,200}$/.test(token)) return token
  throw new ProgramError('badUsage', 'That is no enrolment token: it has 20 to 200 characters.')
}

function readText(source: Exclude<TokenSource, { kind: 'text' }>): string {
  try {
    return readFileSync(source.kind === 'file' ? source.path : 0, 'utf8')
  } catch (error) {
    throw new ProgramError('badUsage', `The token can't be read: ${messageOf(error)}.`, { cause: error })
  }
}

function showStatus(
  { data, json }: Extract<Asked, { kind: 'status' }>,
  terminal: Terminal,
  surroundings: Surroundings,
): ExitName {
  const folder = agentFolder(data)
  const now = wireNow()
  const found = look(folder, now)
  const configuration = configurationOrUndefined(folder.configuration)
  const secrets = configuration === undefined ? [] : secretsOf(configuration)
  const text = json ? `${JSON.stringify(found)}\n` : show(found, surroundings.version, now)
  terminal.out(redact(text, secrets))
  return found.attention.length === 0 ? 'ok' : 'needsAttention'
}
