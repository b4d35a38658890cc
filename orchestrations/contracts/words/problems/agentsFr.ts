import type { ProblemCode } from '../../api/problems.ts'
import type { ProblemText } from './text.ts'

const unproven = {
  title: 'L’agent n’a pas prouvé son identité',
  fix: 'Signez chaque requête avec la clé inscrite ; vérifiez l’horloge de l’hôte ; si la clé est perdue, un opérateur fait oublier l’agent (atlas server forget) et l’hôte est inscrit de nouveau.',
} as const
const badToken = 'Le jeton d’inscription n’est pas valide'

export const agentsFr = {
  assertionMissing: { ...unproven, detail: 'La requête ne porte aucune assertion.' },
  assertionTooLong: { ...unproven, detail: 'L’assertion est trop longue pour en être une.' },
  assertionMalformed: { ...unproven, detail: 'L’assertion n’est pas un JWS compact.' },
  assertionAlgorithm: { ...unproven, detail: 'L’assertion n’est pas signée avec ES256.' },
  assertionClaims: { ...unproven, detail: 'L’assertion ne contient pas ce qu’elle doit contenir.' },
  assertionTime: { ...unproven, detail: 'L’assertion date de {issued} ; il est {now} ici.' },
  assertionBody: { ...unproven, detail: 'Le corps n’est pas celui qui a été signé.' },
  assertionSigner: { ...unproven, detail: 'Aucun agent n’est inscrit sous {serverId}.' },
  assertionSignature: { ...unproven, detail: 'La signature n’est pas celle de la clé inscrite.' },
  assertionRepeated: { ...unproven, detail: 'L’assertion a déjà servi.' },
  badEnrolmentToken: {
    title: badToken,
    detail: 'Il est inconnu, épuisé, expiré ou destiné à un autre client.',
    fix: 'Émettez-en un nouveau : POST /api/enrolment-tokens.',
  },
  enrolmentTokenFull: {
    title: badToken,
    detail: 'Il a expiré, ou le nombre d’hôtes en attente qu’il permet est atteint.',
    fix: 'Importez l’hôte, ou faites approuver ceux qui attendent : GET /api/enrolments.',
  },
  hostNotInInventory: {
    title: '{host} n’est pas dans l’inventaire du client {clientId}',
    fix: 'Importez-le d’abord, puis inscrivez-le de nouveau.',
  },
  enrolledWithOtherKey: {
    title: '{serverId} est inscrit avec une autre clé',
    fix: 'Si la machine a été réinstallée, un opérateur fait d’abord oublier son ancien agent : atlas server forget.',
  },
  badPublicKey: {
    title: 'La clé publique n’est pas un point de P-256',
    fix: 'Envoyez x et y d’une clé EC P-256.',
  },
  badHostName: { title: 'Ce n’est pas un nom d’hôte', fix: 'Envoyez le nom de la machine.' },
  otherKeyWaits: {
    title: 'Une machine avec une autre clé attend sous le nom {host}',
    fix: 'Un opérateur la refuse ou l’approuve d’abord : GET /api/enrolments montre son empreinte.',
  },
  enrolmentRefused: {
    title: 'Un opérateur a refusé {host}',
    detail: '{said}',
    fix: 'S’il appartient bien au client, importez-le, puis inscrivez-le de nouveau.',
  },
} as const satisfies Partial<Record<ProblemCode, ProblemText>>
