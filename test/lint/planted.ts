import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const root = resolve(import.meta.dirname, '../..')
export const planted = join(root, 'test/fixtures/planted')

const reportSchema = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
})

/**
 * Lints the planted files as if they were the project: a temporary tree with the project's folder
 * names and its own configuration. Returns the rules reported, by file.
 */
export const lintPlanted = async (): Promise<Map<string, string[]>> => {
  const tree = await mkdtemp(join(tmpdir(), 'planted-'))
  try {
    await cp(planted, tree, { recursive: true })
    for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) {
      await cp(join(root, file), join(tree, file))
    }
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction')
    // Folders are named one by one: oxlint follows the link and would lint every package.
    const folders = await readdir(planted)
    const report = reportSchema.parse(
      JSON.parse(await oxlint(tree, ['--type-aware', '--format', 'json', ...folders])),
    )
    return rulesByFile(report.diagnostics)
  } finally {
    await rm(tree, { recursive: true, force: true })
  }
}

export const plantedFiles = async (): Promise<string[]> => {
  const entries = await readdir(planted, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(planted.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted()
}

const rulesByFile = (diagnostics: { code: string; filename: string }[]): Map<string, string[]> => {
  const rules = new Map<string, string[]>()
  for (const { code, filename } of diagnostics) {
    const file = filename.replaceAll('\\', '/')
    rules.set(file, [...new Set([...(rules.get(file) ?? []), code])])
  }
  return rules
}

const oxlint = (cwd: string, args: string[]): Promise<string> =>
  new Promise((resolveOutput, reject) => {
    const program = join(root, 'node_modules/oxlint/bin/oxlint')
    execFile(
      process.execPath,
      [program, ...args],
      { cwd, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        // Exit code 1 is what violations give; anything without a report is a failure to run.
        if (stdout.trim().startsWith('{')) resolveOutput(stdout)
        else reject(new Error(`oxlint gave no report in ${cwd}: ${stderr || stdout}`, { cause: error }))
      },
    )
  })
