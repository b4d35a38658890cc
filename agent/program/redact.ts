const hidden = '[hidden]'

/** Forms that secrets have wherever they come from: other people's messages are logged too. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  [/(SharedAccessKey|SharedAccessSignature)\s*=\s*[^;\s"]+/gi, `$1=${hidden}`],
  [/SharedAccessSignature\s+sr=[^\s"]+/gi, hidden],
  [/([?&;\s]sig=)[^&;\s"]+/gi, `$1${hidden}`],
  // Compact JWS: assertions prove who we are; commands carry nothing secret, but are long.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, hidden],
  [/\b(Bearer|Basic)\s+[\w.~+/-]+=*/gi, `$1 ${hidden}`],
  // Of a proxy: http://user:password@host
  [/(\w+:\/\/)[^\s/@:]*:[^\s/@]*@/g, `$1${hidden}@`],
]

/** The text without the given secrets and without anything that has the form of one. */
export function redact(text: string, secrets: readonly string[]): string {
  let safe = text
  for (const secret of secrets) if (secret !== '') safe = safe.replaceAll(secret, hidden)
  for (const [form, instead] of forms) safe = safe.replaceAll(form, instead)
  return safe
}
