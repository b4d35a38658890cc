import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exists } from './child.ts'
import { WorkFolder, folderName } from './workFolder.ts'

/** Work that is over is kept so long for people who look into it, ms, and no more of it than this. */
const keptMs = 7 * 24 * 60 * 60 * 1000
const keptFolders = 200

/** Removes folders of work that nobody will ask about: not open, not under way, and old or too many. */
export function tidyWork(folder: string, open: ReadonlySet<string>, now: number): void {
  const mayNotGo = new Set([...open].map(folderName))
  const over = foldersIn(folder)
    .filter(({ name, path }) => !mayNotGo.has(name) && !isUnderWay(path))
    .toSorted((one, other) => other.at - one.at)
  over.forEach(({ path, at }, index) => {
    if (index >= keptFolders || now - at > keptMs) rmSync(path, { recursive: true, force: true })
  })
}

function foldersIn(folder: string): { name: string; path: string; at: number }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const path = join(folder, name)
        return { name, path, at: statSync(path).mtimeMs }
      })
  } catch {
    // There is no such folder before the first detached work.
    return []
  }
}

/** What can't be read is left for people. */
function isUnderWay(path: string): boolean {
  try {
    const work = new WorkFolder(path)
    const claim = work.claim()
    return claim?.kind === 'begun' && work.result() === undefined && exists(claim.pid)
  } catch {
    return true
  }
}
