import type { NoticeTexts } from './texts.ts'

export const en: NoticeTexts = {
  what: {
    needsOperator: 'Needs an operator',
    unknownLong: 'Unknown for too long',
    ringWaits: 'Ring waits',
    breakerTripped: 'Breaker tripped',
    stopRaised: 'EMERGENCY STOP raised',
    stopReleased: 'Emergency stop released',
    campaignEnded: 'Campaign ended',
    lockTimeout: 'Client locked for too long',
    quarantined: 'Server quarantined',
    silence: 'Silence',
    silenceOver: 'Silence is over',
    digest: 'Further notices',
  },
  next: {
    needsOperator:
      'Look at the server, then resolve it with what you found, or retry it. Its place stays open until then.',
    unknownLong:
      'ATLAS keeps asking. See whether the machine, its agent or the line is down; a late answer is taken up by itself.',
    ringWaits: 'Look at the servers that failed, then promote the ring, or leave it held.',
    breakerTripped: 'Nothing starts in this ring. Find the common cause first; promote accepts the failures.',
    stopRaised:
      'Running work goes on to its next safe point, nothing else starts. Release the stop when the cause is gone.',
    stopReleased: 'Work goes on where it stood.',
    campaignEnded: 'The report says what was done, and what was not and why.',
    lockTimeout:
      'Another campaign holds this client. See what it still does there; unlock it only once its commands have ended.',
    quarantined:
      'No command goes there until somebody trusts it again. See whether it is a clone or was set back.',
    silence: 'See whether the function app, its storage and its orchestrations are well.',
    silenceOver: 'Look at the campaigns that ran meanwhile; what is due is taken up now.',
    digest: 'They were put together so as not to flood you. The page has each of them.',
  },
  colon: ': ',
  test: 'Test',
  testNext: 'Nothing happened: somebody tries whether notices arrive.',
  wholeFleet: 'whole fleet',
  ring: 'Ring',
  why: 'Why',
  where: 'Where',
  server: 'Server',
  client: 'Client',
  campaign: 'Campaign',
  when: 'When',
  page: 'Page',
  more: 'and {count} more',
  footer: 'Sent by ATLAS. Nobody reads answers to this address.',
  attachedReport: 'The whole report is attached.',
}
