import { parseArgs } from 'node:util'
import { ProgramError, exitCodes, messageOf } from './problems.ts'
import { usualFolder } from './folder.ts'

/** What the program was asked to do. */
export type Asked =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'enrol'
      readonly data: string
      readonly server: string | undefined
      readonly proxy: string | undefined
      readonly host: string | undefined
      /** Not needed by a host that is enrolled already. */
      readonly token: TokenSource | undefined
    }
  | { readonly kind: 'run'; readonly data: string }
  | { readonly kind: 'status'; readonly data: string; readonly json: boolean }
  /** Internal: carries out the work of a folder, see agent/powershell/runWork.ts. */
  | { readonly kind: 'work'; readonly folder: string }

export type TokenSource =
  | { readonly kind: 'text'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'standardInput' }

const options = {
  data: { type: 'string' },
  server: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  proxy: { type: 'string' },
  host: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const

type Option = keyof typeof options

/** Options that each command knows beside --data and --help. */
const known: Readonly<Record<string, readonly Option[]>> = {
  enrol: ['server', 'token', 'token-file', 'proxy', 'host'],
  run: [],
  status: ['json'],
  work: [],
}

/** Throws ProgramError `badUsage`. */
export function readArguments(argv: readonly string[]): Asked {
  const { values, positionals } = parse(argv)
  const [command, ...rest] = positionals
  if (values.version) return { kind: 'version' }
  if (values.help || command === undefined || command === 'help')
    return { kind: 'help', text: (command !== undefined && helpOf[command]) || help }
  const allowed = known[command]
  if (allowed === undefined) throw badUsage(`There is no command "${command}".`)
  const foreign = (Object.keys(options) as Option[]).find((name) => {
    const given = values[name] !== undefined && values[name] !== false
    return given && name !== 'data' && !allowed.includes(name)
  })
  if (foreign !== undefined) throw badUsage(`${command} has no option --${foreign}.`)
  const [folder, ...more] = rest
  if (command === 'work') {
    if (folder === undefined || more.length > 0) throw badUsage('work takes one folder.')
    return { kind: 'work', folder }
  }
  if (folder !== undefined) throw badUsage(`${command} takes no "${folder}".`)
  const data = values.data ?? usualFolder()
  if (data === undefined) throw badUsage('Name the data folder: --data FOLDER.')
  switch (command) {
    case 'enrol':
      return {
        kind: 'enrol',
        data,
        server: values.server,
        proxy: values.proxy,
        host: values.host,
        token: tokenSource(values.token, values['token-file']),
      }
    case 'status':
      return { kind: 'status', data, json: values.json }
    default:
      return { kind: 'run', data }
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw badUsage(messageOf(error))
  }
}

function tokenSource(token: string | undefined, file: string | undefined): TokenSource | undefined {
  if (token !== undefined && file !== undefined)
    throw badUsage('--token and --token-file exclude each other.')
  if (token !== undefined) return { kind: 'text', token }
  if (file === undefined) return undefined
  return file === '-' ? { kind: 'standardInput' } : { kind: 'file', path: file }
}

function badUsage(message: string): ProgramError {
  return new ProgramError('badUsage', `${message} See atlas-agent --help.`)
}

const codes = Object.entries(exitCodes)
  .map(([name, code]) => `  ${String(code).padStart(2)}  ${name}`)
  .join('\n')

const help = `The ATLAS agent of one Windows server: it calls the ATLAS server, never the other way round, and carries
out signed commands through its own fixed PowerShell scripts.

  atlas-agent enrol --server https://atlas.example.com --token-file -    once, with a token of an operator
  atlas-agent run                                                       until it is stopped (the start-up task does)
  atlas-agent status                                                    what it is, and what needs you

  --data FOLDER    key, journal, configuration and log; usually %ProgramData%\\ATLAS
  --help           of a command too: atlas-agent enrol --help
  --version

What it may do here is in agent.json (server, proxy, pins, authorityFile, allowedKinds,
maxDownloadKilobitsPerSecond, logLevel); restart it after a change. The log is in log\\agent.log.

Exit codes:
${codes}
`

const helpOf: Readonly<Record<string, string>> = {
  enrol: `atlas-agent enrol --server URL (--token-file FILE | --token TOKEN) [--proxy URL] [--host NAME] [--data FOLDER]

Makes this host's key, which never leaves it, and registers its public half with the token of an operator
(POST /api/enrolment-tokens). A host that is not in the inventory waits for approval (exit code 5): "run" asks on by
itself. Enrolled once, it needs no token and answers from what it has (and keeps a new --server or
--proxy).

  --server URL       https://…; kept in agent.json
  --token-file FILE  the token's file, - for standard input
  --token TOKEN      other users of this machine may see it in the list of processes: prefer --token-file
  --proxy URL        http://[user:password@]host:port; PAC files are not evaluated
  --host NAME        as the inventory has it; usually this machine's name
`,
  run: `atlas-agent run [--data FOLDER]

Works until it is stopped (Ctrl-C, SIGTERM, the end of its task). Killed, it goes on where it was at the next
start: what was begun is looked for on the machine, nothing is done twice. Only one runs on a folder.
`,
  status: `atlas-agent status [--json] [--data FOLDER]

Who it is, when the server answered last, open commands, the journal's health, and what an administrator has to
see to. Exit code 0: all is well; 10: look at it. It changes nothing and may be asked at any time.
`,
}
