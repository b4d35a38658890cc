import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folders = ['orchestrations', 'functions', 'agent', 'cli', 'static-web/src', 'infra/local']
const clocks =
  /(^|\/)(functions\/adapters\/clock\.ts|agent\/clock\.ts|cli\/clock\.ts|static-web\/src\/clock\.ts|infra\/local\/clock\/.*)$/

// oxlint has no rule for `new Date()` without arguments, the other door to the ambient clock.
const ambient = /\bnew Date(\(\s*\)|(?=\s*[;,)\]}\n]))|(?<![\w.])Date\(\s*\)/

it('finds what it looks for', () => {
  for (const text of ['new Date()', 'new Date( )', 'const d = new Date\n', 'Date()'])
    expect(text).toMatch(ambient)
  for (const text of ['new Date(at)', 'isDate()', 'x.Date()']) expect(text).not.toMatch(ambient)
})

it('no source reads the ambient clock with new Date()', async () => {
  const offenders: string[] = []
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/')
      if (!entry.isFile() || !/\.tsx?$/.test(path) || clocks.test(path) || path.includes('node_modules/'))
        continue
      if (ambient.test(await readFile(join(root, path), 'utf8'))) offenders.push(path)
    }
  }
  expect(offenders).toEqual([])
})
