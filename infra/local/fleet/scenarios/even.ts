import { ScenarioDefinition } from '../scenario.ts'
import { offeredUpdates } from './updates.ts'

const weights = {
  inspect: 20,
  checkpoint: 120,
  install: 1800,
  reboot: 300,
  verify: 120,
  removeCheckpoint: 120,
}

/** Every server takes exactly 45 minutes and nothing fails. */
export const even = ScenarioDefinition.parse({
  name: 'even',
  durations: { kind: 'shared', totalSeconds: 45 * 60, weights },
  updates: offeredUpdates,
})

/** As `even`, in no time at all. */
export const instant = ScenarioDefinition.parse({
  name: 'instant',
  durations: { kind: 'shared', totalSeconds: 0, weights },
  updates: offeredUpdates,
})
