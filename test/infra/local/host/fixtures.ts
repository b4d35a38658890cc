import { join } from 'node:path'

const apps = join(import.meta.dirname, '../../../fixtures/apps')

/** The folder of a small app under test/fixtures/apps. */
export const fixtureApp = (name: string): string => join(apps, name)
