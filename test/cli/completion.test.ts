import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verbNames } from '../../cli/texts/help.ts'
import { parsePowerShell, syntaxErrors } from '../agent/powershell/syntax.ts'
import { atlas } from './terminal.ts'

const runFile = promisify(execFile)
let folder: string
let bash: string

/** A folder with an `atlas` that knows two clients and counts how often it is asked. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-completion-'))
  const list = JSON.stringify(
    { clients: [{ clientId: 'clinique-st-jean' }, { clientId: 'garage' }] },
    null,
    2,
  )
  await writeFile(
    join(folder, 'atlas'),
    `#!/bin/sh\necho asked >> ${folder}/asked\ncat <<'END'\n${list}\nEND\n`,
  )
  await chmod(join(folder, 'atlas'), 0o755)
  await writeFile(join(folder, 'été 1.csv'), '')
  bash = (await atlas(['completion', 'bash'])).out
})
afterAll(() => rm(folder, { recursive: true }))

/** What bash offers for the last of these words, after it has really run the script. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const script = `${bash}
COMP_WORDS=(atlas "$@")
COMP_CWORD=$#
_atlas
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = await runFile('bash', ['--norc', '-c', script, 'bash', ...words], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env['PATH']}` },
  })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

it('offers the verbs of a group, and of the program, in bash', async () => {
  expect(await offered('cam')).toEqual(['campaign'])
  expect(await offered('campaign', 'pre')).toEqual(['prepare', 'preparation'].toSorted().toReversed())
  expect(await offered('server', '')).toEqual(
    expect.arrayContaining(['list', 'retry', 'resolve', 'trust', 'forget']),
  )
  expect(await offered('server', '')).not.toContain('prepare')
})

it('offers options of the verb and of the program, and the choices of an option', async () => {
  expect(await offered('server', 'retry', '--f')).toEqual(['--failed'])
  expect(await offered('server', 'resolve', '--outcome', 'f')).toEqual(['failed'])
  expect(await offered('--lang', '')).toEqual(['en', 'fr'])
  expect(await offered('--zone', 'UTC', 'status', '--wa')).toEqual(['--watch'])
  expect(await offered('export', 'glob')).toEqual(['globalstatus'])
  expect(await offered('completion', 'p')).toEqual(['powershell'])
})

it('offers clients where a client stands, and nothing where free text does', async () => {
  expect(await offered('client', 'pause', 'cli')).toEqual(['clinique-st-jean'])
  expect(await offered('server', 'list', '--client', '')).toEqual(['clinique-st-jean', 'garage'])
  expect(await offered('client', 'pause', 'x', '--reason', '')).toEqual([])
  // The word after --reason is no verb.
  expect(await offered('client', '--reason', 'pause', 'sh')).toEqual(['show'])
})

it('offers files where a file stands', async () => {
  expect(await offered('inventory', 'import', 'ét')).toEqual(['été 1.csv'])
  expect(await offered('inventory', 'import', '--dry')).toEqual(['--dry-run'])
})

it.each(['bash', 'zsh', 'fish', 'powershell'])('names every verb in the script of %s', async (shell) => {
  const { code, out, err } = await atlas(['completion', shell])
  expect([code, err]).toEqual([0, ''])
  for (const name of verbNames) {
    const verb = name.split(/(?=[A-Z])/).at(-1) ?? ''
    expect(out).toContain(verb.toLowerCase())
  }
})

it.each(['en', 'fr'])('writes PowerShell that the language accepts, with %s texts', async (language) => {
  const { out } = await atlas(['completion', 'powershell', '--lang', language])
  const tree = await parsePowerShell(out)
  expect(syntaxErrors(tree.rootNode)).toEqual([])
  // Typographic apostrophes end a PowerShell string as the straight one does: each must be doubled.
  for (const [, text] of out.matchAll(/What = '((?:''|’’|[^'’\n])*)'/g))
    expect(text).not.toMatch(/(^|[^’])’([^’]|$)/)
  expect(out).toContain("'campaign pause' = @{")
})

it('refuses a shell that it does not know', async () => {
  expect((await atlas(['completion', 'tcsh'])).code).toBe(2)
})
