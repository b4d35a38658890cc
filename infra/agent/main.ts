import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { version } from '../../agent/program/version.ts'
import { bundleAgent, root, scriptFolders } from './bundle.ts'
import { withoutSignature } from './portableExecutable.ts'
import { makeSingleExecutable } from './singleExecutable.ts'
import { windowsNode } from './windowsNode.ts'
import { zip, type ZipEntry } from './zip.ts'

/** `npm run package:agent`: the agent for Windows x64 as a folder and a ZIP archive, with checksums. */
const name = `atlas-agent-${version}-win-x64`
const dist = join(root, 'dist/agent')
const work = join(dist, 'work')
const folder = join(dist, name)
const mebibyte = 1024 * 1024
const mostMebibytes = 45

rmSync(dist, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
mkdirSync(folder)

say('Node for Windows, as the lock file has it')
const node = windowsNode()
const executable = join(folder, 'atlas-agent.exe')
writeFileSync(executable, withoutSignature(readFileSync(node.file)))

say(`the agent into Node ${node.version}`)
const bundle = join(work, 'agent.cjs')
await bundleAgent(bundle)
makeSingleExecutable(executable, bundle, node.version, work)

say('scripts, installation, checksums')
for (const scripts of [...scriptFolders, 'lab'])
  cpSync(join(root, 'agent', scripts), join(folder, 'scripts', scripts), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  })
for (const script of ['install.ps1', 'uninstall.ps1'])
  cpSync(join(root, 'agent', script), join(folder, script))
const sums = filesOf(folder).map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`)
writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))

say('the archive')
const archive = zip(filesOf(folder).map(({ path, bytes }) => ({ path: `${name}/${path}`, bytes })))
writeFileSync(join(dist, `${name}.zip`), archive)
writeFileSync(join(dist, `${name}.zip.sha256`), `${sha256(archive)}  ${name}.zip\n`)
rmSync(work, { recursive: true })

const size = archive.length / mebibyte
process.stdout.write(
  `dist/agent/${name}.zip  ${size.toFixed(1)} MiB (at most ${mostMebibytes})  ${sha256(archive)}\nNothing in it is signed.\n`,
)
if (size > mostMebibytes) process.exitCode = 1

/** In the order of their names, without folders. */
function filesOf(from: string): ZipEntry[] {
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: file
        .slice(from.length + 1)
        .split(sep)
        .join('/'),
      bytes: readFileSync(file),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`)
}
