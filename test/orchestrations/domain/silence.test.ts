import { describe, expect, test } from 'vitest'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import { chooseProber, silenceReason, type Witness } from '../../../orchestrations/domain/silence.ts'

const id = (name: string) => ServerId.parse(`boulangerie.${name}`)
const witness = (name: string, more: Partial<Witness> = {}): Witness => ({
  serverId: id(name),
  site: 'lyon',
  enrolled: true,
  online: true,
  underWay: false,
  ...more,
})
const silent = { serverId: id('srv01'), kind: 'vm', site: 'lyon', runsOn: id('hv01') } as const
const self = witness('srv01', { online: false })

describe('A silent server is asked about', () => {
  test('at its Hyper-V host, which sees more than the network does', () => {
    const all = [self, witness('srv02'), witness('hv01')]
    expect(chooseProber(silent, all)).toEqual({ kind: 'ask', on: id('hv01'), vm: true })
  })

  test('at a neighbour of its site that is not under way, when its host is silent too', () => {
    const all = [
      self,
      witness('hv01', { online: false }),
      witness('srv02', { underWay: true }),
      witness('srv03'),
    ]
    expect(chooseProber(silent, all)).toEqual({ kind: 'ask', on: id('srv03'), vm: false })
  })

  test('nowhere while the only neighbour that is heard is under way, or of another site', () => {
    expect(chooseProber(silent, [self, witness('srv02', { underWay: true })])).toEqual({ kind: 'nobody' })
    expect(chooseProber(silent, [self, witness('srv02', { site: 'nice' })])).toEqual({ kind: 'nobody' })
  })

  test('nowhere when its whole site is silent: then it is the line, since the last one was heard', () => {
    const away = { online: false } as const
    const all = [self, witness('hv01', { ...away, heardAt: 5 }), witness('srv02', { ...away, heardAt: 9 })]
    expect(chooseProber(silent, all)).toEqual({ kind: 'lineDown', heardAt: 9 })
    expect(chooseProber(silent, [self])).toEqual({ kind: 'nobody' })
  })
})

test('What a probe sees tells machine, system and line apart, and says nothing where it can not tell', () => {
  const code = (seen: Parameters<typeof silenceReason>[0]) => silenceReason(seen, 'HV01')?.code
  expect(code({ power: 'off', heartbeat: 'lost', answers: false })).toBe('machineOff')
  expect(code({ power: 'on', heartbeat: 'lost', answers: false })).toBe('machineHung')
  expect(code({ power: 'on', heartbeat: 'ok', answers: false })).toBe('machineCutOff')
  expect(code({ power: 'unknown', heartbeat: 'unknown', answers: true })).toBe('machineCutOff')
  expect(code({ power: 'unknown', heartbeat: 'unknown', answers: false })).toBeUndefined()
})
