import { beforeEach, describe, expect, test } from 'vitest'
import { HttpRequest } from '@azure/functions'
import { languageOf } from '../../../functions/http/language.ts'
import { serveUnknown } from '../../../functions/http/fallback.ts'
import { Problem } from '../../../orchestrations/contracts/api.ts'
import { imported, inventory } from './agentRig.ts'
import { startRig, type Ask, type Rig } from './rig.ts'

test.each<[header: string | null, language: 'en' | 'fr']>([
  [null, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['fr', 'fr'],
  ['FR', 'fr'],
  ['fr-CA', 'fr'],
  ['fr-Latn-CA;q=0.7', 'fr'],
  ['fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7', 'fr'],
  ['en-GB,en;q=0.9,fr;q=0.8', 'en'],
  ['en;q=0.3, fr;q=0.4', 'fr'],
  ['en ; q=0.3 ,fr ; q=0.299', 'en'],
  ['fr;q=0', 'en'],
  ['fr;q=0.000, *', 'en'],
  ['*, fr;q=0.5', 'en'],
  ['fr, *;q=0.1', 'fr'],
  ['de, it;q=0.9', 'en'],
  ['de-CH, fr;q=0.5', 'fr'],
  ['french', 'en'],
  ['frr, en;q=0.1', 'en'],
  [';;;q=,,=fr', 'en'],
  ['fr;q=high', 'en'],
  ['fr;q=1.5', 'fr'],
  ['{{fr}}', 'en'],
])('Accept-Language %s is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language)
})

test('A header as long as a book is not read to its end', () => {
  expect(languageOf(`${'x,'.repeat(10_000)}fr`)).toBe('en')
})

const french = { 'accept-language': 'fr-CA,fr;q=0.9,en;q=0.5' }
const clientId = inventory.clients[0]?.clientId ?? ''

