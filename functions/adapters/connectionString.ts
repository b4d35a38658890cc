/** The fields of an Azure connection string, `Name=value;Name=value`; a value may itself contain `=`. */
export function connectionFields(text: string): Map<string, string> {
  return new Map(
    text
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  )
}
