import type { VerbTexts } from '../help.ts'

/** The verbs of preparation, of servers, of hand-over and of what a provider must show others. */
export const helpNightFr = {
  campaignPrepare: {
    what: 'regarder chaque serveur d’un plan avant sa fenêtre, et télécharger',
    more: 'Hors des fenêtres et sans déranger : analyse, téléchargement des mises à jour approuvées, disque, redémarrage en attente, âge de la sauvegarde, agent. La réponse dit par client qui est prêt et qui ne l’est pas ; cela peut être répété jusqu’au démarrage.',
    examples: [
      ['atlas campaign prepare --wait', 'avec une barre, puis la liste'],
      ['atlas campaign prepare --max-kilobits 8000', '8 Mbit/s de la ligne de chaque client'],
      ['atlas campaign prepare --wait --strict', 'dans un script : code 3 si un serveur n’est pas prêt'],
    ],
  },
  campaignPreparation: {
    what: 'montrer ce que la préparation a trouvé : prêt ou non, et pourquoi',
    examples: [
      ['atlas campaign preparation', 'ce qui n’est pas prêt, le pire d’abord'],
      ['atlas campaign preparation --client st-jean --all', ''],
    ],
  },
  campaignCancel: {
    what: 'annuler une campagne pour de bon',
    more: 'Les serveurs en cours finissent, aucun autre ne démarre, et elle ne peut pas être reprise : pour seulement l’interrompre, mettez-la en pause. Dans un terminal, la commande demande ; ailleurs, --yes est obligatoire.',
    examples: [
      ['atlas campaign cancel --dry-run --reason "mauvais mois"', 'qui ne démarrerait plus'],
      ['atlas campaign cancel --reason "mauvais mois" --yes', ''],
    ],
  },
  campaignReport: {
    what: 'faire le rapport d’une campagne, pour vous ou pour un client',
    more: 'Fait, avec mises à jour et builds, durées d’arrêt, pas fait avec raison et prochaine date, points ouverts. Dans la langue de --lang. Sans --format ni --output, en bref.',
    examples: [
      ['atlas campaign report', 'en bref, dans le terminal'],
      [
        'atlas campaign report --client st-jean --lang fr -o rapport.html',
        'à envoyer au client, en français',
      ],
      ['atlas campaign report --format csv > rapport.csv', ''],
    ],
  },
  clientStop: {
    what: 'arrêter un seul client tout de suite',
    more: 'Aucune question n’est posée. Ce qui est en cours va jusqu’à son prochain point sûr ; plus rien n’y démarre jusqu’à `atlas client resume`. Les autres clients continuent.',
    examples: [['atlas client stop clinique-st-jean --reason "leur ligne est coupée"', '']],
  },
  clientExclude: {
    what: 'tenir un client hors des campagnes',
    more: 'Le serveur en cours finit. Jusqu’à l’heure donnée, ou jusqu’à `atlas client include`. Ni les autres clients ni l’approbation du plan ne sont touchés.',
    examples: [['atlas client exclude st-jean --until +1d --reason "audit demain" --caller "Mme Roux"', '']],
  },
  clientInclude: {
    what: 'lever l’exclusion d’un client',
    examples: [['atlas client include st-jean', '']],
  },
  clientUnlock: {
    what: 'reprendre le verrou d’un client à une campagne qui en a fini avec lui',
    more: 'Refusé tant qu’une commande de cette campagne est ouverte : chacune doit avoir fini, ou n’avoir jamais commencé.',
    examples: [['atlas client unlock st-jean --reason "son orchestration est morte"', '']],
  },
  clientCalendar: {
    what: 'créer l’adresse du calendrier d’un client (iCalendar)',
    more: 'Les messageries s’y abonnent. Qui a l’adresse peut lire les fenêtres du client.',
    examples: [['atlas client calendar st-jean', '']],
  },
  serverList: {
    what: 'lister les serveurs avec état, cause et agent',
    examples: [
      ['atlas server list --failed', 'ce qui demande un nouvel essai ou une décision'],
      ['atlas server list sql --client st-jean', 'par une partie du nom'],
      ['atlas server list --state unknown --json', ''],
    ],
  },
  serverShow: {
    what: 'montrer un serveur : ce qu’il est, chaque étape de ses mises à jour, et pourquoi il en est là',
    examples: [
      ['atlas server show clinique-st-jean.sql01', ''],
      ['atlas server show SQL01 --client st-jean', 'par son nom'],
    ],
  },
  serverRetry: {
    what: 'rendre leur place à des serveurs qui n’ont pas bien fini',
    more: 'Ils repartent selon les règles de la campagne : fenêtre, ordre, sauvegarde. Code 3 si seuls certains ont été acceptés.',
    examples: [
      ['atlas server retry clinique-st-jean.sql01 --reason "disque libéré"', ''],
      ['atlas server retry --failed --client st-jean --dry-run', 'lesquels ce serait'],
      ['atlas server retry --failed --ring 2', ''],
    ],
  },
  serverResolve: {
    what: 'dire ce que vous avez constaté d’un serveur à traiter ou inconnu',
    more: 'Issues : succeeded, failed, rolledBack, skipped. Le journal garde votre nom et votre raison.',
    examples: [
      ['atlas server resolve clinique-st-jean.sql01 --outcome succeeded --reason "vérifié à la console"', ''],
    ],
  },
  serverExclude: {
    what: 'tenir des serveurs hors des campagnes',
    examples: [
      ['atlas server exclude clinique-st-jean.sql01 --until 22:00 --reason "fin de mois"', ''],
      ['atlas server exclude --client st-jean --ring 3 --reason "déplacement de la baie" --dry-run', ''],
    ],
  },
  serverInclude: {
    what: 'lever l’exclusion de serveurs',
    examples: [['atlas server include clinique-st-jean.sql01', '']],
  },
  serverTrust: {
    what: 'lever la quarantaine d’un serveur',
    more: 'Après avoir vérifié qu’une seule machine utilise sa clé, ou qui l’a restaurée.',
    examples: [['atlas server trust clinique-st-jean.sql01 --reason "le clone est éteint"', '']],
  },
  serverForget: {
    what: 'oublier l’agent de serveurs réinstallés ou qui ont perdu leur clé',
    more: 'Sa clé est aussitôt sans valeur ; la machine s’inscrit à nouveau avec un jeton (atlas token enrol). Refusé tant que quelque chose y est en cours.',
    examples: [
      ['atlas server forget clinique-st-jean.sql01 --reason "disque neuf, réinstallé"', ''],
      ['atlas server forget --client st-jean --reason "restaurés d’images" --dry-run', 'lesquels ce serait'],
    ],
  },
  todoList: {
    what: 'lister ce qui attend un humain, le plus urgent d’abord',
    more: 'Un point disparaît avec sa cause. `atlas todo` seul fait de même.',
    examples: [
      ['atlas todo', ''],
      ['atlas todo list --mine', 'ce que vous avez pris'],
      ['atlas todo list --client st-jean --kind needsOperator', ''],
    ],
  },
  todoTake: {
    what: 'prendre un point ouvert, pour que nul autre n’y travaille',
    examples: [
      ['atlas todo take sql01', ''],
      ['atlas todo take sql01 --release', 'le rendre'],
    ],
  },
  todoNote: {
    what: 'annoter un point ouvert, et dire quand quelqu’un décide',
    examples: [['atlas todo note sql01 "éditeur appelé, il rappelle" --decide +2h', '']],
  },
  waiverList: {
    what: 'lister les serveurs qui peuvent être mis à jour sans sauvegarde récente',
    examples: [['atlas waiver list', '']],
  },
  waiverAdd: {
    what: 'permettre la mise à jour de serveurs sans sauvegarde récente',
    more: 'Pour 31 jours au plus, avec une raison que le rapport répète.',
    examples: [
      ['atlas waiver add clinique-st-jean.web01 --until +7d --reason "reconstruit depuis le code"', ''],
    ],
  },
  waiverRemove: {
    what: 'retirer la dérogation de serveurs',
    examples: [['atlas waiver remove clinique-st-jean.web01', '']],
  },
  kbList: {
    what: 'montrer chaque mise à jour, son bilan, et ce qui est bloqué',
    examples: [
      ['atlas kb list', ''],
      ['atlas kb list --campaign 2026-11-21-4f1c2a9b', ''],
    ],
  },
  kbBlock: {
    what: 'bloquer une mise à jour : plus aucun serveur ne la reçoit, quoi que dise un plan',
    more: 'Les serveurs où elle s’installe finissent. Pour la désinstaller ailleurs, voir `atlas kb remove`.',
    examples: [['atlas kb block KB5031364 --reason "casse le spouleur"', '']],
  },
  kbUnblock: {
    what: 'laisser passer à nouveau une mise à jour bloquée',
    examples: [['atlas kb unblock KB5031364 --reason "corrigée par l’éditeur"', '']],
  },
  kbRemove: {
    what: 'planifier une campagne qui désinstalle une mise à jour',
    more: 'Rien ne démarre : elle est approuvée et démarrée comme tout plan. Dites de chez qui : --rings, --clients, --servers ou --all.',
    examples: [['atlas kb remove KB5031364 --rings 0,1', '']],
  },
  approvalList: {
    what: 'lister ce qui est demandé à une deuxième personne',
    examples: [['atlas approval list', '']],
  },
  approvalApprove: {
    what: 'permettre ce que quelqu’un d’autre a demandé',
    more: 'Cette personne répète ensuite la même commande dans la demi-heure. Nul ne permet ce qu’il a demandé lui-même.',
    examples: [['atlas approval approve 7c1e --as approver', '']],
  },
  approvalRefuse: {
    what: 'refuser ce que quelqu’un d’autre a demandé',
    examples: [['atlas approval refuse 7c1e --reason "pas ce soir"', '']],
  },
  noticeList: {
    what: 'lister qui a été averti de quoi, et si c’est arrivé',
    examples: [['atlas notice list --limit 20', '']],
  },
  noticeTest: {
    what: 'envoyer un avis d’essai par chaque canal',
    more: 'Code 1 si aucun n’est parti, 3 si seuls certains le sont.',
    examples: [['atlas notice test', '']],
  },
  export: {
    what: 'exporter une liste en CSV',
    more: 'orchestration : la place de chaque serveur dans la campagne ; globalstatus : ses anneaux ; clientconfig : les réglages des clients. Les colonnes portent les noms des listes qu’ATLAS remplace.',
    examples: [
      ['atlas export orchestration -o orchestration.csv', ''],
      ['atlas export clientconfig > clients.csv', ''],
    ],
  },
  tokenList: {
    what: 'lister les jetons encore utilisables',
    examples: [['atlas token list', '']],
  },
  tokenRevoke: {
    what: 'révoquer des jetons : plus aucun agent ne s’inscrit avec',
    examples: [['atlas token revoke t-3f9a', '']],
  },
  enrolmentList: {
    what: 'lister les hôtes qui demandent à s’inscrire et ne sont pas dans l’inventaire',
    examples: [['atlas enrolment list', '']],
  },
  enrolmentApprove: {
    what: 'laisser des hôtes s’inscrire',
    more: 'Comparez l’empreinte avec celle que l’hôte lui-même montre.',
    examples: [['atlas enrolment approve e-3f9a e-51bc', '']],
  },
  enrolmentRefuse: {
    what: 'refuser des hôtes qui demandent à s’inscrire',
    examples: [['atlas enrolment refuse e-3f9a --reason "machine inconnue"', '']],
  },
  completion: {
    what: 'écrire le script de complétion d’un interpréteur',
    more: 'Il complète commandes, options et clients de la commande `atlas`. Si ce n’est pas encore un programme : atlas() { node /chemin/de/atlas/cli/main.ts "$@"; }',
    examples: [
      ['atlas completion bash > ~/.local/share/bash-completion/completions/atlas', ''],
      ['atlas completion zsh > ~/.zfunc/_atlas', 'dans un dossier de $fpath'],
      ['atlas completion fish > ~/.config/fish/completions/atlas.fish', ''],
      ['atlas completion powershell >> $PROFILE', ''],
    ],
  },
} satisfies Partial<VerbTexts>
