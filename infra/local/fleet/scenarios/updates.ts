import type { UpdateGiven } from '../scenario.ts'

/** The updates that the simulated Windows Update offers: what a plan of the demo approves. */
export const offeredUpdates: readonly UpdateGiven[] = [
  {
    id: 'kb5068787-2026-11',
    kb: 'KB5068787',
    title: 'Cumulative update for Windows Server 2022 (2026-11)',
    builds: ['20348'],
  },
  {
    id: 'kb5068791-2026-11',
    kb: 'KB5068791',
    title: 'Cumulative update for Windows Server 2019 (2026-11)',
    builds: ['17763'],
  },
  {
    id: 'kb5068864-2026-11',
    kb: 'KB5068864',
    title: 'Cumulative update for Windows Server 2016 (2026-11)',
    builds: ['14393'],
  },
  {
    id: 'kb5068861-2026-11',
    kb: 'KB5068861',
    title: 'Cumulative update for Windows Server 2025 (2026-11)',
    builds: ['26100'],
  },
  { id: 'kb5066743-net', kb: 'KB5066743', title: 'Cumulative update for .NET Framework (2026-11)' },
  { id: 'kb890830-msrt', kb: 'KB890830', title: 'Malicious Software Removal Tool (2026-11)' },
]
