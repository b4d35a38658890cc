import type { Node } from 'web-tree-sitter'
import type { Cmdlet, Parameter } from './contracts.ts'
import { childrenOf, descendants } from './syntax.ts'

/** The project's own functions as if they were cmdlets, by lower-case name. */
export type Functions = ReadonlyMap<string, Cmdlet>

export function functionsOf(root: Node): Map<string, Cmdlet> {
  const found = new Map<string, Cmdlet>()
  for (const node of descendants(root)) {
    if (node.type !== 'function_statement') continue
    const name = childrenOf(node).find((child) => child.type === 'function_name')?.text
    if (name !== undefined) found.set(name.toLowerCase(), cmdletOf(name, node))
  }
  return found
}

function cmdletOf(name: string, node: Node): Cmdlet {
  const block = [...descendants(node)].find((child) => child.type === 'param_block')
  const declared = block ? [...descendants(block)].filter((child) => child.type === 'script_parameter') : []
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
    module: 'atlas',
    parameterSets: [{ name: 'own', params, mandatory, positional: params }],
    parameters,
    outputs: [],
  }
}
