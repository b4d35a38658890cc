import type { clientTexts as english } from '../en/client.ts'
import { compte as s } from '../number.ts'

export const clientTexts: typeof english = {
  panelParts: 'Parties des détails',
  tabs: { servers: 'Serveurs', facts: 'Fiche client', history: 'Historique' },
  unknownClient: (name) =>
    `La campagne n’a pas de client « ${name} ». Fermez ceci et choisissez-en un sur le tableau.`,
  unknownServer: (name) =>
    `Ce client n’a pas de serveur « ${name} » dans la campagne. Choisissez-en un ci-dessous.`,
  timesIn: (zone) => `Heures en ${zone}`,
  showMore: (shown, all) => `${shown} sur ${all} · en montrer plus`,
  holds: 'Ce qui l’empêche d’avancer',
  holdStop: (actor, reason) =>
    `Arrêt d’urgence par ${actor}${reason === '' ? '' : ` « ${reason} »`}. Rien ne démarre tant qu’il n’est pas levé.`,
  holdCampaign: (state, actor, reason) =>
    `Campagne : ${state}, par ${actor}${reason === '' ? '' : ` « ${reason} »`}.`,
  excludedBy: (actor, reason, until) =>
    `Exclu par ${actor}${until === undefined ? '' : ` jusqu’à ${until}`} : ${reason}`,
  lockedBy: (owner) => `Verrouillé par ${owner} : une seule campagne travaille chez un client.`,

  factWindows: 'Fenêtres de maintenance',
  factNext: 'Prochaines ouvertures',
  factFreeze: 'Dates gelées',
  factAtOnce: 'Serveurs à la fois',
  factLock: 'Verrou',
  lockFree: 'libre',
  none: 'aucune',
  noWindowLeft: 'aucune dans les cinq prochaines semaines',
  everyDay: 'tous les jours',
  checkpoints: 'Points de contrôle en place',
  noCheckpoints: 'Aucun point de contrôle n’est en place.',
  checkpointStands: (name, since, due) => `${name}, depuis ${since}, à retirer ${due}`,
  heldJobs: 'Tâches de sauvegarde retenues',
  noHeldJobs: 'Aucune tâche de sauvegarde n’est retenue.',
  jobsHeld: (jobs, on, since) => `${jobs}, sur ${on}, depuis ${since}`,
  waivers: 'Dérogations de sauvegarde',
  noWaivers: 'La sauvegarde est exigée partout.',
  waiverStands: (until, actor, reason) => `Sauvegarde non exigée jusqu’à ${until}, par ${actor} : ${reason}`,
  calendar: 'Calendrier…',
  calendarOf: (name) => `Calendrier de ${name}`,
  calendarSays: 'Quiconque a cette adresse peut lire les dates du client :',

  usuallyTakes: (from, to, of) =>
    from === to
      ? `d’habitude ${from} (${s(of, 'fois', 'fois')} ici)`
      : `d’habitude ${from} à ${to} (${of} fois ici)`,
  usuallyUnknown: 'sa durée n’est pas encore connue',
  attemptsOf: (host) => `Essais de ${host}`,
  neverHeard: 'Son agent n’a jamais donné signe',
  heardAgo: (age) => `Dernier signe il y a ${age}`,
  noAgent: 'Aucun agent n’est inscrit',
  build: 'version',
  canBeUndone: (host, since, due) =>
    `Peut être annulé : point de contrôle du ${since} sur ${host}, à supprimer ${due}.`,
  nothingToUndo: 'Rien ne peut être annulé par un point de contrôle : aucun n’est en place.',
  factsMissing: (why) => `Ce que l’on sait de ce serveur n’a pas pu être lu. ${why}`,

  mayNot: (mine, wanted) => `Vous êtes ${mine} ; il faut être ${wanted}. Demandez à quelqu’un qui l’est.`,
  or: ' ou ',
  operatorRoles: {
    admin: 'administrateur',
    operator: 'opérateur',
    approver: 'approbateur',
    observer: 'observateur',
  },
  reasonRequired: 'Raison (inscrite au journal)',
  reasonMissing: 'Dites pourquoi : c’est inscrit au journal.',
  forDays: (n) => s(n, 'jour', 'jours'),
  untilIncluded: 'Jusqu’à ce que quelqu’un le réintègre',
  awaitsSecond: (what) =>
    `${what} : une deuxième personne doit le permettre (À faire). Ensuite, recommencez dans la demi-heure.`,
  tooMany: (seconds) => `Trop d’appels à la fois. Réessayez dans ${seconds} s.`,
  acceptedPlain: (what) => `${what} : accepté.`,
  acceptedShort: 'accepté',

  pauseInHand: (hosts) => (hosts === '' ? 'Aucun serveur n’est en cours.' : `En cours : ${hosts}.`),
  stopClient: 'Arrêter',
  stopOf: (name) => `Arrêter ${name}`,
  stopClientTitle: (name) => `Arrêter ${name} maintenant ?`,
  stopClientInHand: (hosts) =>
    hosts === ''
      ? 'Aucun serveur n’est en cours.'
      : `En cours : ${hosts}. Il va jusqu’à son prochain point sûr.`,
  stopClientText: [
    'Aucun autre serveur de ce client ne démarre. Les autres clients continuent.',
    'Il reste arrêté jusqu’à ce que quelqu’un le reprenne.',
  ],
  exclude: 'Exclure',
  include: 'Réintégrer',
  excludeOf: (name) => `Exclure ${name}`,
  excludeTitle: (name) => `Exclure ${name} ?`,
  excludeServerText: [
    'Il n’est démarré dans aucune campagne. S’il est en cours, il va jusqu’au bout de sa vérification.',
  ],
  excludeClientText: (servers) => [
    `Aucun de ses ${s(servers, 'serveur', 'serveurs')} n’est démarré, dans aucune campagne. Celui qui est en cours va jusqu’au bout de sa vérification.`,
  ],
  includeOf: (name) => `Réintégrer ${name}`,
  includeTitle: (name) => `Réintégrer ${name} ?`,
  includeText: ['Il participe à nouveau, dès que sa fenêtre et son anneau le permettent.'],
  unlock: 'Déverrouiller',
  unlockOf: (name) => `Déverrouiller ${name}`,
  unlockTitle: (name) => `Prendre le verrou de ${name} ?`,
  unlockText: [
    'La campagne qui le tient ne peut plus rien commander ici. C’est refusé tant qu’une de ses commandes est ouverte.',
  ],
  reportOf: 'Rapport',
  retryServer: 'Relancer',
  retryOf: (host) => `Relancer ${host}`,
  retryTitle: (host) => `Relancer ${host} ?`,
  retryText: [
    'Il retrouve sa place dans la campagne et recommence à la première étape, dans sa fenêtre et après les serveurs en cours.',
  ],
  resolve: 'Trancher…',
  resolveOf: (host) => `Trancher ${host}`,
  resolveTitle: (host) => `Qu’est devenu ${host} ?`,
  resolveText: [
    'Dites ce que vous avez trouvé sur la machine. ATLAS ne lui envoie plus rien et le compte comme vous le dites.',
  ],
  resolveOutcome: 'Il a fini',
  resolveReason: 'Ce que vous avez trouvé (inscrit au journal)',
  trust: 'Refaire confiance',
  trustOf: (host) => `Refaire confiance à ${host}`,
  trustTitle: (host) => `Refaire confiance à l’agent de ${host} ?`,
  trustText: [
    'Les commandes lui parviennent à nouveau. Faites-le quand vous savez quelle machine tient sa clé.',
  ],
  lookedAt: (when) => `examiné ${when}`,
  forget: 'Oublier l’agent…',
  forgetOf: (host) => `Oublier l’agent de ${host}`,
  forgetTitle: (host) => `Oublier l’agent de ${host} ?`,
  forgetText: [
    'Pour une machine réinstallée, remplacée ou qui a perdu sa clé. L’ancienne clé est aussitôt sans valeur : qui la détient est refusé.',
    'Émettez ensuite un jeton d’inscription et réinstallez-y l’agent ; d’ici là aucune commande ne va à ce serveur.',
  ],
  waiverAdd: 'Déroger à la sauvegarde…',
  waiverRemove: 'Exiger la sauvegarde',
  waiveOf: (host) => `Dérogation de sauvegarde pour ${host}`,
  waiveTitle: (host) => `Mettre à jour ${host} sans sauvegarde récente ?`,
  waiveText: [
    'Jusqu’à l’échéance choisie, il est mis à jour même si son dernier point de restauration manque ou est trop ancien.',
  ],
  unwaiveOf: (host) => `Exiger la sauvegarde de ${host}`,
  unwaiveTitle: (host) => `Exiger à nouveau la sauvegarde de ${host} ?`,
  unwaiveText: ['Il ne démarre qu’avec un point de restauration récent.'],
  cancelCampaign: 'Annuler la campagne',
  cancelTitle: (name) => `Annuler « ${name} » ?`,
  cancelText: [
    'Les serveurs en cours vont jusqu’au bout de leur vérification ; aucun autre ne démarre plus dans cette campagne.',
    'Ce qui est fait reste fait. Cela ne peut pas être repris.',
  ],
}
