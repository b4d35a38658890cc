import type { KeyObject } from 'node:crypto'
import { dateTicks } from '../edm.ts'
import { refusals } from '../errors.ts'
import { accountGrant, type Grant, tableGrant } from './grant.ts'
import { sameSignature, signatureOf } from './shared-key.ts'

type Sas = {
  readonly query: URLSearchParams
  readonly account: string
  readonly key: KeyObject
  /** Epoch milliseconds. */
  readonly now: number
  /** The caller's address. */
  readonly ip: string
}

/**
 * What a shared access signature in the query allows.
 * @throws TablesError 403 if it is wrong, out of its time, or for another service, protocol or address
 * @see https://learn.microsoft.com/rest/api/storageservices/create-account-sas
 * @see https://learn.microsoft.com/rest/api/storageservices/create-service-sas
 */
export function grantOfSas(sas: Sas): Grant {
  const { query, key } = sas
  const isAccountSas = query.has('ss')
  const text = isAccountSas ? accountText(sas) : tableText(sas)
  if (!sameSignature(query.get('sig') ?? '', signatureOf(text, key))) throw refusals.wrongSignature()
  checkCircumstances(sas)
  const permissions = query.get('sp') ?? ''
  if (isAccountSas) {
    if (!(query.get('ss') ?? '').includes('t')) throw refusals.serviceMismatch()
    return accountGrant(permissions, query.get('srt') ?? '')
  }
  const bound = (name: string) => query.get(name) ?? undefined
  return tableGrant(permissions, (query.get('tn') ?? '').toLowerCase(), {
    startPk: bound('spk'),
    startRk: bound('srk'),
    endPk: bound('epk'),
    endRk: bound('erk'),
  })
}

function accountText({ query, account }: Sas): string {
  const value = (name: string) => query.get(name) ?? ''
  const lines = [account, ...['sp', 'ss', 'srt', 'st', 'se', 'sip', 'spr', 'sv'].map(value)]
  // From this version on the encryption scope is signed too.
  if (value('sv') >= '2020-12-06') lines.push(value('ses'))
  return [...lines, ''].join('\n')
}

function tableText({ query, account }: Sas): string {
  const value = (name: string) => query.get(name) ?? ''
  const resource = `/table/${account}/${value('tn').toLowerCase()}`
  const rest = ['si', 'sip', 'spr', 'sv', 'spk', 'srk', 'epk', 'erk'].map(value)
  return [value('sp'), value('st'), value('se'), resource, ...rest].join('\n')
}

function checkCircumstances({ query, now, ip }: Sas): void {
  const at = new Date(now).toISOString()
  const nowTicks = dateTicks(at) ?? at
  const start = query.get('st')
  const end = query.get('se')
  // Stored access policies (si) aren't kept here, so the token itself has to say until when it holds.
  const endTicks = end === null ? undefined : dateTicks(end)
  const startTicks = start === null ? '' : dateTicks(start)
  if (endTicks === undefined || startTicks === undefined) throw refusals.wrongSignature()
  if (nowTicks > endTicks || nowTicks < startTicks) throw refusals.wrongSignature()
  if (query.get('spr') === 'https') throw refusals.protocolMismatch()
  const [from, to = from] = query.get('sip')?.split('-') ?? []
  if (from !== undefined && to !== undefined && !isBetween(ip, from, to)) throw refusals.sourceIpMismatch()
}

function isBetween(ip: string, from: string, to: string): boolean {
  const value = ipValue(ip.replace(/^::ffff:/, ''))
  return value >= ipValue(from) && value <= ipValue(to)
}

function ipValue(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
