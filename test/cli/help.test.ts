import { expect, it } from 'vitest'
import { type VerbName, verbNames } from '../../cli/texts/help.ts'
import { textsOf } from '../../cli/texts/index.ts'
import { atlas } from './terminal.ts'

const helpEn = textsOf('en').verbs
const helpFr = textsOf('fr').verbs

const words = (name: VerbName): string[] => name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

it.each(verbNames)('teaches %s with examples in both languages', async (name) => {
  for (const [language, help] of [
    ['en', helpEn],
    ['fr', helpFr],
  ] as const) {
    const { code, out, err } = await atlas([...words(name), '--help', '--lang', language])
    expect([code, err]).toEqual([0, ''])
    const text = flat(out)
    expect(text).toContain(flat(help[name].what))
    expect(text).toContain(flat(help[name].more ?? ''))
    for (const [example] of help[name].examples) expect(out).toContain(example)
    expect(out).toContain('--json')
  }
  expect(helpFr[name].what).not.toBe(helpEn[name].what)
})

// A completion script asks no server: its examples are run in completion.test.ts.
const asking = verbNames.filter((name) => name !== 'completion')

it.each(asking)('gives examples of %s that the command line itself accepts', async (name) => {
  for (const [example] of helpEn[name].examples) {
    const argv = [...example.replace(/ >.*/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      (found) => found[1] ?? found[2] ?? '',
    )
    const { err } = await atlas(argv.slice(1))
    // It gets as far as looking for a server, or for the hash that somebody has read.
    expect(err).toMatch(/No server is named|Aucun serveur n’est nommé|There is no .*approver\.json/)
  }
})

it('names every group and its exit codes, in French too', async () => {
  const { code, out } = await atlas(['--help', '--lang=fr'])
  expect(code).toBe(0)
  for (const text of ['Commandes :', 'ARRÊT D’URGENCE', 'Codes de retour', 'montrer cette aide'])
    expect(out).toContain(text)
})

it('shows what there is to a person who types only atlas, or only a group', async () => {
  const bare = await atlas([])
  expect(bare.code).toBe(2)
  expect(bare.err).toContain('A first night')
  expect((await atlas(['ring'])).err).toContain('promote')
})
