import { basename } from 'node:path'
import type { ImportOptions } from '../../api/calls.ts'
import { exitCodes } from '../../failure.ts'
import { openSession } from '../../session.ts'
import { importLines } from '../../show/import.ts'
import { confirmed, mustBeAskable } from '../confirm.ts'
import { readNamedFile } from '../files.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { withProgress } from './progress.ts'

interface Options {
  readonly skipInvalid?: true
  readonly removeAbsent?: true
  readonly allChanges?: true
  readonly yes?: true
}

const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export const addInventoryImport: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'inventoryImport', 'import')
    .argument('<file>', t.args.inventoryFile)
    .option('--skip-invalid', t.options.skipInvalid)
    .option('--remove-absent', t.options.removeAbsent)
    .option('--all-changes', t.options.allChanges)
    .option('--yes', t.options.yes)
  command.action(async (name: string) => {
    const session = openSession(cli, command)
    const options = command.opts<Options>()
    const { skipInvalid = false, removeAbsent: remove = false, yes = false } = options
    const dryRun = isDryRun(command)
    if (remove && !dryRun) mustBeAskable(session, yes)
    const bytes = await readNamedFile(session, name)
    const send = (how: ImportOptions) =>
      withProgress(session, bytes, () =>
        session.api.importInventory({ bytes, type: typeOf(bytes), name: basename(name) }, how),
      )
    if (remove && !dryRun && !yes) {
      const preview = await send({ dryRun: true, skipInvalid, remove })
      session.io.err(`${importLines(preview, session).join('\n')}\n\n`)
      await confirmed(session, yes, t.confirmRemove(preview.removed || preview.absent))
    }
    const answer = await send({ dryRun, skipInvalid, remove })
    if (answer.skipped > 0 || answer.errors.length > 0) session.exitCode = exitCodes.partial
    session.show(answer, () => importLines(answer, session, options.allChanges ? 'all' : undefined))
  })
}

/** By its first bytes, not its name: a workbook is a ZIP archive; all else is text in whatever encoding. */
function typeOf(bytes: Uint8Array): string {
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? workbook : 'text/csv'
}
