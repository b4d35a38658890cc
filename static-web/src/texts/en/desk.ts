import { counted as s } from '../number.ts'

interface Counts {
  readonly waiting: number
  readonly go: number
  readonly noGo: number
  readonly unknown: number
}

/** Pages of the days before and after: plan, preparation, inventory, report. */
export const deskTexts = {
  planClients: 'Clients of the plan',
  planPurpose: 'What for',
  purposes: { install: 'install updates', remove: 'remove updates (those named below)' },
  preparation: 'Preparation',
  preparationNone:
    'Not prepared yet. Prepare looks at each server without disturbing it: agent, disk, backup, pending restart, updates.',
  preparationRuns: (by: string, since: string) => `Started by ${by}, ${since}; still looking.`,
  preparationEnded: (by: string, at: string) => `Made by ${by}, ended ${at}. It can be repeated until START.`,
  preparationBusy: 'It is being prepared at this moment.',
  preparationCounts: ({ noGo, unknown, waiting, go }: Counts) =>
    [
      `${noGo} no go`,
      `${unknown} unknown`,
      ...(waiting > 0 ? [`${waiting} not looked at yet`] : []),
      `${go} go`,
    ].join(' · '),
  prepare: 'Prepare',
  prepareTitle: 'Prepare the campaign?',
  prepareText: [
    'Each server is looked at, outside its windows and without a restart.',
    'Approved updates can be downloaded ahead, so that the night is shorter.',
  ] as readonly string[],
  prepareDownload: 'Download',
  downloadFree: 'without a cap',
  downloadCapped: (megabits: number) => `at most ${megabits} Mbit/s a client`,
  downloadNone: 'nothing, only look',
  severities: { blocks: 'In the way', warns: 'To know', fine: 'Fine' },
  showGo: (n: number) => `Show ${s(n, 'server', 'servers')} that can go`,
  startUnprepared: 'It has not been prepared: nobody has looked at its servers.',
  evidence: 'Proof of labs',
  evidenceLacking:
    'START is refused while this lacks the proof of a lab. Run the lab kit (agent/lab) on such a Windows and “atlas evidence add FILE”, or answer for it: “atlas evidence waive BUILD”.',
  evidenceOn: (servers: number, examples: string) => `${s(servers, 'server', 'servers')}: ${examples}`,
  evidenceUnknown: (servers: number, examples: string) =>
    `Nobody knows the Windows of ${s(servers, 'server', 'servers')} (${examples}): prepare the campaign.`,
  evidenceWaived: (build: string, kinds: string) => `Waived on Windows ${build}: ${kinds}`,
  evidenceUnread: 'Whether labs have proven what it runs could not be read: START itself asks again.',
  startNoGo: 'Each server is looked at again at its turn: what is in its way then, it is skipped for.',
  startPrepared: ({ noGo, unknown, waiting, go }: Counts) =>
    `Preparation: ${go} go, ${noGo} no go, ${unknown} unknown${waiting > 0 ? `, ${waiting} not looked at` : ''}.`,

  importChoose: 'Inventory file',
  importHint:
    'CSV or XLSX of any tool, in any encoding. Nothing changes before you have seen the difference.',
  importSkip: 'Leave out rows with errors',
  importRemove: 'Remove what is in ATLAS and not in the file',
  importReading: 'Reading the file…',
  importPreview: 'What the file would change',
  importCounts: (rows: number, clients: number, servers: number) =>
    `${s(rows, 'row', 'rows')}: ${s(servers, 'server', 'servers')} of ${s(clients, 'client', 'clients')}.`,
  importChanges: (added: number, changed: number, same: number, absent: number, skipped: number) =>
    `${added} new · ${changed} changed · ${same} unchanged · ${absent} not in the file · ${skipped} left out`,
  importRead: (how: string) => `Read as: ${how}`,
  separator: (sign: string) => `separator “${sign === '\t' ? 'tab' : sign}”`,
  importHeadings: 'Headings',
  noHeading: '(no heading)',
  notRead: 'not read',
  meanings: {
    client: 'client',
    clientName: 'client',
    host: 'host',
    ring: 'ring',
    role: 'role',
    kind: 'kind',
    site: 'site',
    os: 'system',
    order: 'order',
    zone: 'time zone',
    window: 'window',
    windows: 'windows',
    contact: 'contact',
    runsOn: 'runs on',
    backupServer: 'backup server',
    partner: 'replica partner',
    probes: 'probes',
    priority: 'priority',
    freeze: 'freeze dates',
    freezeDates: 'freeze dates',
    maxParallel: 'servers at once',
    maxParallelServers: 'servers at once',
    deviceClass: 'server or workstation',
    name: 'name',
  } as Readonly<Record<string, string>>,
  importDifference: 'Difference',
  changeKinds: { added: 'new', changed: 'changed', removed: 'removed', absent: 'not in the file' },
  importFaults: 'Rows that cannot be read',
  importFaultCount: (n: number) => `${s(n, 'row has', 'rows have')} an error.`,
  lineOf: (line: number, column: string) => `Line ${line}${column === '' ? '' : `, ${column}`}:`,
  importApply: 'Apply',
  importNothing: 'The file changes nothing.',
  importOf: (file: string) => `Import ${file}`,
  importTitle: (file: string) => `Apply ${file}?`,
  importText: (added: number, changed: number, removed: number) =>
    `${added} new, ${changed} changed, ${removed} removed.`,
  importRemoves: 'Removed servers leave every campaign that has not started them.',
  importDone: (added: number, changed: number, removed: number) =>
    `Applied: ${added} new, ${changed} changed, ${removed} removed.`,

  reportTitle: (name: string) => `Report · ${name}`,
  reportMade: (time: string) => `made ${time}`,
  wholeFleet: 'All clients',
  outcomes: 'Outcomes',
  serversWord: (n: number): string => (n === 1 ? 'server' : 'servers'),
  openItems: (n: number) => s(n, 'open item', 'open items'),
  openOf: (name: string) => `Open at ${name}`,
  updateWent: (ok: number, failed: number, clients: number) =>
    `${ok} installed, ${failed} failed, ${s(clients, 'client', 'clients')}`,
  downtime: (time: string) => `${time} out of service`,
  downloads: 'Download:',
  downloadReport: (format: string) => `Download the report as ${format}`,
  downloaded: (name: string) => `${name}: downloaded.`,
  reportLanguage: 'Language of the file',
  exportLists: { orchestration: 'Orchestration', globalstatus: 'GlobalStatus', clientconfig: 'ClientConfig' },
}
