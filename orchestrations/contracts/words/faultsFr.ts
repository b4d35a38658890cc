import type { Words } from './words.ts'

const exportAgain = "Exportez de nouveau l'inventaire, avec sa ligne d'en-têtes."
const saveAs = 'Ouvrez-le dans un tableur et enregistrez-le en .xlsx ou en « CSV UTF-8 ».'
const split = 'Scindez-le par client et importez chaque partie.'
const quotes =
  'Mettez toute la cellule entre guillemets droits et doublez ceux qu\'elle contient : "un ""mot""".'
const window =
  'Indiquez les jours, le début et la durée, par exemple « SAM,DIM 00:00 24h », « VEN 22:00 6h » ou « weekend ».'
const probe =
  'Écrivez tcp:1433, tcp:sql01:1433, https://intranet/health ou service:MSSQLSERVER, joints par | ou ;.'
const dates =
  'Écrivez les dates sous la forme 24/12/2026 ou 2026-12-24, les périodes avec « .. », séparées par |.'
const formula =
  "Remplacez la formule par sa valeur ; un texte qui commence par = + - @ ou une tabulation se fait précéder d'une apostrophe."
const sameServer =
  'Mettez ces lignes en accord, supprimez-en une, ou distinguez les serveurs par leur nom ou leur client.'

