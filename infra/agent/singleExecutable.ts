import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeOptions, root } from './bundle.ts'

/** Marks the place in Node's executable; documented, the same for every version. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/**
 * Makes Node's executable (a copy that may be changed) run a bundle and nothing else: neither NODE_OPTIONS nor its
 * own options reach Node any more. Source: Node.js, "Single executable applications".
 */
export function makeSingleExecutable(
  executable: string,
  bundle: string,
  nodeVersion: string,
  work: string,
): void {
  const blob = join(work, 'agent.blob')
  const configuration = join(work, 'sea.json')
  writeFileSync(
    configuration,
    JSON.stringify({
      main: bundle,
      output: blob,
      disableExperimentalSEAWarning: true,
      // Both are of the machine on which they are made.
      useSnapshot: false,
      useCodeCache: false,
      execArgv: nodeOptions,
      execArgvExtension: 'none',
    }),
  )
  execFileSync(nodeOf(nodeVersion), ['--experimental-sea-config', configuration], { stdio: 'ignore' })
  const postject = join(root, 'node_modules/postject/dist/cli.js')
  execFileSync(process.execPath, [postject, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse], {
    stdio: 'ignore',
  })
}

/** The blob's form belongs to its version of Node: this process, or the one that npm installed with the project. */
function nodeOf(version: string): string {
  if (process.version === `v${version}`) return process.execPath
  const installed = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  if (existsSync(installed)) {
    const found = execFileSync(installed, ['--version'], { encoding: 'utf8' }).trim()
    if (found === `v${version}`) return installed
  }
  throw new Error(`the agent's Node is ${version}, this is ${process.version}: run it with that version`)
}
