import { campaignRoutes } from './campaigns.ts'
import { clientRoutes } from './clients.ts'
import { controlRoutes } from './controls.ts'
import { inventoryRoutes } from './inventory.ts'
import type { Route } from './route.ts'
import { sessionRoutes } from './session.ts'

/** The whole operator API. */
export const operatorRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...inventoryRoutes,
  ...campaignRoutes,
  ...clientRoutes,
  ...controlRoutes,
]
