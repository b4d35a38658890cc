import type { NoticeTexts } from './texts.ts'

export const fr: NoticeTexts = {
  what: {
    needsOperator: 'Intervention requise',
    unknownLong: 'Inconnu depuis trop longtemps',
    ringWaits: 'Anneau en attente',
    breakerTripped: 'Disjoncteur déclenché',
    stopRaised: "ARRÊT D'URGENCE déclenché",
    stopReleased: "Arrêt d'urgence levé",
    campaignEnded: 'Campagne terminée',
    lockTimeout: 'Client verrouillé trop longtemps',
    quarantined: 'Serveur en quarantaine',
    silence: 'Silence',
    silenceOver: 'Fin du silence',
    digest: 'Autres avis',
  },
  next: {
    needsOperator:
      "Examinez le serveur, puis indiquez ce que vous avez constaté (résoudre), ou relancez-le. Il reste ouvert d'ici là.",
    unknownLong:
      "ATLAS continue d'interroger. Vérifiez la machine, son agent et la ligne ; une réponse tardive est reprise d'elle-même.",
    ringWaits: "Examinez les serveurs en échec, puis promouvez l'anneau, ou laissez-le retenu.",
    breakerTripped:
      "Plus rien ne démarre dans cet anneau. Cherchez d'abord la cause commune ; promouvoir accepte les échecs.",
    stopRaised:
      "Le travail en cours va jusqu'à son prochain point sûr, rien d'autre ne démarre. Levez l'arrêt quand la cause a disparu.",
    stopReleased: 'Le travail reprend là où il en était.',
    campaignEnded: "Le rapport dit ce qui a été fait, ce qui ne l'a pas été et pourquoi.",
    lockTimeout:
      "Une autre campagne tient ce client. Voyez ce qu'elle y fait encore ; ne déverrouillez qu'une fois ses commandes terminées.",
    quarantined:
      "Aucune commande n'y part tant que personne ne lui refait confiance. Vérifiez s'il s'agit d'un clone ou d'un retour en arrière.",
    silence: "Vérifiez l'application de fonctions, son stockage et ses orchestrations.",
    silenceOver: 'Examinez les campagnes en cours pendant ce temps ; ce qui est dû reprend maintenant.',
    digest: 'Ils ont été regroupés pour ne pas vous submerger. La page montre chacun.',
  },
  colon: ' : ',
  test: 'Essai',
  testNext: "Il ne s'est rien passé : quelqu'un vérifie que les avis arrivent.",
  wholeFleet: 'tout le parc',
  ring: 'Anneau',
  why: 'Motif',
  where: 'Où',
  server: 'Serveur',
  client: 'Client',
  campaign: 'Campagne',
  when: 'Quand',
  page: 'Page',
  more: 'et {count} de plus',
  footer: 'Envoyé par ATLAS. Personne ne lit les réponses à cette adresse.',
  attachedReport: 'Le rapport complet est joint.',
}
