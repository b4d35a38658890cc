import { expect, test } from 'vitest'
import { heldJobLines } from '../../cli/show/waivers.ts'
import { textsOf } from '../../cli/texts/index.ts'
import type { HeldJobs } from '../../orchestrations/contracts/api.ts'
import { CampaignId, ServerId } from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'

const held: HeldJobs = {
  serverId: ServerId.parse('clinique.sql01'),
  host: 'SQL01',
  on: ServerId.parse('clinique.bkp01'),
  campaignId: CampaignId.parse('c1'),
  jobs: [
    { id: '1', name: 'Nightly' },
    { id: '2', name: 'Weekly' },
  ],
  heldAt: Date.parse('2026-11-28T01:00:00Z'),
  dueAt: Date.parse('2026-11-28T13:00:00Z'),
}
const linesIn = (language: 'en' | 'fr', jobs: readonly HeldJobs[]): string =>
  heldJobLines(jobs, {
    t: textsOf(language),
    language,
    zone: 'Europe/Paris',
    paint: (_, text) => text,
  }).join('\n')

test('Backup jobs that are held are shown with their server, their backup server, and since when', () => {
  expect(linesIn('en', [held])).toMatch(
    /Backup jobs held\n.*SQL01.*on clinique\.bkp01.*since .*02:00.*Nightly, Weekly/,
  )
  expect(linesIn('fr', [held])).toMatch(/Tâches de sauvegarde retenues\n.*sur clinique\.bkp01/)
  expect(linesIn('en', [])).toBe('')
})

test('Why they are still held is said in place of their names', () => {
  const problem = reason('jobHeld', {
    server: 'BKP01',
    host: 'SQL01',
    job: 'Nightly',
    message: 'Veeam is busy',
  })
  expect(linesIn('en', [{ ...held, problem }])).toContain(
    'Backup jobs are held on BKP01 for SQL01: Nightly. Releasing them failed: Veeam is busy',
  )
  expect(linesIn('fr', [{ ...held, problem }])).toContain('Échec de leur reprise : Veeam is busy')
})
