/** Tells whether a parameter's value fits. */
export type Constraint = (value: string) => boolean

const patterns: Readonly<Record<string, RegExp>> = {
  alpha: /^[a-z]*$/i,
  bool: /^(true|false)$/i,
  decimal: /^[+-]?\d+(\.\d+)?$/,
  double: /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i,
  float: /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i,
  guid: /^\{?[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}\}?$/i,
  required: /./,
}

const isWhole = (value: string): boolean => /^[+-]?\d+$/.test(value)
const wholeWithin = (value: string, bits: bigint): boolean =>
  isWhole(value) &&
  BigInt(value.replace('+', '')) === BigInt.asIntN(Number(bits), BigInt(value.replace('+', '')))

/**
 * A constraint of a route parameter. Throws an error for one that doesn't exist.
 * Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
 */
export function constraintOf(text: string): Constraint {
  const [, name = text, argument = ''] = /^(\w+)(?:\((.*)\))?$/.exec(text) ?? []
  const pattern = patterns[name]
  if (pattern !== undefined) return (value) => pattern.test(value)
  const [first, second] = argument.split(',').map(Number)
  const low = first ?? 0
  switch (name) {
    case 'int':
      return (value) => wholeWithin(value, 32n)
    case 'long':
      return (value) => wholeWithin(value, 64n)
    case 'datetime':
      return (value) => !Number.isNaN(Date.parse(value))
    case 'length':
      return ({ length }) => length >= low && length <= (second ?? low)
    case 'minlength':
      return ({ length }) => length >= low
    case 'maxlength':
      return ({ length }) => length <= low
    case 'min':
      return (value) => isWhole(value) && Number(value) >= low
    case 'max':
      return (value) => isWhole(value) && Number(value) <= low
    case 'range':
      return (value) => isWhole(value) && Number(value) >= low && Number(value) <= (second ?? low)
    case 'regex': {
      const expression = new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i')
      return (value) => expression.test(value)
    }
    default:
      throw new Error(`":${text}" is no constraint of a route parameter`)
  }
}
