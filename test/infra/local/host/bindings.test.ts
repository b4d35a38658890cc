import { expect, test } from 'vitest'
import { checkBindings, sendOutputs } from '../../../../infra/local/host/bindings.ts'
import type { BindingInfo, LoadedFunction } from '../../../../infra/local/host/programmingModel.ts'

function fn(trigger: string, bindings: Record<string, BindingInfo>): LoadedFunction {
  const all: Record<string, BindingInfo> = { trigger: { type: trigger, direction: 'in' }, ...bindings }
  return {
    metadata: { name: 'fn', bindings: all },
    bindings: all,
    trigger: { type: trigger, direction: 'in', name: 'trigger' },
  }
}

const queue = { type: 'queue', direction: 'out', queueName: 'q' } as const

test.each([
  ['entityTrigger', {}, 'trigger "trigger" of type entityTrigger'],
  ['serviceBusTrigger', {}, 'trigger "trigger" of type serviceBusTrigger'],
  ['httpTrigger', { blob: { type: 'blob', direction: 'in' } }, 'input "blob" of type blob'],
  ['httpTrigger', { queue }, 'output "queue" of type queue'],
  ['timerTrigger', { $return: { type: 'http', direction: 'out' } }, 'output "$return" of type http'],
] as const)('%s with %o is refused by function and binding', (trigger, bindings, fault) => {
  expect(() => checkBindings([fn(trigger, bindings)], {})).toThrow(`The function "fn" has the ${fault}`)
})

test('an output that someone takes is no fault, and gets what the function gave', async () => {
  const sent: unknown[] = []
  const sinks = {
    queue: async (binding: BindingInfo, data: unknown) => {
      sent.push([binding['queueName'], data])
    },
  }
  const target = fn('timerTrigger', { queue, unset: queue, $return: queue })
  checkBindings([target], sinks)
  await sendOutputs(target, { outputs: { queue: { string: 'a' } }, returnValue: { string: 'b' } }, sinks)
  expect(sent).toEqual([
    ['q', { string: 'a' }],
    ['q', { string: 'b' }],
  ])
})
