import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { readHostJson } from '../../../../infra/local/host/hostJson.ts'
import { applyLocalSettings, resolveSettings } from '../../../../infra/local/host/settings.ts'
import { testFolder } from './hostProcess.ts'

let folder = ''
beforeEach(() => {
  folder = testFolder()
})
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

describe('host.json', () => {
  test("has Azure's defaults where it says nothing", () => {
    expect(readHostJson(folder)).toEqual({
      extensions: { http: { routePrefix: 'api' }, durableTask: { hubName: 'TestHubName' } },
      logging: { logLevel: {} },
    })
  })

  test('is obeyed where the host knows it, and levels may be written in any case', () => {
    write(
      'host.json',
      JSON.stringify({ version: '2.0', logging: { logLevel: { Host: 'Error' } }, aggregator: {} }),
    )
    expect(readHostJson(folder).logging.logLevel).toEqual({ Host: 'error' })
  })

  test.each([
    '{',
    '{"logging":{"logLevel":{"Host":"Loud"}}}',
    '{"extensions":{"durableTask":{"hubName":""}}}',
  ])('with %s is refused by its name', (text) => {
    write('host.json', text)
    expect(() => readHostJson(folder)).toThrow(`${join(folder, 'host.json')} is wrong`)
  })
})

describe('local settings', () => {
  test('fill in what the environment lacks', () => {
    write('local.settings.json', JSON.stringify({ Values: { A: 'file', B: 'file', N: 3 } }))
    const env = { A: 'outside' }
    applyLocalSettings(folder, env)
    expect(env).toEqual({ A: 'outside', B: 'file', N: '3' })
  })

  test('stand for their names between percent signs, and are missed by name', () => {
    expect(resolveSettings('0 %MINUTE% * * * *', 'The timer', { MINUTE: '5' })).toBe('0 5 * * * *')
    expect(() => resolveSettings('%NONE%', 'The timer of "x"', {})).toThrow(
      'The timer of "x" needs the setting NONE',
    )
  })
})
