import type { nightEn } from '../en/night.ts'

/** In French, zero and one are singular. */
const s = (count: number, one: string, many: string): string => `${count} ${count < 2 ? one : many}`
const because = (reason: string): string => (reason === '' ? '' : ` : ${reason}`)
const until = (time?: string | number): string => (time ? ` jusqu’à ${time}` : '')

export const nightFr: typeof nightEn = {
  waitsForServer: (seconds) => `ATLAS est occupé ; nouvel essai dans ${seconds} s.`,
  asksAgain: 'La demande est renvoyée ; elle ne démarre rien deux fois.',
  wouldTouch: (verb, clients, servers) =>
    `Essai : \`atlas ${verb}\` toucherait ${s(clients, 'client', 'clients')}, ${s(servers, 'serveur', 'serveurs')}.`,
  wouldTouchServers: (underWay, waiting) => `  ${underWay} en cours, ${waiting} en attente`,
  nothingChanged: 'Rien n’a été changé.',
  changing: 'En cours',
  changedOf: (done, all) =>
    all === 0 ? 'Aucun serveur ne convient : rien à faire.' : `${s(done, 'fait', 'faits')} sur ${all}.`,
  accepted: 'accepté',
  yesOrNo: '[o/N]',
  yesWord: 'oui',
  written: (file, bytes) => `${file} écrit, ${s(bytes, 'octet', 'octets')}.`,
  updating: 'Campagne',
  inTrouble: (count) => `${count} en difficulté`,

  importCounts: (answer) =>
    [
      s(answer.added, 'nouveau', 'nouveaux'),
      s(answer.changed, 'modifié', 'modifiés'),
      s(answer.unchanged, 'inchangé', 'inchangés'),
      answer.removed > 0 ? s(answer.removed, 'retiré', 'retirés') : '',
      answer.absent > 0 ? `${answer.absent} dans ATLAS et pas dans le fichier` : '',
    ]
      .filter(Boolean)
      .join(', '),
  readAs: (how) => `Lu comme ${how || 'un tableau'}`,
  separatedBy: (separator) => `séparé par ${separator}`,
  sheet: (name) => `feuille « ${name} »`,
  noHeading: '(sans en-tête)',
  notRead: 'pas lu',
  changeKinds: { added: 'nouveau', changed: 'modifié', removed: 'retiré', absent: 'pas dans le fichier' },
  rowsLeftOut: (rows) => `${s(rows, 'ligne fautive', 'lignes fautives')} :`,
  confirmRemove: (count) =>
    `Retirer ${s(count, 'entrée que le fichier n’a pas', 'entrées que le fichier n’a pas')} ?`,

  confirmCancel: (id, waiting) =>
    `Annuler ${id} pour de bon ? ${s(waiting, 'serveur en attente ne démarrera pas', 'serveurs en attente ne démarreront pas')}.`,
  preparing: 'Préparation',
  notPrepared: 'pas préparée : `atlas campaign prepare`',
  preparingSince: (time, by) => `en préparation depuis ${time}, par ${by}`,
  prepared: (time, by) => `préparée ${time}, par ${by}`,
  othersAreGo: (count) =>
    `${s(count, 'autre client est prêt', 'autres clients sont prêts')} (--all les montre).`,
  startsAndEnds: (start, end) => `premier départ ${start}, fin ${end}`,
  downtime: (time) => `${time} d’arrêt`,
  nextTry: (time) => `prochain essai ${time}`,
  reportFile: 'En fichier à envoyer : `atlas campaign report --client NOM -o rapport.html`.',

  clientStopped: (client) =>
    `${client} est arrêté : plus rien n’y démarre ; ce qui est en cours va jusqu’à son prochain point sûr.`,
  excluded: (name, time) => `${name} est exclu${until(time)}.`,
  included: (name) => `${name} participe à nouveau.`,
  excludedState: (time) => `exclu${until(time)}`,
  excludedBy: (actor, reason, time) => `exclu${until(time)} par ${actor}${because(reason)}`,
  unlocked: (client, fence) => `${client} est déverrouillé ; sa barrière est maintenant ${fence}.`,
  calendarSecret: 'Qui a cette adresse peut lire les fenêtres du client.',
  emergencyReached: 'L’arrêt d’urgence l’a atteint.',
  exclusion: 'Exclusion',
  nextWindows: 'Prochaines fenêtres',
  noWindow: 'aucune dans les cinq semaines',
  freeze: 'Jours de gel',
  lock: 'Verrou',
  lockedBy: (owner, fence, since) => `tenu par ${owner}${since ? ` depuis ${since}` : ''}, barrière ${fence}`,
  contact: 'Contact',
  zone: 'Fuseau',
  atOnce: 'Serveurs à la fois',
  free: 'pas en pause',
  withAgent: 'Avec agent',

  server: 'Serveur',
  serverCount: (count) => s(count, 'serveur', 'serveurs'),
  noServers: 'Aucun serveur ne convient.',
  role: 'Rôle',
  why: 'Pourquoi',
  who: 'Qui',
  agent: 'Agent',
  system: 'Système',
  site: 'Site',
  host: 'Hôte',
  backupServer: 'Serveur de sauvegarde',
  lookedAt: 'Examiné',
  partner: 'Partenaire de réplication',
  probes: 'Sondes',
  waiver: 'Dérogation de sauvegarde',
  waivers: 'Dérogations de sauvegarde',
  noWaivers: 'Aucune dérogation de sauvegarde.',
  waivedUntil: (time) => `dérogation jusqu’à ${time}`,
  waiverRemoved: 'dérogation retirée',
  checkpoints: 'Points de contrôle existants',
  heldJobs: 'Tâches de sauvegarde retenues',
  heldSince: (since) => `depuis ${since}`,
  onHost: (host) => `sur ${host}`,
  standsSince: (since, due) => `depuis ${since}, à supprimer ${due}`,
  neverHeard: 'jamais entendu',
  heardAt: (time) => `entendu ${time}`,
  inNoCampaign: 'Il n’est dans aucune campagne.',
  build: (build) => `build ${build}`,
  attempt: (number) => `essai ${number}`,
  open: 'ouvert',

  nothingTodo: 'Rien d’ouvert.',
  since: 'Depuis',
  sinceTime: (time) => `depuis ${time}`,
  endsAt: (time) => `se termine de soi-même ${time}`,
  nobodyHas: 'pris par personne',
  takenBy: (name, time) => `pris par ${name}${time ? `, ${time}` : ''}`,
  decideAt: (time) => `prochaine décision ${time}`,

  noUpdates: 'Aucune mise à jour n’a encore été installée ni bloquée.',
  failedCount: 'Échecs',
  clientsFailed: (failed, clients) => `${clients}, échec chez ${failed}`,
  blockedBy: (time, actor, reason) => `bloquée ${time} par ${actor}${because(reason)}`,
  removalName: (kbs) => `Retrait de ${kbs}`,

  noApprovals: 'Personne n’attend de deuxième personne.',
  askedBy: (name, time, end) => `demandé par ${name}, ${time} ; ouvert jusqu’à ${end}`,
  approvalStates: { waiting: 'en attente', approved: 'approuvé', refused: 'refusé', used: 'utilisé' },

  noChannels: 'Aucun canal n’est configuré : personne n’est réveillé.',
  channels: (names) => `Les avis partent par ${names}.`,
  channelNames: { mail: 'courriel', webhook: 'webhook' },
  deliveryWaits: (channel, attempts) =>
    `${channel} : en attente${attempts > 0 ? `, ${s(attempts, 'essai', 'essais')}` : ''}`,
  deliverySent: (channel, time) => `${channel} : envoyé ${time}`,
  deliveryFailed: (channel, attempts, error) =>
    `${channel} : échec après ${s(attempts, 'essai', 'essais')} : ${error}`,
  deliveryCapped: (channel) => `${channel} : dans un résumé`,

  noTokens: 'Il n’y a pas de jeton utilisable.',
  hostsLeft: 'Serveurs restants',
  issuedBy: 'Émis par',
  tokenRevoked: 'révoqué',
  noEnrolments: 'Aucun hôte ne demande à s’inscrire.',
  thumbprint: 'Empreinte de sa clé',
  enrolled: 'peut s’inscrire',
  enrolmentRefused: 'refusé',
  settingsTitle: 'Réglages pour --set et --settings, avec leurs valeurs par défaut :',
}
