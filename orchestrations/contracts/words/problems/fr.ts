import type { ProblemCode } from '../../api/problems.ts'
import { agentsFr } from './agentsFr.ts'
import type { PathPart, ProblemText, RoleName } from './text.ts'

const noToken = {
  title: 'Qui êtes-vous ?',
  fix: 'Envoyez Authorization: Bearer <jeton>, avec un jeton valide.',
} as const
const notAllowed = 'Vous n’avez pas le droit de faire cela'
const changed = {
  title: 'Des changements ont eu lieu depuis votre lecture',
  fix: 'Relisez, puis décidez de nouveau.',
} as const
const tags = 'L’étiquette est maintenant {etag}, et non {named}.'
const agentBusy = {
  title: 'L’agent de {serverId} a du travail en cours',
  fix: 'Mettez le client en pause et attendez la fin. Si la machine est perdue, dites d’abord ce que sont devenus les serveurs en cours (atlas server resolve), puis faites oublier son agent.',
} as const
const askSomebody = 'Demandez à une autre personne qui a le rôle d’approbateur.'
const unproven = { title: 'Aucun laboratoire n’a prouvé ce que ce plan exécuterait' } as const
const unknownBuilds = 'Pour {unknown} serveurs, personne ne connaît le build : {examples}, …'
const runLab =
  'Lancez le kit de laboratoire (agent/lab) sur un tel Windows puis `atlas evidence add FICHIER`, ou répondez-en : `atlas evidence waive BUILD`.'
const prepareFirst =
  'Préparez la campagne : ses serveurs sont alors examinés. Pour les hôtes et les serveurs de sauvegarde, c’est leur agent qui le dit. Ou excluez le serveur.'
const inFuture = '"until" est une heure du plan à venir, en millisecondes depuis 1970.'

