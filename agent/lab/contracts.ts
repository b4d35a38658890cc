import { z } from 'zod'
import { ScriptDocument } from '../../orchestrations/contracts/scripts/document.ts'
import { EvidenceFile } from '../../orchestrations/contracts/scripts/evidence.ts'
import { scriptResults } from '../../orchestrations/contracts/scripts/results.ts'

/** What `verify.ps1` checks documents against: the schemas that the agent and the server parse with. */
export function labContracts(): unknown {
  const schemaOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
  return {
    document: schemaOf(ScriptDocument),
    results: Object.fromEntries(
      Object.entries(scriptResults).map(([kind, schema]) => [kind, schemaOf(schema)]),
    ),
    evidence: schemaOf(EvidenceFile),
  }
}
