import { expect, test } from 'vitest'
import { scriptTasks } from '../../../agent/tasks/index.ts'
import { effectKinds, taskKinds } from '../../../orchestrations/contracts/tasks.ts'

/** An attached script is ended by its time and begun again after a crash: no effect may be. */
test.each([...effectKinds])('%s, which changes the machine, goes on without the agent', (kind) => {
  expect(scriptTasks[kind]?.runs).toBe('detached')
})

test('every kind of the contract has a script', () => {
  expect(taskKinds.filter((kind) => scriptTasks[kind] === undefined)).toEqual([])
})