export const problemsFr = {
  ...agentsFr,
  noSuchPath: { title: 'Ce chemin n’existe pas', fix: 'GET /api/openapi.json les décrit tous.' },
  wrongMethod: { title: '{method} ne convient pas à ce chemin', fix: 'Il accepte {allow}.' },
  notInPath: { title: '« {text} » ne désigne pas {part}' },
  bodyTooLarge: { title: 'Le corps est trop grand', detail: 'Au plus {most} octets sont lus ici.' },
  bodyTooDeep: {
    title: 'Le corps est imbriqué trop profondément',
    detail: 'Au plus {most} niveaux sont lus.',
  },
  bodyNotJson: { title: 'Le corps n’est pas du JSON', fix: 'Envoyez un seul document JSON, en UTF-8.' },
  badBody: { title: 'Le corps n’est pas ce que cet appel attend', detail: '{faults}' },
  badQuery: { title: 'Les paramètres ne sont pas ceux que cet appel attend', detail: '{faults}' },
  badCursor: {
    title: 'Ce n’est pas un curseur de cette liste',
    fix: 'Envoyez tel quel le `next` de la page précédente, ou aucun curseur pour la première page.',
  },
  badIdempotencyKey: {
    title: 'Ce n’est pas une clé d’idempotence',
    fix: 'Envoyez de 1 à 200 caractères ASCII visibles, un UUID par exemple.',
  },
  idempotencyKeyReused: {
    title: 'Cette clé a servi à un autre appel',
    fix: 'Prenez une nouvelle clé pour chaque appel ; répétez le même appel avec la même clé.',
  },
  idempotencyKeyInUse: {
    title: 'Cet appel est en cours à l’instant même',
    fix: 'Attendez sa réponse, ou répétez-le dans un moment.',
  },
  idempotencyAnswerNotKept: {
    title: 'C’est déjà fait ; la réponse était trop grande pour être conservée',
    detail: 'La réponse avait l’état {status}.',
    fix: 'Lisez ce qui a été créé au lieu de le créer de nouveau.',
  },
  tooManyRequests: {
    title: 'Trop d’appels',
    detail: 'ATLAS n’en accepte pas autant d’un même appelant ({limit}, réglage ATLAS_LIMITS).',
    fix: 'Attendez {seconds} s, puis continuez plus lentement.',
  },
  storeBusy: { title: 'Le stockage est occupé', fix: 'Réessayez dans un moment.' },
  internal: {
    title: 'ATLAS n’a pas pu le faire',
    detail: 'La cause n’est pas connue ici ; elle est dans le journal de l’application de fonctions.',
  },

  tokenMissing: { ...noToken, detail: 'La requête ne porte aucun jeton.' },
  tokenTooLong: { ...noToken, detail: 'Le jeton est trop long pour en être un.' },
  tokenUnknown: { ...noToken, detail: 'Le jeton n’est pas connu.' },
  tokenRefused: { ...noToken, detail: 'Le jeton a été refusé : {message}' },
  roleMissing: {
    title: notAllowed,
    detail: '{name} a pour rôle {has} ; il faut l’un de ces rôles : {takes}.',
    fix: 'Demandez à quelqu’un qui a l’un de ces rôles.',
  },
  wholeFleetOnly: {
    title: notAllowed,
    detail: '{name} ne voit que certains clients ({clients}) ; cela concerne tout le parc.',
    fix: 'Demandez à quelqu’un qui voit tous les clients.',
  },

  clientChanged: { ...changed, detail: `[Depuis : {changes}. ]${tags}` },
  clientChangedJustNow: { ...changed, detail: `Une écriture a eu lieu à l’instant même. ${tags}` },
  campaignChanged: { ...changed, detail: `État actuel de la campagne : {campaignState}. ${tags}` },
  todoChanged: { ...changed, detail: `Entre-temps, quelqu’un a pris ou annoté ce point. ${tags}` },

  noSuchClient: { title: 'Il n’y a pas de client {clientId}', fix: 'GET /api/inventory les nomme.' },
  noSuchServer: { title: 'Il n’y a pas de serveur {serverId}', fix: 'GET /api/servers en donne la liste.' },
  noSuchCampaign: {
    title: 'Il n’y a pas de campagne {campaignId}',
    fix: 'GET /api/campaigns en donne la liste.',
  },
  noSuchRing: {
    title: 'La campagne {campaignId} n’a pas d’anneau {ring}',
    fix: 'Ses anneaux sont : {rings}.',
  },
  noSuchImport: { title: 'Il n’y a pas d’import {importId}' },
  noSuchApproval: {
    title: 'Il n’y a pas de demande d’approbation {approvalId}',
    fix: 'GET /api/approvals en donne la liste.',
  },
  noSuchEnrolment: {
    title: 'Aucun hôte n’attend sous {enrolmentId}',
    fix: 'GET /api/enrolments donne la liste de ceux qui attendent.',
  },
  noSuchEnrolmentToken: {
    title: 'Il n’y a pas de jeton d’inscription utilisable {tokenId}',
    fix: 'GET /api/enrolment-tokens en donne la liste.',
  },
  noSuchTodo: {
    title: 'Il n’y a pas de point ouvert {todoId}',
    fix: 'Sa cause a peut-être disparu : GET /api/todo donne la liste de ce qui est ouvert.',
  },
  noSuchWaiver: {
    title: 'Le serveur {serverId} n’a pas de dérogation',
    fix: 'GET /api/waivers en donne la liste.',
  },
  noSuchCalendar: {
    title: 'Ce calendrier n’existe pas',
    fix: 'Demandez son adresse à votre prestataire.',
  },
  serverNotInCampaign: {
    title: 'Le serveur {serverId} n’a pas de place dans {campaignId}',
    fix: 'GET /api/servers/{serverId} donne la liste de ses places.',
  },
  serverInNoCampaign: {
    title: 'Le serveur {serverId} n’a de place dans aucune campagne',
    fix: 'Ce sera possible une fois commencée une campagne qui le comprend.',
  },

  inventoryRefused: { title: '{file} a été refusé : {count} défaut(s), rien n’a été appliqué' },
  importOfOtherFile: {
    title: 'L’import {importId} concerne un autre fichier ou d’autres options',
    fix: 'Pour le reprendre, envoyez le même fichier avec les mêmes options ; sinon, donnez un autre importId.',
  },

  categoryNotApprovable: {
    title: 'Jamais approuvé comme catégorie : {categories}',
    fix: 'Nommez les pilotes, les préversions et les mises à niveau dans updates.ids, par KB ou identifiant.',
  },
  nothingToPlan: {
    title: 'Il n’y a rien à planifier',
    detail: '{reason}',
    fix: 'Sélectionnez des clients, des anneaux ou tout ; une sélection vide ne veut jamais dire « tout ».',
  },
  otherPlanHash: {
    title: 'Ce n’est pas l’empreinte de ce plan',
    detail: 'Le plan de {campaignId} a pour empreinte {planHash}.',
    fix: 'Relisez le plan ; n’approuvez et ne démarrez que ce que vous avez lu.',
  },
  evidenceLacking: { ...unproven, detail: '{lacking}', fix: runLab },
  buildsUnknown: { ...unproven, detail: unknownBuilds, fix: prepareFirst },
  evidenceLackingBuildsUnknown: {
    ...unproven,
    detail: `{lacking} ${unknownBuilds}`,
    fix: `${runLab} ${prepareFirst}`,
  },
  otherEvidence: {
    title: 'Une autre preuve porte cet identifiant',
    detail: '{evidenceId} vient de {host}, ajoutée par {addedBy}.',
    fix: 'Relancez le kit de laboratoire ; ne modifiez pas ce qu’il écrit.',
  },
  noSuchBuildWaiver: {
    title: 'Windows {build} n’a pas de dérogation',
    fix: 'GET /api/build-waivers en donne la liste.',
  },
  ownPlan: { title: 'On n’approuve pas son propre plan', fix: askSomebody },
  stopIsRaised: {
    title: 'L’arrêt d’urgence est en vigueur',
    fix: 'Levez-le d’abord : POST /api/release.',
  },
  campaignNotApprovable: {
    title: 'La campagne ne peut pas être approuvée (état : {campaignState})',
    fix: 'Seule une campagne planifiée s’approuve.',
  },
  campaignNotStartable: {
    title: 'La campagne ne peut pas être démarrée (état : {campaignState})',
    fix: 'Un plan est d’abord approuvé par une deuxième personne, puis démarré une seule fois.',
  },
  campaignNotPreparable: {
    title: 'La campagne ne peut pas être préparée (état : {campaignState})',
    fix: 'Une campagne se prépare avant d’être démarrée.',
  },
  linesInUse: {
    title: 'La campagne {campaignId} télécharge des mises à jour par les mêmes lignes',
    detail: '{clients}',
    fix: 'Attendez la fin de sa préparation, ou préparez sans téléchargement.',
  },
  campaignNotPausable: {
    title: 'La campagne ne peut pas être mise en pause (état : {campaignState})',
    fix: 'Seule une campagne en cours peut l’être.',
  },
  campaignNotResumable: {
    title: 'La campagne ne peut pas être reprise (état : {campaignState})',
    fix: 'Seule une campagne en pause peut l’être.',
  },
  campaignNotCancellable: {
    title: 'La campagne ne peut pas être annulée (état : {campaignState})',
    fix: 'Elle a pris fin ; il n’y a plus rien à annuler.',
  },

  ringNotHoldable: {
    title: 'L’anneau {ring} est passé',
    fix: 'Retenez un anneau qui attend ou qui est en cours.',
  },
  ringNotHeld: {
    title: 'Personne ne retient l’anneau {ring}',
    fix: 'Ce que retient son seuil de passage ou son disjoncteur se promeut.',
  },
  ringPassed: { title: 'L’anneau {ring} est passé', fix: 'Promouvez l’anneau qui attend.' },
  ringRuns: {
    title: 'L’anneau {ring} est en cours : rien n’y attend d’être promu',
    fix: 'Promouvez-le quand son seuil de passage ou son disjoncteur le retient ; la liste de ce qui attend quelqu’un le dit.',
  },

  clientIsStopped: {
    title: 'Le client {clientId} est arrêté',
    fix: 'Une pause laisserait continuer ses serveurs. Reprenez-le d’abord, puis mettez-le en pause.',
  },
  pauseOver: { title: 'La pause serait déjà finie', fix: inFuture },
  exclusionOver: { title: 'L’exclusion serait déjà finie', fix: inFuture },
  lockInUse: {
    title: 'Le client {clientId} reste verrouillé : {count} commande(s) peut-être encore en cours',
    detail: '{commands}',
    fix: 'Leurs agents ont été interrogés. Réessayez quand ils auront répondu ; voyez sur les machines ce qui les retient.',
  },

  campaignNotUnderWay: {
    title: 'La campagne {campaignId} n’est pas en cours (état : {campaignState})',
    fix: 'Un serveur se relance dans une campagne en cours ou qui attend les fenêtres suivantes ; planifiez pour lui une autre campagne.',
  },
  commandOpen: {
    title: 'Une commande est peut-être encore en cours sur {on}',
    detail: '{commandId}',
    fix: 'Son agent a été interrogé. Réessayez quand il aura répondu ; voyez sur la machine ce qui le retient.',
  },
  retryPending: {
    title: 'Le serveur {serverId} ne peut pas être relancé (état : {cell})',
    fix: 'Il attend son tour.',
  },
  retryRunning: {
    title: 'Le serveur {serverId} ne peut pas être relancé (état : {cell})',
    fix: 'Il est en cours.',
  },
  retryUnknown: {
    title: 'Le serveur {serverId} ne peut pas être relancé (état : {cell})',
    fix: 'Dites d’abord ce que vous y avez trouvé : POST /api/servers/{serverId}/resolve.',
  },
  retryDone: {
    title: 'Le serveur {serverId} ne peut pas être relancé (état : {cell})',
    fix: 'Il est terminé, ou revient de lui-même à sa prochaine fenêtre.',
  },
  serverNotEnrolled: {
    title: 'Le serveur {serverId} n’est pas inscrit',
    fix: 'Inscrivez son agent, puis relancez-le.',
  },
  serverQuarantined: {
    title: 'Le serveur {serverId} est en quarantaine',
    detail: '{reason}',
    fix: 'Voyez sur les machines laquelle est la bonne et éteignez un clone éventuel, mettez fin à la quarantaine (trust), puis relancez-le.',
  },
  serverExcluded: {
    title: 'Le serveur {serverId} est exclu',
    fix: 'Réintégrez-le, ou son client : POST …/include lui rend sa place.',
  },
  serverNotQuarantined: {
    title: '{serverId} n’est pas en quarantaine',
    fix: 'Il n’y a pas de quarantaine à lever.',
  },
  noAgentToForget: {
    title: 'Aucun agent n’est inscrit sous {serverId}',
    fix: 'Il n’y a rien à oublier : émettez un jeton et inscrivez l’hôte.',
  },
  agentUnderWay: { ...agentBusy, detail: 'En cours : {servers}' },
  agentRemovesCheckpoint: { ...agentBusy, detail: 'Un point de contrôle y est en cours de suppression.' },
  agentJustTaken: { ...agentBusy, detail: 'Une campagne a pris le verrou du client à l’instant même.' },
  nothingToResolve: {
    title: 'Il n’y a rien à trancher pour le serveur {serverId} (état : {cell})',
    fix: 'Seul ce qui est à traiter ou inconnu se tranche.',
  },
  badWaiverEnd: {
    title: 'Une dérogation prend fin dans l’avenir, au plus {mostDays} jours plus tard',
    fix: '"until" est une heure du plan, en millisecondes depuis 1970.',
  },
  updateNotBlocked: {
    title: 'La mise à jour {kb} n’est pas bloquée',
    fix: 'GET /api/updates dit lesquelles le sont.',
  },

  todoTaken: {
    title: '{takenBy} s’en occupe déjà',
    fix: 'Adressez-vous à cette personne, ou prenez le relais avec "force".',
  },
  ownRequest: { title: 'On n’approuve pas sa propre demande', fix: askSomebody },
  approvalReplaced: {
    title: 'La demande {approvalId} a été remplacée par une plus récente',
    fix: 'Relisez la liste.',
  },
  approvalNotWaiting: {
    title: 'Cette demande a déjà été jugée, ou a expiré',
    fix: 'Qui en a besoin la refait, par le même appel.',
  },
  alreadyEnrolled: {
    title: '{serverId} est déjà inscrit',
    fix: 'Refusez cette demande, ou faites oublier l’autre agent : atlas server forget.',
  },
} as const satisfies Record<ProblemCode, ProblemText>

/** After « ne désigne pas ». */
export const pathPartsFr: Readonly<Record<PathPart, string>> = {
  approval: 'une demande d’approbation',
  build: 'un build de Windows',
  campaign: 'une campagne',
  client: 'un client',
  enrolment: 'une inscription',
  enrolmentToken: 'un jeton d’inscription',
  export: 'une liste (orchestration, globalstatus, clientconfig)',
  import: 'un import',
  kb: 'une KB (comme KB5031364)',
  ring: 'un anneau (0, 1, 2 ou 3)',
  server: 'un serveur',
  todo: 'un point ouvert',
}

export const rolesFr: Readonly<Record<RoleName, string>> = {
  admin: 'administrateur',
  operator: 'opérateur',
  approver: 'approbateur',
  observer: 'observateur',
}
