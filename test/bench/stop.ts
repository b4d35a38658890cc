import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readEffects, type Effect } from '../support/judge.ts'
import { openRehearsal } from '../support/rehearsal.ts'
import { atMost, reported, type Bench } from './figures.ts'

const wanted = 100
const lookMs = 500
/** Long enough for any effect that would still begin, wire ms. */
const listenMs = 20_000

/** Emergency stop while 100 servers are being changed: how long effects still begin after the call returned. */
export const emergencyStop: Bench = {
  name: 'stop',
  long: false,
  async run(emit) {
    // Installations begin in the first minutes; at this speed all hundred are soon at work.
    const rehearsal = await openRehearsal({ scenario: 'even', servers: 1_000, speed: 60 })
    try {
      const run = rehearsal.start()
      await rehearsal.started(run)
      const ended = run.exited.then(({ stderr }) => Promise.reject(new Error(`It ended early: ${stderr}`)))
      const underWay = await Promise.race([ended, untilUnderWay(rehearsal.data)])
      const called = Date.now()
      await rehearsal.api().post('stop', { reason: 'Measured by the bench' }, z.unknown())
      const returned = Date.now()
      await Promise.race([ended, delay(listenMs)])
      const begun = readEffects(rehearsal.data).filter(({ phase }) => phase === 'begun')
      const afterCall = begun.filter(({ wire }) => wire > called).map(({ wire }) => wire - called)
      const late = begun.filter(({ wire }) => wire > returned).map(({ wire }) => wire - returned)
      // The exit that follows is ours.
      ended.catch(() => undefined)
      emit(reported('stop.serversUnderWay', underWay, 'servers'))
      emit(reported('stop.callSeconds', (returned - called) / 1000, 's'))
      emit(reported('stop.effectsBegunAfterCall', afterCall.length, 'effects'))
      emit(reported('stop.lastEffectBegunAfterCall', Math.max(0, ...afterCall) / 1000, 's'))
      emit(reported('stop.effectsBegunAfterReturn', late.length, 'effects'))
      emit(atMost('stop.lastEffectBegunAfterReturn', Math.max(0, ...late) / 1000, 's', 5))
    } finally {
      await rehearsal.remove()
    }
  },
}

async function untilUnderWay(data: string): Promise<number> {
  for (;;) {
    const count = serversUnderWay(effectsSoFar(data))
    if (count >= wanted) return count
    await delay(lookMs)
  }
}

/** Servers with an effect begun and not ended. */
function serversUnderWay(effects: readonly Effect[]): number {
  const open = new Map<string, string>()
  for (const { phase, commandId, client, server } of effects)
    if (phase === 'begun') open.set(commandId, `${client} ${server}`)
    else open.delete(commandId)
  return new Set(open.values()).size
}

function effectsSoFar(data: string): Effect[] {
  try {
    return readEffects(data)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
