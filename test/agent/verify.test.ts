import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importCommandKeys, openEnvelope } from '../../agent/verify.ts'
import { commandFor, commandKey, install, signEnvelope } from './fakes.ts'

const keys = importCommandKeys([commandKey])
const command = commandFor('c1', install)
const good = signEnvelope(command)
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

describe('a message', () => {
  test('with a valid signature is opened, as text and as bytes', () => {
    expect(openEnvelope(good, keys)).toEqual({ kind: 'opened', envelope: command })
    expect(openEnvelope(Buffer.from(good), keys)).toEqual({ kind: 'opened', envelope: command })
  })

  test.each([
    ['an object', { hello: 1 }, 'notText'],
    ['too large', `${good}${'A'.repeat(64 * 1024)}`, 'tooLarge'],
    ['not a JWS', 'hello', 'notCompactJws'],
    ['in four parts', `${good}.AAAA`, 'notCompactJws'],
    ['with padding', `${good}==`, 'notCompactJws'],
    ['unsigned', signEnvelope(command, { alg: 'none' }), 'header'],
    ['signed with an HMAC', signEnvelope(command, { alg: 'HS256' }), 'header'],
    ['of another type', signEnvelope(command, { typ: 'JWT' }), 'header'],
    ['with a critical extension', signEnvelope(command, { crit: ['exp'] }), 'header'],
    ['without a key id', signEnvelope(command, { kid: undefined }), 'header'],
    ['of a key that is not known', signEnvelope(command, { kid: 'other' }), 'unknownKey'],
    ['of a stranger with a known key id', signEnvelope(command, {}, stranger), 'signature'],
    ['of another version', signEnvelope({ ...command, version: tasksVersion + 1 }), 'schema'],
    ['of an unknown kind', signEnvelope({ ...command, task: { kind: 'shell', params: {} } }), 'schema'],
    ['without a command id', signEnvelope({ ...command, commandId: undefined }), 'schema'],
    ['with no JSON inside', signEnvelope('text'), 'schema'],
  ])('%s is rejected', (_name, body, why) => {
    expect(openEnvelope(body, keys)).toMatchObject({ kind: 'rejected', why })
  })
})

test('none of 20,000 mutated envelopes is opened', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\u00e9{"'
  const at = fc.nat({ max: good.length - 1 })
  const character = fc.constantFrom(...alphabet.split(''))
  const mutation = fc.oneof(
    fc.tuple(at, character).map(([i, c]) => good.slice(0, i) + c + good.slice(i + 1)),
    fc.tuple(at, character).map(([i, c]) => good.slice(0, i) + c + good.slice(i)),
    at.map((i) => good.slice(0, i) + good.slice(i + 1)),
    at.map((i) => good.slice(0, i)),
    fc.tuple(at, at).map(([i, j]) => good.slice(0, Math.min(i, j)) + good.slice(Math.max(i, j) + 1)),
    fc
      .tuple(at, at)
      .map(([i, j]) => good.slice(0, i) + good.slice(j))
      .filter((text) => text !== good),
  )
  const mutated = fc.sample(mutation, { numRuns: 20_000, seed: 20261121 }).filter((text) => text !== good)
  const opened = mutated.filter((text) => openEnvelope(text, keys).kind === 'opened')
  expect(mutated.length).toBeGreaterThan(19_000)
  expect(opened).toEqual([])
})
