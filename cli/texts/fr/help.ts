import type { VerbTexts } from '../help.ts'

/** The verbs of inventory, plan, campaign, ring, client, stop and ledger. */
export const helpFr = {
  inventoryImport: {
    what: 'importer clients et serveurs depuis un fichier CSV ou XLSX',
    more: 'Tel que vos outils l’exportent : tout encodage, virgule, point-virgule ou tabulation, en-têtes en français ou en anglais dans n’importe quel ordre, ou des noms d’hôtes seuls. Le fichier est validé en entier avant que rien n’en soit appliqué ; le réimporter ne change rien. Ce que le fichier n’a pas reste, sauf avec --remove-absent.',
    examples: [
      [
        'atlas inventory import serveurs.xlsx --dry-run',
        'comment il est lu, la différence avec aujourd’hui, chaque faute avec sa ligne',
      ],
      ['atlas inventory import serveurs.csv', ''],
      [
        'atlas inventory import serveurs.csv --skip-invalid',
        'seulement les lignes sans faute ; code 3 si certaines sont laissées',
      ],
      ['atlas inventory import serveurs.csv --remove-absent --dry-run', 'ce qui serait retiré'],
    ],
  },
  inventoryShow: {
    what: 'compter ce que contient l’inventaire, par anneau',
    examples: [['atlas inventory show', '']],
  },
  plan: {
    what: 'planifier une campagne : qui, quand, qui n’entre pas et pourquoi',
    more: 'Rien ne démarre. Dites pour qui : --rings, --clients, --servers ou --all ; ne rien dire ne veut jamais dire tout. Sans --updates ni --categories, les mises à jour de sécurité, critiques, cumulatives et de définitions sont approuvées.',
    examples: [
      ['atlas plan --all --name "Mises à jour de novembre"', 'tous les clients de l’inventaire'],
      [
        'atlas plan --rings 0,1 --updates KB5031364 KB5032189',
        'deux anneaux, ces mises à jour et aucune autre',
      ],
      ['atlas plan --clients boulangerie-ancay --settings nuit.json', 'nuit.json : {"maxRetries": 1}'],
      ['atlas plan --rings 0 --set soakMinutes=0,60,0,0 --set onFailure=continue', 'deux réglages'],
    ],
  },
  campaignList: {
    what: 'lister les campagnes, la plus récente d’abord',
    examples: [['atlas campaign list', '']],
  },
  campaignShow: {
    what: 'montrer une campagne et son plan, avec l’empreinte à approuver',
    examples: [
      ['atlas campaign show', 'la campagne en cours, sinon la plus récente'],
      ['atlas campaign show 2026-11-21-4f1c2a9b', ''],
    ],
  },
  campaignApprove: {
    what: 'approuver un plan que vous avez lu',
    more: 'Par une autre personne que celle qui l’a fait. Dans un terminal, le plan est montré et vous confirmez son empreinte ; ailleurs, --hash est obligatoire.',
    examples: [
      ['atlas campaign approve --as approver', ''],
      ['atlas campaign approve --hash 3f9a…', 'l’empreinte qu’affiche `atlas campaign show`'],
    ],
  },
  campaignStart: {
    what: 'TOUT DÉMARRER : démarrer une campagne',
    more: 'Chaque client démarre dans ses propres fenêtres, anneau par anneau. Peut être répété sans risque.',
    examples: [
      ['atlas campaign start --watch', 'montre le plan, demande, et reste avec une barre jusqu’à la fin'],
      ['atlas campaign start 2026-11-21-4f1c2a9b --hash 3f9a…', 'dans un script'],
    ],
  },
  campaignPause: {
    what: 'mettre une campagne en pause : les serveurs en cours finissent, aucun autre ne démarre',
    examples: [['atlas campaign pause --reason "ligne du centre de données coupée"', '']],
  },
  campaignResume: {
    what: 'reprendre une campagne en pause',
    examples: [['atlas campaign resume', '']],
  },
  ringHold: {
    what: 'retenir un anneau : les serveurs en cours finissent, aucun autre n’y démarre',
    examples: [['atlas ring hold 2 --reason "KB5031364 est suspecte"', '']],
  },
  ringResume: {
    what: 'ne plus retenir un anneau : ses seuils et son disjoncteur décident à nouveau',
    examples: [['atlas ring resume 2 --reason "KB5031364 est hors de cause"', '']],
  },
  ringPromote: {
    what: 'laisser un anneau démarrer ou continuer malgré son seuil, son observation ou sa retenue',
    examples: [['atlas ring promote 3 --reason "les deux échecs sont expliqués"', '']],
  },
  clientList: {
    what: 'lister les clients de la campagne, problèmes d’abord ; sans campagne ceux de l’inventaire',
    examples: [
      ['atlas client list', ''],
      ['atlas client list --ring 1 --json', ''],
    ],
  },
  clientShow: {
    what: 'montrer un client : fenêtres, verrou, exclusions ; ses serveurs dans l’ordre, les causes, ce qui vient de se passer',
    examples: [
      ['atlas client show clinique-st-jean', ''],
      ['atlas client show "Clinique St-Jean"', 'par son nom'],
    ],
  },
  clientPause: {
    what: 'mettre un client en pause : le serveur en cours finit, aucun autre ne démarre',
    more: 'La réponse dit quand le serveur en cours devrait revenir. Les heures sont celles du plan.',
    examples: [
      ['atlas client pause clinique-st-jean --until +2h --caller "Mme Roux" --reason "paie en cours"', ''],
      [
        'atlas client pause clinique-st-jean --until 2026-11-21T18:00',
        'dans votre fuseau, ou celui de --zone',
      ],
      ['atlas client pause clinique-st-jean', 'jusqu’à ce que quelqu’un le reprenne'],
    ],
  },
  clientResume: {
    what: 'reprendre un client en pause ou arrêté',
    examples: [['atlas client resume clinique-st-jean', '']],
  },
  stop: {
    what: 'ARRÊT D’URGENCE : plus rien ne démarre nulle part, tout de suite',
    more: 'Aucune question n’est posée. Chaque serveur en cours va jusqu’à son prochain point sûr ; rien n’est coupé ni restauré. Tout reste arrêté jusqu’à `atlas release`.',
    examples: [
      ['atlas stop', ''],
      ['atlas stop --dry-run', 'combien de serveurs sont en cours ; rien n’est arrêté'],
      [
        'atlas stop --reason "mauvaise mise à jour approuvée" --wait',
        'jusqu’à ce qu’aucune commande ne soit ouverte',
      ],
    ],
  },
  release: {
    what: 'lever l’arrêt d’urgence',
    more: 'Les campagnes reprennent où elles en étaient : les clients dans leur fenêtre repartent aussitôt.',
    examples: [['atlas release --reason "mise à jour retirée"', '']],
  },
  status: {
    what: 'montrer le tableau : anneaux, chiffres, problèmes d’abord',
    more: 'Avec --watch il reste : sur place dans un terminal, ailleurs une ligne par changement (avec --json un document chacun), jusqu’à la fin de la campagne.',
    examples: [
      ['atlas status', ''],
      ['atlas status --watch', ''],
      ['atlas status --watch >> nuit.log', 'une ligne par changement'],
      ['atlas status --json', 'le tableau entier, pour les scripts'],
    ],
  },
  ledgerShow: {
    what: 'montrer ce qui s’est passé chez un client, ligne par ligne',
    examples: [
      ['atlas ledger show clinique-st-jean', ''],
      ['atlas ledger show clinique-st-jean --after 200 --limit 50', ''],
      ['atlas ledger show atlas-fleet', 'ce que les opérateurs ont fait à toute la flotte'],
    ],
  },
  ledgerVerify: {
    what: 'vérifier qu’aucune ligne d’un journal n’a été changée ou retirée',
    more: 'Code 1 si l’un est rompu, 3 si certains n’ont pas pu être lus. --all : tous les clients de l’inventaire et atlas-fleet, ce qui a été fait à toute la flotte.',
    examples: [
      ['atlas ledger verify clinique-st-jean', ''],
      ['atlas ledger verify --all', ''],
    ],
  },
  tokenEnrol: {
    what: 'créer des jetons avec lesquels les agents de clients s’inscrivent',
    more: 'Chacun inscrit autant de machines de son client ; celles qui ne sont pas dans l’inventaire attendent (atlas enrolment list).',
    examples: [
      ['atlas token enrol clinique-st-jean hotel-du-lac --hosts 20 --days 2', ''],
      ['atlas token enrol clinique-st-jean --hosts 1 --hours 1', 'à usage unique, pour une machine'],
    ],
  },
} satisfies Partial<VerbTexts>
