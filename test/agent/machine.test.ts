import { describe, expect, test } from 'vitest'
import { decide, maxOpenCommands } from '../../agent/machine.ts'
import type { Decision, Input } from '../../agent/machine.ts'
import { apply, emptyState } from '../../agent/state.ts'
import type { AgentState } from '../../agent/state.ts'
import type { Command } from '../../orchestrations/contracts/command.ts'
import type { TaskOutcome } from '../../agent/windows.ts'
import type { Task, TaskKind } from '../../orchestrations/contracts/tasks.ts'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import { ClientId, CommandId, ServerId } from '../../orchestrations/domain/ids.ts'
import { clientId, commandFor, inspect, install, reboot, serverId, start } from './fakes.ts'

const self = { clientId, serverId, allowedKinds: new Set<TaskKind>(taskKinds) }
const now = { wire: start, plan: start }

function step(state: AgentState, input: Input, at = now): { state: AgentState; decision: Decision } {
  const decision = decide(self, state, input, at)
  return { state: apply(state, decision.records), decision }
}

function accepted(...commands: Command[]): AgentState {
  return commands.reduce(
    (state, envelope) => step(state, { kind: 'received', envelope }).state,
    apply(emptyState, [{ type: 'epoch', epoch: 5 }]),
  )
}

const current = { epoch: 5, fence: 7 }
const before = accepted(commandFor('c0', install, current))
const otherClient = ClientId.parse('autre')

describe('a well-signed command is refused', () => {
  test.each([
    [
      'of another host',
      { audience: { clientId, serverId: ServerId.parse('boulangerie.srv02') } },
      'wrongAudience',
    ],
    ['of another client', { audience: { clientId: otherClient, serverId } }, 'wrongAudience'],
    ['from before a stop', { epoch: 4 }, 'staleEpoch'],
    ['under a lock that has changed hands', { fence: 6 }, 'staleFence'],
    ['after startBy', { startBy: start - 1 }, 'expired'],
    ['after its latest start', { notAfter: start - 1 }, 'pastLatestStart'],
  ])('%s', (_name, changes, reason) => {
    const envelope = commandFor('c1', install, { ...current, ...changes })
    const { decision, state } = step(before, { kind: 'received', envelope })
    expect(decision.actions).toMatchObject([{ kind: 'report', report: { type: 'refused', reason } }])
    expect(decision.durable).toBe(true)
    expect(step(state, { kind: 'wake' }).decision.actions).toMatchObject([
      { kind: 'begin', facts: { commandId: 'c0' } },
    ])
  })

  test('when its kind is not allowed on this host', () => {
    const careful = { ...self, allowedKinds: new Set<TaskKind>(['inspect']) }
    const envelope = commandFor('c1', install, current)
    const { actions } = decide(careful, before, { kind: 'received', envelope }, now)
    expect(actions).toMatchObject([{ report: { type: 'refused', reason: 'kindNotAllowed' } }])
  })

  test('when more are open than a heartbeat can name', () => {
    const many = Array.from({ length: maxOpenCommands }, (_, i) => commandFor(`m${i}`, install, current))
    const { decision } = step(accepted(...many), {
      kind: 'received',
      envelope: commandFor('one-more', install, current),
    })
    expect(decision.actions).toMatchObject([{ report: { reason: 'busy' } }])
  })

  test('when its turn comes after its latest start', () => {
    const late = { wire: start, plan: start + 7_200_000 }
    const { decision } = step(before, { kind: 'wake' }, late)
    expect(decision.actions).toMatchObject([{ report: { commandId: 'c0', reason: 'pastLatestStart' } }])
  })
})

test('fences of different clients on one Hyper-V host are kept apart', () => {
  const guest = { clientId: otherClient, serverId: ServerId.parse('autre.vm1') }
  const envelope = commandFor('c1', install, { ...current, fence: 1, subject: guest })
  expect(step(before, { kind: 'received', envelope }).decision.records).toMatchObject([{ type: 'accepted' }])
})

test('a newer epoch in a command is remembered as a stop of everything older', () => {
  const { state } = step(before, {
    kind: 'received',
    envelope: commandFor('c1', install, { epoch: 6, fence: 7 }),
  })
  const { decision } = step(state, { kind: 'wake' })
  expect(decision.actions).toMatchObject([{ report: { commandId: 'c0', reason: 'staleEpoch' } }])
})

test('a download, which may take hours, holds up neither the night nor a reboot', () => {
  const download: Task = { kind: 'download', params: { updates: ['kb1'] } }
  let state = step(accepted(commandFor('d', download, current)), { kind: 'wake' }).state
  for (const [id, task] of [
    ['a', install],
    ['b', reboot],
  ] as const) {
    state = step(state, { kind: 'received', envelope: commandFor(id, task, current) }).state
    const { decision, state: begun } = step(state, { kind: 'wake' })
    expect(decision.actions).toMatchObject([{ kind: 'begin', facts: { commandId: id } }])
    const outcome: TaskOutcome = { kind: 'succeeded', result: { updates: [], rebootRequired: true } }
    state = step(begun, { kind: 'finished', commandId: CommandId.parse(id), outcome }).state
  }
})

test('a reboot waits for running work and holds up what came after it', () => {
  let state = accepted(
    commandFor('a', install, current),
    commandFor('b', reboot, current),
    commandFor('c', inspect, current),
  )
  const begun = (): unknown[] => {
    const next = step(state, { kind: 'wake' })
    state = next.state
    return next.decision.actions.map((action) => action.kind === 'begin' && action.facts.commandId)
  }
  const finish = (id: string): void => {
    const outcome = { kind: 'failed', failure: { code: 'x', message: 'x', remedy: 'giveUp' } } as const
    state = step(state, { kind: 'finished', commandId: CommandId.parse(id), outcome }).state
  }
  expect(begun()).toEqual(['a'])
  expect(begun()).toEqual([])
  finish('a')
  expect(begun()).toEqual(['b'])
  expect(begun()).toEqual([])
  finish('b')
  expect(begun()).toEqual(['c'])
})
