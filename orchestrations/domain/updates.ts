import { z } from 'zod'

/** What kind of update Windows Update says that it is (its classification and deployment flags). */
export const updateCategories = [
  'security',
  'critical',
  'updateRollup',
  'definition',
  'featureUpgrade',
  'preview',
  'driver',
  'other',
] as const
export const UpdateCategory = z.enum(updateCategories)
export type UpdateCategory = z.infer<typeof UpdateCategory>
