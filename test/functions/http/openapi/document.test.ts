import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { agentRoutes } from '../../../../functions/http/agent/routes.ts'
import { openApiDocument } from '../../../../functions/http/openapi/document.ts'
import { operatorRoutes } from '../../../../functions/http/operator/routes.ts'

const file = new URL('../../../../functions/openapi.json', import.meta.url)
const Document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
})
const document = Document.parse(JSON.parse(JSON.stringify(openApiDocument(operatorRoutes))))

test('The committed description is that of the routes: npm run openapi writes it', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(openApiDocument(operatorRoutes))),
  )
})

describe.each(operatorRoutes)('$method /api/$path', (route) => {
  const operation = document.paths[`/api/${route.path}`]?.[route.method.toLowerCase()]

  test('is described, with what it takes and what it answers', () => {
    expect(operation).toMatchObject({
      operationId: route.name,
      summary: expect.stringMatching(/^[A-Z].*\.$/),
    })
    const answers = Object.keys(operation?.['responses'] as object)
    expect(answers).toEqual(expect.arrayContaining([...Object.keys(route.answers ?? {}), 'default']))
    expect(Object.keys(route.answers ?? {}).length).toBeGreaterThan(0)
  })

  test('declares each part of its path', () => {
    const declared = (operation?.['parameters'] ?? []) as { in: string; name: string }[]
    const inPath = declared.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
    expect(inPath).toEqual(route.path.match(/(?<=\{)\w+/g) ?? [])
  })
})

test('What agents call is described beside it', () => {
  for (const { name } of agentRoutes) expect(document.paths).toHaveProperty([`/api/agent/${name}`])
})

test('Every reference leads to a schema, and every schema can be read back as one', () => {
  const text = JSON.stringify(document)
  const known = document.components.schemas
  for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    expect(known).toHaveProperty([name])
  const definitions = JSON.parse(
    JSON.stringify(known).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as object
  for (const name of Object.keys(known)) {
    const schema = { $ref: `#/$defs/${name}`, $defs: definitions }
    expect(() => z.fromJSONSchema(schema as never)).not.toThrow()
  }
})
