import type { Look } from './look.ts'

/** What `status` prints for people. */
export function show(look: Look, version: string, now: number): string {
  const { status, journal, running, serverId, clientId, server, refusedKinds, attention } = look
  const rows: [string, string][] = [
    ['version', status !== undefined && running ? status.version : `${version} (this program)`],
    ['state', stateOf(look, now)],
    ['server', server ?? 'not configured'],
    ['enrolled as', serverId === undefined ? 'not enrolled' : `${serverId} of client ${clientId ?? ''}`],
    ['last answer', status?.heardAt === undefined ? 'none yet' : ago(status.heardAt, now)],
    ['at its queue', running && status?.connected === true ? 'yes' : 'no (it connects when it is needed)'],
    ['journal', `${journal.damage === undefined ? 'whole' : 'DAMAGED'}, ${journal.bytes} bytes`],
    ['open commands', journal.open.length === 0 ? 'none' : String(journal.open.length)],
    ...journal.open.map(({ commandId, kind, of, acceptedAt }): [string, string] => {
      return ['', `${kind} of ${of}, accepted ${ago(acceptedAt, now)} (${commandId})`]
    }),
    ['untold reports', journal.untold === 0 ? 'none' : String(journal.untold)],
    ['refused kinds', refusedKinds.length === 0 ? 'none' : refusedKinds.join(', ')],
  ]
  if (status?.failure !== undefined && running)
    rows.push([
      'last failure',
      `${ago(status.failure.at, now)}, ${status.failure.what}: ${status.failure.message}`,
    ])
  const table = rows.map(([name, value]) => `${name.padEnd(16)}${value}`).join('\n')
  const verdict =
    attention.length === 0 ? 'All is well.' : `To see to:\n${attention.map((one) => `  - ${one}`).join('\n')}`
  return `${table}\n\n${verdict}\n`
}

function stateOf({ running, status }: Look, now: number): string {
  if (!running) {
    if (status === undefined) return 'has never run'
    return status.stoppedAt === undefined
      ? 'does not run (it did not end by itself: killed, or the machine went down)'
      : `stopped ${ago(status.stoppedAt, now)}`
  }
  if (status === undefined) return 'starting'
  const what = status.waiting === undefined ? 'running' : 'waiting for approval'
  return `${what}, process ${status.pid}, since ${new Date(status.startedAt).toISOString()}`
}

function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min ago`
  return `${Math.round(seconds / 3600)} h ago (${new Date(at).toISOString()})`
}