export const faultsFr: Words['inventoryFaults'] = {
  emptyFile: ['Le fichier est vide.', exportAgain],
  binaryFile: ["Le fichier contient des caractères nuls : ce n'est pas du texte.", saveAs],
  oldWorkbook: ["Le fichier est un classeur à l'ancien format .xls.", saveAs],
  notAWorkbook: ['Le fichier est une archive, mais pas un classeur .xlsx.', saveAs],
  noVisibleSheet: [
    "Le classeur n'a aucune feuille visible.",
    'Affichez la feuille qui contient les serveurs.',
  ],
  brokenWorkbook: ['Le classeur est illisible[ : {message}].', saveAs],
  notATable: ['Le fichier est une page web ou du XML, pas un tableau.', saveAs],
  tooLarge: ['Le fichier dépasse {mostMebibytes} Mio.', split],
  tooManyRows: ['Le fichier contient plus de {most} serveurs.', split],
  workbookTooLarge: ['Une fois décompressé, le classeur dépasse {mostMebibytes} Mio.', split],
  workbookTooHeavy: [
    'La lecture du classeur demande plus de {mostMebibytes} Mio de mémoire.',
    'Enregistrez la feuille en « CSV UTF-8 » ou scindez-la par client.',
  ],
  brokenQuotes: ["La cellule {cell} ouvre un guillemet qui n'est jamais fermé.", quotes],
  textAfterQuote: ['Du texte suit le guillemet fermant de la cellule {cell}.', quotes],
  lineTooLong: [
    'La ligne dépasse {most} caractères.',
    'Cherchez un guillemet ouvert et jamais fermé, ou raccourcissez les cellules.',
  ],
  noRows: ['Le fichier a des en-têtes mais aucun serveur.', 'Ajoutez une ligne par serveur.'],
  noWindowsServers: [
    'Aucune ligne ne décrit un serveur Windows (lignes : {rows}).',
    'Exportez les serveurs, ou corrigez la colonne qui indique la nature de chaque machine.',
  ],
  duplicateHeading: ['« {text} » a le même sens que « {other} ».', "Ne gardez qu'une des deux colonnes."],
  missingHostColumn: [
    "Aucune colonne ne contient les noms d'hôte[ ; la première ligne est : {seen}].",
    'Nommez une colonne serveur, hostname ou nom.',
  ],
  tooManyColumns: [
    "La cellule {cell} n'est sous aucun en-tête (cellules : {cells}, en-têtes : {headings}).",
    'Mettez entre guillemets droits la cellule qui contient le séparateur, ou supprimez ce qui est en trop.',
  ],
  tooFewColumns: [
    "La ligne s'arrête avant le dernier en-tête (cellules : {cells}, en-têtes : {headings}).",
    'Complétez les cellules, même vides.',
  ],
  formulaCell: ['« {text} » commence comme une formule.', formula],
  formulaError: ['« {text} » est une erreur de formule.', 'Corrigez ou videz la cellule.'],
  controlCharacter: ['« {text} » contient un caractère de contrôle.', 'Saisissez de nouveau la cellule.'],
  tooLong: ['« {text} » compte {length} caractères, plus que les {most} permis.', 'Raccourcissez ce texte.'],
  missingHost: ['La ligne ne nomme aucun serveur.', "Indiquez le nom d'hôte ou supprimez la ligne."],
  invalidHost: [
    "« {text} » n'est pas un nom d'hôte.",
    "N'employez que des lettres, des chiffres, des traits d'union et des points, comme Windows.",
  ],
  invalidClient: [
    '« {client} » ne peut pas être un nom de client.',
    'Choisissez un nom qui contient des lettres ou des chiffres, de 200 caractères au plus.',
  ],
  reservedClient: ['« {client} » est un nom réservé à ATLAS.', 'Donnez un autre nom au client.'],
  clientUnknown: [
    "Le nom « {host} » ne dit pas à quel client est ce serveur, et aucun client n'est indiqué.",
    'Remplissez la colonne client, ou nommez le serveur CLIENT-SITE-ROLE-XX.',
  ],
  unknownRing: ["« {text} » n'est pas un anneau.", 'Indiquez 0 interne, 1 pilote, 2 standard ou 3 critique.'],
  unknownKind: [
    "« {text} » n'est pas un type de serveur.",
    'Indiquez hôte Hyper-V, VM ou physique, ou laissez la cellule vide.',
  ],
  unknownRole: [
    "« {text} » n'est pas un rôle.",
    'Indiquez DC, SQL, RDS, FILE, APP, WEB, EXCHANGE, PRINT, BACKUP, HYPERV ou OTHER, ou laissez la cellule vide.',
  ],
  unknownZone: [
    "« {text} » n'est pas un fuseau horaire.",
    'Indiquez un nom IANA comme Europe/Paris ou Indian/Reunion.',
  ],
  invalidNumber: [
    "« {text} » n'est pas un nombre entier de {least} à {most}.",
    'Indiquez un tel nombre, ou laissez la cellule vide.',
  ],
  unparsableWindow: ["« {text} » n'indique pas des jours, un début et une durée.", window],
  windowDays: ["« {text} » n'indique aucun jour.", window],
  windowStart: ["« {text} » n'est pas une heure de la journée.", window],
  windowLength: ["« {text} » n'indique pas de durée entre 15min et 168h.", window],
  windowRuleParts: [
    "La règle « {text} » dit plus que les jours d'ouverture de la fenêtre.",
    'Retirez-en DTSTART, COUNT, UNTIL et les heures : le début et la durée suivent la règle.',
  ],
  windowRuleFrequency: [
    "La règle « {text} » n'indique pas à quelle fréquence la fenêtre s'ouvre.",
    'Commencez-la par FREQ=DAILY, WEEKLY, MONTHLY ou YEARLY.',
  ],
  windowRuleUnreadable: [
    'La règle « {text} » est illisible.',
    'Écrivez-la selon la RFC 5545, par exemple FREQ=MONTHLY;BYDAY=2SA.',
  ],
  tooManyWindows: [
    'Il y a plus de {most} fenêtres.',
    'Réduisez-en le nombre, ou réunissez les jours qui ont la même fenêtre.',
  ],
  unparsableProbe: ["« {text} » n'est pas une sonde.", probe],
  probeWithPassword: [
    "L'adresse d'une sonde contient un nom ou un mot de passe.",
    'Sondez une page qui répond sans cela, ou ajoutez le statut par lequel elle refuse, par exemple 401.',
  ],
  tooManyProbes: ['Il y a plus de {most} sondes.', 'Gardez celles qui en disent le plus.'],
  unparsableDate: ["« {text} » n'est pas une date.", dates],
  datesReversed: ['La période « {text} » finit avant de commencer.', dates],
  tooManyDates: ['Il y a plus de {most} dates.', "Indiquez les dates d'une année au plus."],
  duplicateHost: [
    '« {host} » est aussi à la ligne {otherLine}, qui dit autre chose sous « {column} ».',
    sameServer,
  ],
  hostInTwoDomains: ['« {host} » est aussi à la ligne {otherLine}, dans un autre domaine.', sameServer],
  hostOfTwoClients: ['« {host} » est aussi à la ligne {otherLine}, chez un autre client.', sameServer],
  clientNameCollision: [
    '« {client} » et « {other} » (ligne {otherLine}) seraient le même client.',
    'Écrivez le nom de la même façon sur toutes ses lignes ; donnez à deux clients des noms plus distincts.',
  ],
  clientRowsDisagree: [
    "« {text} » n'est pas ce que dit la ligne {otherLine} pour « {client} ».",
    'Mettez la même valeur sur les deux lignes, ou videz une des deux cellules.',
  ],
  unknownServer: [
    "« {text} » n'est pas un serveur de ce fichier.",
    'Nommez un serveur qui a sa propre ligne, ou laissez la cellule vide.',
  ],
  ambiguousServer: [
    '« {text} » est un serveur de {clients} autres clients.',
    'Écrivez-le avec son client, par exemple {example}.',
  ],
  serverLeftOut: [
    '« {text} » est laissé de côté, alors que cette ligne en a besoin.',
    "Corrigez d'abord la ligne de ce serveur.",
  ],
  refersToItself: ['« {host} » se désigne lui-même.', "Nommez l'autre serveur, ou laissez la cellule vide."],
  notAHost: [
    "« {host} » tournerait sur « {other} » (ligne {otherLine}), qui n'est pas un hôte Hyper-V.",
    'Faites de celui-ci un hôte Hyper-V, ou nommez-en un autre.',
  ],
  hostRunsOnHost: [
    '« {host} » est un hôte Hyper-V et tournerait lui-même sur « {other} » (ligne {otherLine}).',
    'Pour un hôte, laissez la cellule vide.',
  ],
  physicalRunsOn: [
    '« {host} » est un serveur physique et tournerait sur « {other} » (ligne {otherLine}).',
    'Déclarez-le comme VM, ou laissez la cellule vide.',
  ],
  partnersConflict: [
    '« {host} » a déjà pour partenaire « {other} ».',
    'Deux partenaires se nomment mutuellement, sans tiers ; comparez avec la ligne {otherLine}.',
  ],
}
