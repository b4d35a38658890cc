import type { Command } from 'commander'
import { isZone } from '../orchestrations/domain/zones.ts'
import { operatorApi, type OperatorApi } from './api/calls.ts'
import { findConnection, type ConnectionOptions } from './connect.ts'
import { badInput, type ExitCode } from './failure.ts'
import type { Io } from './io.ts'
import { painter, type Paint } from './show/paint.ts'
import { wrap } from './show/table.ts'
import type { Language, Texts } from './texts/index.ts'

/** One run of the command line, before it talks to a server. */
export interface Cli {
  readonly io: Io
  readonly t: Texts
  readonly language: Language
  /** How the run ends when no failure is thrown: a verb that did only part of its work says so here. */
  exitCode: ExitCode
}

export interface GlobalOptions extends ConnectionOptions {
  readonly json?: true
  readonly zone?: string
  readonly color: boolean
}

/** A verb at work: the server, and how to answer the person. */
export interface Session extends Cli {
  readonly api: OperatorApi
  readonly json: boolean
  /** IANA zone in which times are shown that belong to no client. */
  readonly zone: string
  readonly paint: Paint
  /** A question may be asked: there is a person at both ends. */
  readonly mayAsk: boolean
  /** The verb's data: one JSON document, or lines for people. */
  show(value: unknown, lines: () => readonly string[]): void
}

export function openSession(cli: Cli, command: Command): Session {
  const { io, t, language } = cli
  const options = command.optsWithGlobals<GlobalOptions>()
  const zone = options.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!isZone(zone)) throw badInput(t.errors.unknownZone(zone))
  const connection = findConnection(options, io, t)
  const json = options.json === true
  const plain = (io.env['NO_COLOR'] ?? '') !== '' || !options.color
  const session: Session = {
    io,
    t,
    language,
    zone,
    json,
    api: operatorApi({ ...connection, t, language, zone, io }),
    paint: painter(io.terminal.out && !plain && !json),
    mayAsk: io.terminal.in && io.terminal.err && !json,
    get exitCode() {
      return cli.exitCode
    },
    set exitCode(code) {
      cli.exitCode = code
    },
    show(value, lines) {
      if (json) return io.out(`${JSON.stringify(value, null, 2)}\n`)
      const columns = io.terminal.out ? io.terminal.size().columns : Infinity
      const all = lines().flatMap((line) => wrap(line, columns))
      io.out(`${all.join('\n')}\n`)
    },
  }
  return session
}
