import type { generalEn } from '../en/general.ts'

/** In French, zero and one are singular. */
const s = (count: number, one: string, many: string): string => `${count} ${count < 2 ? one : many}`
const because = (reason: string): string => (reason === '' ? '' : ` : ${reason}`)

/** Typed as the English texts: one that is missing here fails the type check. */
export const generalFr: typeof generalEn = {
  examples: 'Exemples :',
  program:
    'Conduit des campagnes de mise à jour de serveurs Windows, anneau par anneau, par l’API opérateur d’ATLAS.',
  groups: {
    inventory: 'clients et serveurs',
    campaign: 'campagnes : préparer, approuver, démarrer, mettre en pause, annuler, rapport',
    ring: 'anneaux : retenir, reprendre, promouvoir',
    client: 'clients : montrer, mettre en pause, arrêter, exclure, déverrouiller',
    server: 'serveurs : montrer, réessayer, trancher, exclure, refaire confiance, oublier',
    todo: 'ce qui attend un humain : lister, prendre, annoter',
    waiver: 'dérogations de sauvegarde',
    evidence: 'ce que les laboratoires ont prouvé sur de vrais Windows, et les dérogations',
    kb: 'mises à jour : leur bilan, bloquer, retirer',
    approval: 'ce qui est demandé à une deuxième personne',
    notice: 'qui a été averti de quoi',
    ledger: 'ce qui s’est passé, et si le journal est entier',
    token: 'jetons pour les agents',
    enrolment: 'hôtes qui demandent à s’inscrire',
  },
  titles: {
    'Usage:': 'Usage :',
    'Options:': 'Options :',
    'Commands:': 'Commandes :',
    'Global Options:': 'Options générales :',
  },
  programMore:
    'Une première nuit :\n  atlas inventory import serveurs.csv\n  atlas plan --all\n  atlas campaign prepare --wait\n  atlas campaign approve --as approver\n  atlas campaign start\n  atlas status --watch\n  atlas todo\n  atlas campaign report\n\nCodes de retour : 0 bien, 1 échec, 2 usage ou données erronés, 3 partiel, 4 refusé.\nClients et serveurs se nomment par identifiant, nom, ou une partie que nul autre n’a. Les heures sont celles du plan.\nLe serveur et le jeton viennent de --server et --token, d’ATLAS_SERVER et ATLAS_TOKEN, ou de ce que\n`npm start` a noté dans .atlas/ (--data nomme un autre dossier, --as approver l’autre personne).',

  label: (text) => `${text} :`,
  by: (what, actor, reason) => `${what} par ${actor}${because(reason)}`,
  until: (what, time) => `${what} jusqu’à ${time}`,
  promotedBy: (actor) => `promu par ${actor}`,
  rehearsal: (speed) => `répétition ×${speed}`,
  planTime: (time) => `Heure du plan : ${time}`,
  stopRaised: (time, actor, reason) => `ARRÊT D’URGENCE depuis ${time}, par ${actor}${because(reason)}.`,
  stopOpen: (open, clients) =>
    open === 0
      ? 'Plus aucune commande n’est ouverte.'
      : `${s(open, 'commande va', 'commandes vont')} encore vers un point sûr, chez ${s(clients, 'client', 'clients')}.`,
  stopReleasedMeanwhile: 'L’arrêt a été levé entre-temps.',
  stopAgain: (why) => `${why} L’arrêt est envoyé à nouveau.`,
  noStop: 'Pas d’arrêt d’urgence.',
  released: 'Arrêt levé. Les campagnes reprennent où elles en étaient.',
  done: 'Terminés',
  inProgress: 'En cours',
  elapsed: 'Écoulé',
  remaining: 'Restant',
  activeClients: 'Clients actifs',
  successRate: 'Taux de réussite',
  notStarted: 'pas démarrée',
  nothing: 'rien',
  notKnownYet: 'pas encore connu',
  noTrouble: 'Rien à traiter.',
  ringsWait: (rings) => `l’anneau ${rings} attend un opérateur (atlas ring promote)`,
  more: (count) => `… et ${count} lignes de plus (atlas client list)`,
  stale: (age, why) => `Ce que vous voyez date de ${age}. ${why}`,
  client: 'Client',
  clients: 'Clients',
  clientCount: (count) => s(count, 'client', 'clients'),
  ring: 'Anneau',
  servers: 'Serveurs',
  now: 'Maintenant',
  end: 'Fin',
  campaignId: 'Campagne',
  name: 'Nom',
  state: 'État',
  created: 'Faite',
  requestedBy: 'Demandée par',
  approvedBy: 'Approuvée par',
  hash: 'Empreinte du plan',
  noCampaigns: 'Il n’y a pas encore de campagne. `atlas plan` en fait une.',
  planName: (month) => `Mises à jour de ${month}`,
  planSize: (servers, clients) =>
    `${s(servers, 'serveur', 'serveurs')} de ${s(clients, 'client', 'clients')}`,
  planUpdates: (ids, categories) =>
    `Mises à jour approuvées : ${[ids, categories].filter(Boolean).join(' ; ') || 'aucune'}`,
  planRemoves: (ids) => `À retirer : ${ids}`,
  planEnd: (range) => `Fin prévue : ${range}`,
  planRing: (ring, clients, soak) =>
    `Anneau ${ring}, ${s(clients, 'client', 'clients')}${soak > 0 ? `, puis observé ${soak} min` : ''}`,
  firstStart: 'Premier départ',
  expectedEnd: 'Fin prévue',
  doesNotFit: (client, hosts) =>
    `${client} : ${hosts.join(', ')} ${hosts.length === 1 ? 'n’entre' : 'n’entrent'} pas dans la première fenêtre`,
  notInPlan: (count) => `Hors du plan : ${s(count, 'serveur', 'serveurs')}`,
  planNext: (id) =>
    `Rien n’a démarré. Ensuite, une autre personne : \`atlas campaign approve ${id}\`, puis \`atlas campaign start ${id}\`.`,
  confirm: (verb, hash) =>
    `${verb === 'approve' ? 'Approuver' : 'Démarrer'} le plan d’empreinte ${hash} ? [o/N] `,
  yes: ['o', 'oui', 'y', 'yes'],
  imported: (servers, clients) =>
    `${s(servers, 'serveur importé', 'serveurs importés')} de ${s(clients, 'client', 'clients')}.`,
  wouldImport: (servers, clients) =>
    `Essai : ${s(servers, 'serveur', 'serveurs')} de ${s(clients, 'client', 'clients')} ; rien n’a été appliqué.`,
  importing: 'Importation',
  inventory: (servers, clients, enrolled) =>
    `${s(servers, 'serveur', 'serveurs')} de ${s(clients, 'client', 'clients')}, ${enrolled} avec un agent`,
  lastEvents: 'Ce qui vient de se passer',
  runsOn: (host) => `sur ${host}`,
  attempts: (count) => s(count, 'essai', 'essais'),
  clientPaused: (client) => `${client} est en pause jusqu’à ce que quelqu’un le reprenne.`,
  clientPausedUntil: (client, time) => `${client} est en pause jusqu’à ${time}.`,
  clientResumed: (client) => `${client} continue dès que sa fenêtre et son anneau le permettent.`,
  freeAt: (time) => `Le serveur en cours devrait revenir à ${time}.`,
  nothingInHand: 'Aucun de ses serveurs n’est en cours.',
  noLedger: 'Aucune ligne.',
  verifying: 'Vérification',
  ledgerIntact: (rows) => `${s(rows, 'ligne', 'lignes')}, intact`,
  ledgerBroken: (row, why) => `ROMPU${row === undefined ? '' : ` à la ligne ${row}`} : ${why}`,
  ledgersJudged: (intact, broken, unread) =>
    `${s(intact, 'journal intact', 'journaux intacts')}, ${s(broken, 'rompu', 'rompus')}${unread > 0 ? `, ${s(unread, 'illisible', 'illisibles')}` : ''}.`,
  token: 'Jeton',
  hosts: 'Serveurs',
  validUntil: 'Valable jusqu’à',
  tokenOnce: 'Les jetons ne sont montrés que maintenant : ATLAS n’en garde pas de copie.',
  progressLeft: (time) => `encore ${time} environ`,
}