describe('An operator who reads French', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig()
    await imported(rig)
    return () => rig.close()
  })
  const refused = async (name: string, more: Ask = {}) => {
    const answer = await rig.byName(name, { who: 'anna', ...more, headers: { ...french, ...more.headers } })
    expect(answer.headers.get('content-language')).toBe('fr')
    expect(answer.headers.get('vary')).toBe('Accept-Language')
    return Problem.parse(answer.body)
  }

  test('reads each kind of refusal in French, with the code that everybody gets', async () => {
    const params = { clientId }
    expect(
      await refused('pauseClient', { params: { clientId: 'nobody' }, body: { reason: '' } }),
    ).toMatchObject({
      code: 'noSuchClient',
      title: 'Il n’y a pas de client nobody',
    })
    expect(await refused('showCampaign', { params: { campaignId: 'Ä' } })).toMatchObject({
      code: 'notInPath',
      title: '« Ä » ne désigne pas une campagne',
    })
    expect(await refused('stop', { who: 'olga', body: {} })).toMatchObject({
      code: 'roleMissing',
      title: 'Vous n’avez pas le droit de faire cela',
      detail: 'olga a pour rôle observateur ; il faut l’un de ces rôles : opérateur, approbateur.',
      params: { name: 'olga', has: 'observer', takes: 'operator, approver' },
    })
    expect(await refused('me', { authorization: 'Bearer nobody' })).toMatchObject({
      code: 'tokenUnknown',
      title: 'Qui êtes-vous ?',
    })
    const stale = { params, body: { reason: 'x' }, headers: { 'if-match': '"99"' } }
    expect(await refused('pauseClient', stale)).toMatchObject({
      code: 'clientChanged',
      fix: 'Relisez, puis décidez de nouveau.',
    })
    expect(await refused('planCampaign', { headers: { 'idempotency-key': 'a b' } })).toMatchObject({
      code: 'badIdempotencyKey',
      title: 'Ce n’est pas une clé d’idempotence',
    })
    expect(await refused('pauseClient', { params, body: 'not JSON' })).toMatchObject({
      code: 'bodyNotJson',
      title: 'Le corps n’est pas du JSON',
    })
  })

  test('reads what is wrong with each field in French', async () => {
    const body = { reason: 7, until: 'tomorrow' }
    const { detail } = await refused('pauseClient', { params: { clientId }, body })
    expect(detail).toContain('reason: Entrée invalide : chaîne de caractères attendu, nombre reçu')
    expect(detail).toContain('until: Entrée invalide')
    const english = await rig.byName('pauseClient', { who: 'anna', params: { clientId }, body })
    expect(english.body['detail']).toContain('reason: Invalid input: expected string, received number')
    expect(english.headers.get('content-language')).toBe('en')
  })

  test('reads why a plan has nothing in it as a sentence', async () => {
    const updates = { ids: [], categories: ['security'] }
    const selection = { kind: 'clients', clients: ['nobody'] }
    const answer = await refused('planCampaign', { body: { name: 'x', selection, updates } })
    expect(answer).toMatchObject({
      code: 'nothingToPlan',
      detail: "Nobody est sélectionné mais absent de l'inventaire",
      params: { reason: { code: 'unknownInSelection', params: { name: 'nobody' } } },
    })
  })

  test('gets a repeated call refused in the language of each time', async () => {
    const key = { 'idempotency-key': 'one-key' }
    const updates = { ids: [], categories: ['security'] }
    const plan = (name: string) => ({ name, selection: { kind: 'everything' }, updates })
    const made = await rig.byName('planCampaign', {
      who: 'anna',
      headers: { ...french, ...key },
      body: plan('a'),
    })
    expect(made.status).toBe(201)
    expect(await refused('planCampaign', { headers: key, body: plan('b') })).toMatchObject({
      code: 'idempotencyKeyReused',
      title: 'Cette clé a servi à un autre appel',
    })
    const english = await rig.byName('planCampaign', { who: 'anna', headers: key, body: plan('b') })
    expect(english.body).toMatchObject({ title: 'That key was used for another call' })
    const again = await rig.byName('planCampaign', { who: 'anna', headers: key, body: plan('a') })
    expect(again.body).toEqual(made.body)
  })

  test('is told in French how long to wait', async () => {
    const limited = await startRig({
      ATLAS_LIMITS: JSON.stringify({
        reads: { perSecond: 0.1, burst: 1 },
        writes: { perSecond: 0.1, burst: 1 },
        failures: { perSecond: 0.1, burst: 1 },
        agents: { perSecond: 0.1, burst: 1 },
      }),
    })
    try {
      await limited.byName('me', { who: 'anna', headers: french })
      const answer = await limited.byName('me', { who: 'anna', headers: french })
      expect(answer.body).toMatchObject({ code: 'tooManyRequests', title: 'Trop d’appels' })
      expect(answer.body['fix']).toBe(
        `Attendez ${answer.headers.get('retry-after')} s, puis continuez plus lentement.`,
      )
    } finally {
      await limited.close()
    }
  })
})

test('A path that isn’t there is said to be none in the language of who asks', async () => {
  const ask = async (headers: Record<string, string>) => {
    const url = 'http://127.0.0.1/api/nothing'
    const request = new HttpRequest({ method: 'GET', url, headers, params: { rest: 'nothing' } })
    const { body } = await serveUnknown([], request)
    return Problem.parse(JSON.parse(typeof body === 'string' ? body : ''))
  }
  expect(await ask(french)).toMatchObject({ code: 'noSuchPath', title: 'Ce chemin n’existe pas' })
  expect(await ask({})).toMatchObject({ code: 'noSuchPath', title: 'There is no such path' })
})

test('An agent names no language and reads English', async () => {
  const rig = await startRig()
  try {
    const { body } = await rig.askAgent('heartbeat', {})
    expect(body).toMatchObject({ code: 'assertionMissing', title: 'The agent did not prove who it is' })
  } finally {
    await rig.close()
  }
})
