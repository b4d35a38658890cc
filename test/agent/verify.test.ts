import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { generateKeyPairSync } from 'node:crypto'
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
