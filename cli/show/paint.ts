const codes = { red: 31, green: 32, yellow: 33, blue: 36, bold: 1, dim: 2, inverse: 7 } as const
export type Colour = keyof typeof codes
export type Paint = (colour: Colour | undefined, text: string) => string

/** Colours only stress: every state is also told by its sign and its word. */
export function painter(coloured: boolean): Paint {
  return (colour, text) =>
    coloured && colour !== undefined ? `\u001B[${codes[colour]}m${text}\u001B[0m` : text
}
