import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockDataFolder } from '../../../../infra/local/supervisor/data-folder.ts'
import { LocalError } from '../../../../infra/local/supervisor/errors.ts'
import { killed, runAlone, temporaryFolder } from './rig.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const refusal = (path: string): LocalError => {
  try {
    lockDataFolder(path).release()
  } catch (error) {
    if (error instanceof LocalError) return error
    throw error
  }
  throw new Error(`${path} was given away`)
}

it('gives a folder to one holder at a time, and names it in the refusal', () => {
  const path = join(folder.path, 'new/data')
  const lock = lockDataFolder(path)
  const { kind, message } = refusal(path)
  expect(kind).toBe('folderInUse')
  expect(message).toBe(
    `The data folder ${path} is in use by process ${process.pid}: stop that one, or give another folder with --data DIR.`,
  )
  lock.release()
  lock.release()
  lockDataFolder(path).release()
})

it('refuses a folder that another process holds until that one is killed', async () => {
  const { child } = await runAlone('lock', folder.path)
  expect(refusal(folder.path).message).toContain(`process ${child.pid}:`)
  await killed(child)
  lockDataFolder(folder.path).release()
})

it('gives the folder to exactly one of many that start at once', async () => {
  const starts = await Promise.allSettled(Array.from({ length: 4 }, () => runAlone('lock', folder.path)))
  const holders = starts.filter((start) => start.status === 'fulfilled')
  expect(holders).toHaveLength(1)
  for (const { value } of holders) await killed(value.child)
})

it('holds the folder though nobody keeps the lock object', () => {
  const take = (): void => void lockDataFolder(folder.path)
  take()
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('no collector')
  collect()
  expect(refusal(folder.path).kind).toBe('folderInUse')
})

it('says plainly that a folder cannot be written', () => {
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  for (const path of [file, join(file, 'below')]) {
    const { kind, message } = refusal(path)
    expect(kind).toBe('folderUnwritable')
    expect(message).toContain(path)
    expect(message).toContain('--data DIR')
  }
})
