import { expect, test } from 'vitest'
import { createLogger, messageOf, type LogLevels } from '../../../../infra/local/host/logger.ts'

function logged(
  levels: LogLevels,
  ...entries: readonly (readonly ['debug' | 'information' | 'warning', string])[]
) {
  const lines: string[] = []
  const logger = createLogger({
    levels,
    fallback: 'information',
    now: () => 0,
    write: (line) => lines.push(line),
  })
  for (const [level, category] of entries) logger.log(level, category, 'text')
  return lines
}

test("a category's longest known beginning decides", () => {
  const levels = { default: 'none', Function: 'warning', 'Function.a': 'debug' } as const
  const lines = logged(
    levels,
    ['debug', 'Function.a.User'],
    ['information', 'Function.b'],
    ['warning', 'Function.b'],
    ['warning', 'Functional'],
    ['warning', 'Host'],
  )
  expect(lines).toEqual([
    '1970-01-01T00:00:00.000Z debug Function.a.User text\n',
    '1970-01-01T00:00:00.000Z warning Function.b text\n',
  ])
})

test('without any level the fallback counts', () => {
  expect(logged({}, ['debug', 'Host'], ['information', 'Host'])).toHaveLength(1)
})

test("an orchestration's state is no part of its message", () => {
  expect(messageOf(new Error('Error: why\n\n$OutOfProcData$:{"isDone":false}'))).toBe('Error: why')
  expect(messageOf('text')).toBe('text')
})
