import type { Node } from 'web-tree-sitter'
import type { Cmdlet, Parameter } from './contracts.ts'
import { childrenOf, descendants, lineOf } from './syntax.ts'

/** The project's own functions as if they were cmdlets, by lower-case name. */
export type Functions = ReadonlyMap<string, OwnFunction>

export type OwnFunction = Cmdlet & { readonly line: number }

export function functionsOf(root: Node): Map<string, OwnFunction> {
  const found = new Map<string, OwnFunction>()
  for (const node of descendants(root)) {
    if (node.type !== 'function_statement') continue
    const name = childrenOf(node).find((child) => child.type === 'function_name')?.text
    if (name !== undefined) found.set(name.toLowerCase(), cmdletOf(name, node))
  }
  return found
}

function cmdletOf(name: string, node: Node): OwnFunction {
  const block = [...descendants(node)].find((child) => child.type === 'param_block')
  const declared = block ? [...descendants(block)].filter((child) => child.type === 'script_parameter') : []
  // Only the function's own: a block's attributes stand before its parameters.
  const text = block?.text ?? ''
  const parameters: Record<string, Parameter> = {}
  const mandatory: string[] = []
  const params: string[] = []
  for (const parameter of declared) {
    const variable = childrenOf(parameter).find((child) => child.type === 'variable')
    if (!variable) continue
    const own = variable.text.slice(1)
    const attributes = childrenOf(parameter).find((child) => child.type === 'attribute_list')?.text ?? ''
    const values = /ValidateSet\(([^)]*)\)/i.exec(attributes)?.[1]
    params.push(own)
    if (/Mandatory(\s*=\s*\$true)?\s*[,)]/i.test(attributes)) mandatory.push(own)
    parameters[own] = {
      ...(/\[switch\]/i.test(attributes) ? { type: 'SwitchParameter' } : {}),
      ...(/ValueFromPipeline/i.test(attributes) ? { pipeline: ['ByValue'] } : {}),
      ...(values === undefined
        ? {}
        : { values: values.split(',').map((one) => one.trim().replaceAll(/^['"]|['"]$/g, '')) }),
    }
  }
  return {
    name,
    line: lineOf(node),
    module: 'atlas',
    parameterSets: [{ name: 'own', params, mandatory, positional: params }],
    parameters,
    outputs: [...text.matchAll(/\[OutputType\('([^']+)'\)\]/g)].flatMap(([, type]) => type ?? []),
  }
}
