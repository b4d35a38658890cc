import { writeFileSync } from 'node:fs'
import { operatorRoutes } from '../operator/routes.ts'
import { openApiDocument } from './document.ts'

/** `npm run openapi`: writes the description of the API that is committed and served. */
const file = new URL('../../openapi.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(openApiDocument(operatorRoutes), undefined, 2)}\n`)
