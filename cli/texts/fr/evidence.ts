import type { evidenceArgsEn, evidenceEn, evidenceErrorsEn, evidenceOptionsEn } from '../en/evidence.ts'
import type { VerbTexts } from '../help.ts'

/** In French, zero and one are singular. */
const s = (count: number, one: string, many: string): string => `${count} ${count < 2 ? one : many}`

export const evidenceFr: typeof evidenceEn = {
  evidenceRequired:
    'Le démarrage exige la preuve d’un laboratoire pour chaque Windows qu’un plan modifierait.',
  evidenceOff: 'Le démarrage n’exige aucune preuve ici (ATLAS_EVIDENCE vaut off).',
  noEvidence: 'Aucune preuve n’a été ajoutée.',
  tried: 'Essayé',
  result: 'Résultat',
  labResult: (confirmed, broken, left) =>
    `${s(confirmed, 'confirmé', 'confirmés')}, ${broken} en défaut, ${left} non ${left < 2 ? 'essayé' : 'essayés'}`,
  brokenContracts: (ids) => `en défaut : ${ids}`,
  notAsSystem: 'pas exécuté en tant que SYSTEM : cela ne prouve rien',
  leftByLab: (what) => `à nettoyer à la main : ${what}`,
  buildWaivers: 'Dérogations',
  kinds: 'Tâches',
  allKinds: 'toutes',
  buildWaiverRemoved: (build) => `Windows ${build} : dérogation retirée`,
  onServers: (servers, examples) => `${s(servers, 'serveur', 'serveurs')} : ${examples}`,
  buildsUnknown: (servers, examples) =>
    `Personne ne connaît le Windows de ${s(servers, 'serveur', 'serveurs')} : ${examples}`,
  buildsUnknownFix:
    'Préparez la campagne, qui regarde ses serveurs ; les agents des hôtes et des serveurs de sauvegarde le disent eux-mêmes.',
  evidenceFix:
    'Lancez le kit de laboratoire (agent/lab) sur un tel Windows puis `atlas evidence add FICHIER`, ou répondez-en : `atlas evidence waive BUILD`.',
  nothingLacking: 'Rien ne manque : le démarrage n’exige pas d’autre preuve.',
  waivedBuild: (build, kinds) => `Dérogation sur Windows ${build} : ${kinds}`,
}

export const evidenceArgsFr: typeof evidenceArgsEn = {
  evidenceFile: 'evidence.json, tel que le kit de laboratoire l’a écrit',
  build: 'version de Windows, p. ex. 10.0.20348 (une révision mensuelle derrière elle n’est pas regardée)',
}

export const evidenceOptionsFr: typeof evidenceOptionsEn = {
  kinds: 'tâches dispensées, p. ex. install,reboot,verify ; ou all',
  strictEvidence: 'code 3 s’il manque quelque chose',
}

export const evidenceErrorsFr: typeof evidenceErrorsEn = {
  notEvidence: (file, why) => `${file} n’est pas une preuve du kit de laboratoire (${why}).`,
  notEvidenceFix: 'Nommez le evidence.json du dossier de agent/lab/verify.ps1, tel qu’il a été écrit.',
  notABuild: (text) => `« ${text} » n’est pas un build de Windows.`,
  notABuildFix: 'Il s’écrit comme 10.0.20348 ; `atlas evidence lacking` nomme ceux d’une campagne.',
  notAKind: (text) => `« ${text} » n’est pas une tâche d’agent.`,
  notAKindFix: (names) => `Dites all, ou une partie de ${names}.`,
}

export const helpEvidenceFr = {
  evidenceAdd: {
    what: 'ajouter ce que le kit de laboratoire a constaté sur un vrai Windows',
    more: 'Un plan démarre sur de vrais hôtes quand un laboratoire a confirmé, sur chacune de leurs versions de Windows et en tant que SYSTEM, les scripts mêmes de leurs agents, depuis moins de six mois. Le fichier est gardé tel quel ; un défaut qu’il contient compte aussi.',
    examples: [
      ['atlas evidence add evidence.json', ''],
      ['atlas evidence add evidence.json --dry-run', 'seulement s’il est lisible'],
    ],
  },
  evidenceList: {
    what: 'lister les essais des laboratoires, leurs défauts et les dérogations',
    examples: [
      ['atlas evidence list', ''],
      ['atlas evidence list --json', ''],
    ],
  },
  evidenceLacking: {
    what: 'montrer ce qu’une campagne exécuterait sans preuve : le démarrage en est refusé',
    more: 'La liste de `atlas campaign preparation` dit la même chose, serveur par serveur.',
    examples: [
      ['atlas evidence lacking', 'de la campagne planifiée'],
      [
        'atlas evidence lacking 2026-11-21-4f1c2a9b --strict',
        'dans un script : code 3 s’il manque quelque chose',
      ],
    ],
  },
  evidenceWaive: {
    what: 'répondre à la place d’un laboratoire de tâches sur une version de Windows',
    more: 'Pour 31 jours au plus, avec une raison ; remplace une dérogation antérieure de cette version. Le démarrage qui en a besoin l’inscrit au registre.',
    examples: [
      [
        'atlas evidence waive 10.0.14393 --kinds all --until +2d --reason "plus d’hôte 2016 au laboratoire"',
        '',
      ],
      [
        'atlas evidence waive 10.0.20348 --kinds checkpoint,removeCheckpoint --until +7d --reason "hôte en réparation"',
        '',
      ],
    ],
  },
  evidenceUnwaive: {
    what: 'retirer la dérogation d’une version de Windows',
    examples: [['atlas evidence unwaive 10.0.14393', '']],
  },
} satisfies Partial<VerbTexts>
