import { approvalRoutes } from './approvals.ts'
import { calendarRoutes } from './calendars.ts'
import { campaignRoutes } from './campaigns.ts'
import { clientControlRoutes } from './clientControls.ts'
import { clientRoutes } from './clients.ts'
import { clientShowRoutes } from './clientShow.ts'
import { controlRoutes } from './controls.ts'
import { enrolmentRoutes } from './enrolments.ts'
import { evidenceRoutes } from './evidence.ts'
import { exportRoutes } from './exports.ts'
import { inventoryRoutes } from './inventory.ts'
import { noticeRoutes } from './notices.ts'
import { reportRoutes } from './reports.ts'
import { preparationRoutes } from './preparation.ts'
import { openApiRoutes } from './openapi.ts'
import type { Route } from './route.ts'
import { serverActionRoutes } from './serverActions.ts'
import { serverRoutes } from './servers.ts'
import { sessionRoutes } from './session.ts'
import { todoRoutes } from './todo.ts'
import { tokenRoutes } from './tokens.ts'
import { trustRoutes } from './trust.ts'
import { updateRoutes } from './updates.ts'
import { waiverRoutes } from './waivers.ts'

/** The whole operator API. */
export const operatorRoutes: readonly Route[] = [
  ...openApiRoutes,
  ...sessionRoutes,
  ...inventoryRoutes,
  ...campaignRoutes,
  ...preparationRoutes,
  ...clientRoutes,
  ...clientShowRoutes,
  ...calendarRoutes,
  ...serverRoutes,
  ...serverActionRoutes,
  ...approvalRoutes,
  ...waiverRoutes,
  ...evidenceRoutes,
  ...trustRoutes,
  ...updateRoutes,
  ...todoRoutes,
  ...exportRoutes,
  ...tokenRoutes,
  ...controlRoutes,
  ...enrolmentRoutes,
  ...noticeRoutes,
  ...clientControlRoutes,
  ...reportRoutes,
]
