import { EvidenceFile } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { badInput } from '../../failure.ts'
import { openSession, type Session } from '../../session.ts'
import { labRunText } from '../../show/evidence.ts'
import { readNamedFile } from '../files.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addEvidenceAdd: AddVerb = (parent, cli) => {
  const command = newChange(parent, cli, 'evidenceAdd', 'add').argument('<file>', cli.t.args.evidenceFile)
  command.action(async (name: string) => {
    const session = openSession(cli, command)
    const file = await readEvidence(session, name)
    if (isDryRun(command))
      return showTouched(session, command, touchesNoServer, [`Windows ${file.os.build}, ${file.host}`])
    const line = await session.api.addEvidence(file)
    session.show(line, () => [labRunText(line, session)])
  })
}

/** Windows PowerShell may begin a file with a byte order mark: the decoder leaves it out. */
async function readEvidence(session: Session, name: string): Promise<EvidenceFile> {
  const { errors } = session.t
  const text = new TextDecoder().decode(await readNamedFile(session, name))
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw badInput(errors.notEvidence(name, String(error)), errors.notEvidenceFix)
  }
  const parsed = EvidenceFile.safeParse(document)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw badInput(
    errors.notEvidence(name, first ? `${first.path.join('.')}: ${first.message}` : ''),
    errors.notEvidenceFix,
  )
}
