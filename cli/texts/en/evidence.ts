import type { VerbTexts } from '../help.ts'

const s = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** What labs have proven on real Windows, and who answers where none has. */
export const evidenceEn = {
  evidenceRequired: 'START asks for the evidence of a lab on each Windows that a plan would change.',
  evidenceOff: 'START asks for no evidence here (ATLAS_EVIDENCE is off).',
  noEvidence: 'No evidence has been added.',
  tried: 'Tried',
  result: 'Result',
  labResult: (confirmed: number, broken: number, left: number) =>
    `${confirmed} confirmed, ${broken} broken, ${left} not tried`,
  brokenContracts: (ids: string) => `broken: ${ids}`,
  notAsSystem: 'not run as SYSTEM: it proves nothing',
  leftByLab: (what: string) => `to be cleaned up by hand: ${what}`,
  buildWaivers: 'Waived',
  kinds: 'Tasks',
  allKinds: 'all',
  buildWaiverRemoved: (build: string) => `Windows ${build}: waiver removed`,
  onServers: (servers: number, examples: string) => `${s(servers, 'server', 'servers')}: ${examples}`,
  buildsUnknown: (servers: number, examples: string) =>
    `Nobody knows the Windows of ${s(servers, 'server', 'servers')}: ${examples}`,
  buildsUnknownFix:
    'Prepare the campaign, which looks at its servers; agents of hosts and backup servers tell it themselves.',
  evidenceFix:
    'Run the lab kit (agent/lab) on such a Windows and `atlas evidence add FILE`, or answer for it: `atlas evidence waive BUILD`.',
  nothingLacking: 'Nothing is lacking: START asks for no more evidence.',
  waivedBuild: (build: string, kinds: string) => `Waived on Windows ${build}: ${kinds}`,
}

export const evidenceArgsEn = {
  evidenceFile: 'evidence.json, as the lab kit wrote it',
  build: 'release of Windows, e.g. 10.0.20348 (a monthly revision behind it is not looked at)',
}

export const evidenceOptionsEn = {
  kinds: 'tasks that are waived, e.g. install,reboot,verify; or all',
  strictEvidence: 'exit code 3 when anything is lacking',
}

export const evidenceErrorsEn = {
  notEvidence: (file: string, why: string) => `${file} is no evidence of the lab kit (${why}).`,
  notEvidenceFix: 'Name the evidence.json from the folder of agent/lab/verify.ps1, as it was written.',
  notABuild: (text: string) => `"${text}" is no build of Windows.`,
  notABuildFix: 'It reads like 10.0.20348; `atlas evidence lacking` names those of a campaign.',
  notAKind: (text: string) => `"${text}" is no task of an agent.`,
  notAKindFix: (names: string) => `Say all, or some of ${names}.`,
}

export const helpEvidenceEn = {
  evidenceAdd: {
    what: 'add what the lab kit found out on a real Windows',
    more: 'A plan starts on real hosts when a lab has confirmed, on each of their releases of Windows and as SYSTEM, the very scripts that their agents run, in the last half year. The file is kept as it came; a broken contract in it counts too.',
    examples: [
      ['atlas evidence add evidence.json', ''],
      ['atlas evidence add evidence.json --dry-run', 'only whether it can be read'],
    ],
  },
  evidenceList: {
    what: 'list the runs of labs, what they found broken, and what is waived',
    examples: [
      ['atlas evidence list', ''],
      ['atlas evidence list --json', ''],
    ],
  },
  evidenceLacking: {
    what: 'show what a campaign would run without proof: for that START is refused',
    more: 'The list of `atlas campaign preparation` says the same server by server.',
    examples: [
      ['atlas evidence lacking', 'of the campaign that is planned'],
      ['atlas evidence lacking 2026-11-21-4f1c2a9b --strict', 'in a script: code 3 when anything is lacking'],
    ],
  },
  evidenceWaive: {
    what: 'answer in place of a lab for tasks on a release of Windows',
    more: 'For at most 31 days, with a reason; replaces an earlier waiver of that release. The START that needs it writes it down.',
    examples: [
      ['atlas evidence waive 10.0.14393 --kinds all --until +2d --reason "no lab host of 2016 left"', ''],
      [
        'atlas evidence waive 10.0.20348 --kinds checkpoint,removeCheckpoint --until +7d --reason "lab host in repair"',
        '',
      ],
    ],
  },
  evidenceUnwaive: {
    what: 'take back the waiver of a release of Windows',
    examples: [['atlas evidence unwaive 10.0.14393', '']],
  },
} satisfies Partial<VerbTexts>
