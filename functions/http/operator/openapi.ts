import { z } from 'zod'
import description from '../../openapi.json' with { type: 'json' }
import { json } from '../respond.ts'
import { readers, type Route } from './route.ts'

export const openApiRoutes: readonly Route[] = [
  {
    name: 'openapi',
    method: 'GET',
    path: 'openapi.json',
    roles: readers,
    summary: 'Describes this API as OpenAPI 3.1.',
    answers: { 200: z.record(z.string(), z.unknown()) },
    // Written by `npm run openapi`; a test holds it against the routes.
    handle: () => Promise.resolve(json(description)),
  },
]
