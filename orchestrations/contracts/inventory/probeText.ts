import { isHostName } from '../../domain/hostname.ts'
import { HealthProbe, mostProbes } from '../../domain/probes.ts'
import { short } from './problems.ts'
import type { Read } from './windowText.ts'

const between = /[;|\r\n]+/

/**
 * `tcp:1433`, `tcp:sql01:1433`, `https://intranet/health`, the same with the status that it must answer (`... 401`),
 * `service:MSSQLSERVER`; several joined by `;` or `|`, which no probe may contain. What can't be read as a whole
 * is refused as a whole: a probe that is left out would pass for one that answers.
 */
export function readProbes(text: string): Read<HealthProbe[]> {
  const probes = new Map<string, HealthProbe>()
  for (const part of text.split(between).map((piece) => piece.trim())) {
    if (part === '') continue
    const probe = HealthProbe.safeParse(readProbe(part))
    if (!probe.success) return { ok: false, code: 'unparsableProbe', params: { text: short(part) } }
    if (hasPassword(probe.data)) return { ok: false, code: 'probeWithPassword', params: {} }
    probes.set(writeProbe(probe.data), probe.data)
  }
  const value = [...probes.values()]
  if (value.length === 0) return { ok: false, code: 'unparsableProbe', params: { text: short(text) } }
  if (value.length > mostProbes) return { ok: false, code: 'tooManyProbes', params: { most: mostProbes } }
  return { ok: true, value }
}

/** undefined: no probe. */
function readProbe(text: string): unknown {
  const tcp = /^tcp\s*:\s*(?:([^\s:]+)\s*:\s*)?(\d{1,5})$/i.exec(text)
  if (tcp) {
    const [, host, port] = tcp
    if (host !== undefined && !isHostName(host)) return undefined
    return { type: 'tcp', ...(host !== undefined && { host }), port: Number(port) }
  }
  const http = /^(https?:\/\/\S+)(?:\s+([1-5]\d\d))?$/i.exec(text)
  if (http) {
    const [, url, status] = http
    return { type: 'http', url, ...(status !== undefined && { status: Number(status) }) }
  }
  const [, name] = /^service\s*:\s*([^\\/]+)$/i.exec(text) ?? []
  return name === undefined ? undefined : { type: 'service', name }
}

/** Inventories, plans and ledgers are read by many. */
function hasPassword(probe: HealthProbe): boolean {
  if (probe.type !== 'http') return false
  const { username, password } = new URL(probe.url)
  return username !== '' || password !== ''
}

export const writeProbes = (probes: readonly HealthProbe[]): string => probes.map(writeProbe).join(' | ')

function writeProbe(probe: HealthProbe): string {
  switch (probe.type) {
    case 'tcp':
      return probe.host === undefined ? `tcp:${probe.port}` : `tcp:${probe.host}:${probe.port}`
    case 'http':
      return probe.status === undefined ? probe.url : `${probe.url} ${probe.status}`
    case 'service':
      return `service:${probe.name}`
  }
}
