import type { ProblemCode } from '../../api/problems.ts'
import type { ProblemText } from './text.ts'

const unproven = {
  title: 'The agent did not prove who it is',
  fix: 'Sign each request with the key that was enrolled; check the host clock; if the key is lost, an operator forgets the agent (atlas server forget) and the host is enrolled again.',
} as const
const badToken = 'The enrolment token is not valid'

/** What agents are refused. They name no language. */
export const agentsEn = {
  assertionMissing: { ...unproven, detail: 'The request carries no assertion.' },
  assertionTooLong: { ...unproven, detail: 'The assertion is too long to be one.' },
  assertionMalformed: { ...unproven, detail: 'The assertion is not a compact JWS.' },
  assertionAlgorithm: { ...unproven, detail: 'The assertion is not signed with ES256.' },
  assertionClaims: { ...unproven, detail: 'The assertion does not say what it must.' },
  assertionTime: { ...unproven, detail: 'The assertion was made at {issued}, it is {now} here.' },
  assertionBody: { ...unproven, detail: 'The body is not the signed one.' },
  assertionSigner: { ...unproven, detail: 'No agent is enrolled as {serverId}.' },
  assertionSignature: { ...unproven, detail: 'The signature is not by the enrolled key.' },
  assertionRepeated: { ...unproven, detail: 'The assertion was used before.' },
  badEnrolmentToken: {
    title: badToken,
    detail: 'It is unknown, used up, expired, or of another client.',
    fix: 'Issue a new one: POST /api/enrolment-tokens.',
  },
  enrolmentTokenFull: {
    title: badToken,
    detail: 'It has expired, or as many hosts wait as it is for.',
    fix: 'Import the host, or have those that wait approved: GET /api/enrolments.',
  },
  hostNotInInventory: {
    title: '{host} is not in the inventory of client {clientId}',
    fix: 'Import it first, then enrol it again.',
  },
  enrolledWithOtherKey: {
    title: '{serverId} is enrolled with another key',
    fix: 'If the machine was rebuilt, an operator has its old agent forgotten first: atlas server forget.',
  },
  badPublicKey: {
    title: 'The public key is not a point of P-256',
    fix: 'Send x and y of an EC P-256 key.',
  },
  badHostName: { title: 'That is no host name', fix: 'Send the name of the machine.' },
  otherKeyWaits: {
    title: 'A machine with another key waits as {host}',
    fix: 'An operator refuses or approves it first: GET /api/enrolments shows its thumbprint.',
  },
  enrolmentRefused: {
    title: 'An operator refused {host}',
    detail: '{said}',
    fix: 'If it does belong to the client, import it, then enrol it again.',
  },
} as const satisfies Partial<Record<ProblemCode, ProblemText>>
