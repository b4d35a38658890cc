import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compactRecords } from '../../agent/journal/compact.ts'
import { decodeRecord, encodeRecord } from '../../agent/journal/records.ts'
import type { JournalRecord } from '../../agent/journal/records.ts'
import { decide } from '../../agent/machine.ts'
import type { Input } from '../../agent/machine.ts'
import { afterRestart, apply, emptyState, openEntries, unacknowledged } from '../../agent/state.ts'
import type { AgentState } from '../../agent/state.ts'
import type { Found } from '../../agent/windows.ts'
import type { Report } from '../../orchestrations/contracts/report.ts'
import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import { taskKinds, tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { CommandId } from '../../orchestrations/domain/ids.ts'
import { clientId, commandFor, install, installed, serverId, start } from './fakes.ts'

const self = { clientId, serverId, allowedKinds: new Set<TaskKind>(taskKinds) }
const now = { wire: start, plan: start }

/** A machine, a disk and a server that outlive the agent; the agent dies whenever the run says so. */
class Rehearsal {
  readonly effects: string[] = []
  readonly known = new Map<string, Report>()
  readonly #ended = new Set<string>()
  #disk: string[] = []
  #state: AgentState = emptyState

  /** `survive`: how many of the steps journal, effect, report are reached before the agent dies. */
  input(input: Input, survive: number): void {
    const { records, actions } = decide(self, this.#state, input, now)
    if (survive < 1 && records.length > 0) return this.restart()
    this.#disk.push(...records.map(encodeRecord))
    this.#state = apply(this.#state, records)
    for (const action of actions) {
      if (survive < 2) return this.restart()
      if (action.kind === 'begin') this.effects.push(action.facts.commandId)
      if (action.kind !== 'report') continue
      this.known.set(action.report.commandId, action.report)
      if (survive < 3) return this.restart()
      this.input({ kind: 'acknowledged', commandId: action.report.commandId }, survive)
    }
  }

  endEffect(commandId: CommandId, survive: number): void {
    if (!this.effects.includes(commandId)) return
    this.#ended.add(commandId)
    this.input({ kind: 'finished', commandId, outcome: installed }, survive)
  }

  restart(): void {
    const records = this.#disk.map((line): JournalRecord => decodeRecord(line.slice(0, -1)))
    this.#state = afterRestart(apply(emptyState, records))
    this.#disk = compactRecords(this.#state, start).map(encodeRecord)
    for (const { facts } of openEntries(this.#state))
      this.input({ kind: 'found', commandId: facts.commandId, found: this.#find(facts.commandId) }, 9)
    for (const report of unacknowledged(this.#state)) {
      this.known.set(report.commandId, report)
      this.input({ kind: 'acknowledged', commandId: report.commandId }, 9)
    }
  }

  get state(): AgentState {
    return this.#state
  }

  #find(commandId: string): Found {
    if (!this.effects.includes(commandId)) return { kind: 'neverBegun' }
    if (this.#ended.has(commandId)) return { kind: 'ended', outcome: installed }
    return { kind: 'running', ended: Promise.resolve(installed) }
  }
}

const id = fc.constantFrom('a', 'b', 'c').map((text) => CommandId.parse(text))
const survive = fc.constantFrom(0, 1, 2, 9, 9, 9)
const event = fc.oneof(
  fc.record({ kind: fc.constant('deliver' as const), id, survive }),
  fc.record({ kind: fc.constant('wake' as const), survive }),
  fc.record({ kind: fc.constant('end' as const), id, survive }),
  fc.record({ kind: fc.constant('inquire' as const), id, survive }),
  fc.record({ kind: fc.constant('restart' as const) }),
)

test('wherever the agent dies, no effect happens twice and no result is lost', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const rehearsal = new Rehearsal()
      for (const happening of events) {
        if (happening.kind === 'deliver')
          rehearsal.input(
            { kind: 'received', envelope: commandFor(happening.id, install) },
            happening.survive,
          )
        if (happening.kind === 'wake') rehearsal.input({ kind: 'wake' }, happening.survive)
        if (happening.kind === 'end') rehearsal.endEffect(happening.id, happening.survive)
        if (happening.kind === 'inquire') {
          const audience = { clientId, serverId }
          const envelope = {
            type: 'inquire',
            version: tasksVersion,
            audience,
            commandId: happening.id,
            issuedAt: start,
          } as const
          rehearsal.input({ kind: 'received', envelope }, happening.survive)
        }
        if (happening.kind === 'restart') rehearsal.restart()
      }
      // Whatever is still open is let come to its end.
      rehearsal.restart()
      for (let round = 0; round < 4; round += 1) {
        rehearsal.input({ kind: 'wake' }, 9)
        for (const effect of rehearsal.effects) rehearsal.endEffect(CommandId.parse(effect), 9)
      }
      expect(new Set(rehearsal.effects).size).toBe(rehearsal.effects.length)
      expect(openEntries(rehearsal.state)).toEqual([])
      expect(unacknowledged(rehearsal.state)).toEqual([])
      const succeeded = rehearsal.effects.filter(
        (effect) => rehearsal.known.get(effect)?.type === 'succeeded',
      )
      expect(succeeded).toEqual(rehearsal.effects)
    }),
    { numRuns: 400, seed: 7 },
  )
})
