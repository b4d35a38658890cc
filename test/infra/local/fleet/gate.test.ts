import { expect, test } from 'vitest'
import type { AgentApi } from '../../../../agent/transport/transport.ts'
import { Gate } from '../../../../infra/local/fleet/gate.ts'

test('so many requests at once, the others unsigned until it is their turn, and reports before heartbeats', async () => {
  const asked: string[] = []
  const open: (() => void)[] = []
  const request = (what: string): Promise<never> => {
    asked.push(what)
    return new Promise((_, reject) => open.push(() => reject(new Error(what))))
  }
  const api: AgentApi = { heartbeat: () => request('heartbeat'), report: () => request('report') }
  const gated = new Gate(2).through(api)
  const beat = { agentVersion: '1', bootedAt: 0, open: [], epoch: 0, connected: false, now: 0 }
  const answers = [
    gated.heartbeat(beat),
    gated.heartbeat(beat),
    gated.heartbeat(beat),
    gated.report({ reports: [] }),
  ]
  const ended = Promise.allSettled(answers)
  expect(asked).toEqual(['heartbeat', 'heartbeat'])
  open[0]?.()
  await Promise.allSettled([answers[0]])
  expect(asked).toEqual(['heartbeat', 'heartbeat', 'report'])
  open[1]?.()
  await Promise.allSettled([answers[1]])
  for (const end of open) end()
  await Promise.allSettled([answers[2]].map((answer) => Promise.race([answer, Promise.resolve()])))
  for (const end of open) end()
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
  expect(asked).toEqual(['heartbeat', 'heartbeat', 'report', 'heartbeat'])
})
