/**
 * A host to kill: runs an engine on the file given, starts the orchestration if it isn't there, and talks in lines.
 * Out: `ran <step>` per activity run, `acked <n>` per event stored, `ended <output>`. In: `raise <n>`.
 */
import { createInterface } from 'node:readline'
import { createDurableEngine } from '../../../../infra/local/durable/engine.ts'
import { sdkInvoker } from './sdkApp.ts'

const [dataFile = ''] = process.argv.slice(2)
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const engine = createDurableEngine({
  dataFile,
  clock: { speed: 1, now: () => performance.timeOrigin + performance.now(), wireDelay: (ms) => ms },
  hubName: 'crash',
  baseUrl: () => 'http://127.0.0.1',
  log: (level, text) => say(`${level} ${text}`),
  invoker: sdkInvoker({
    orchestrators: {
      *chain(context) {
        const seen: unknown[] = []
        for (let step = 0; step < 12; step++) {
          seen.push(yield context.df.callActivity('step', step))
          if (step % 4 === 3) seen.push(yield context.df.waitForExternalEvent(`event-${step}`))
        }
        seen.push(yield context.df.callSubOrchestrator('child', 'x', 'crash-child'))
        return seen
      },
      *child(context) {
        return yield context.df.Task.all([
          context.df.callActivity('step', 100),
          context.df.callActivity('step', 101),
        ])
      },
    },
    activities: {
      step: async (step: number) => {
        say(`ran ${step}`)
        await new Promise((resolve) => {
          setTimeout(resolve, 3)
        })
        return step
      },
    },
  }),
})
await engine.start()
if (engine.getStatus('crash') === undefined)
  await engine.startInstance({ name: 'chain', instanceId: 'crash' })
createInterface({ input: process.stdin }).on('line', (line) => {
  const n = line.replace('raise ', '')
  void engine
    .raiseEvent('crash', `event-${n}`, n)
    .then((delivery) => say(`${delivery === 'accepted' ? 'acked' : delivery} ${n}`))
})
say('ready')
const status = await engine.waitForEnd('crash')
say(`ended ${status?.output}`)
