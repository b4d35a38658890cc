import { writeFileSync } from 'node:fs'
import { labContracts } from './contracts.ts'

/** `npm run lab:contracts`: writes the schemas that the lab kit carries; a test compares them. */
const file = new URL('contracts.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(labContracts())}\n`)
