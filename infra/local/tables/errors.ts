/**
 * A refusal as Azure words it: HTTP status, error code and text.
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 */
export class TablesError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'TablesError'
    this.status = status
    this.code = code
  }
}

const fixed = (status: number, code: string, message: string) => () => new TablesError(status, code, message)

/** Every refusal of the service, by the situation that causes it. */
export const refusals = {
  tableExists: fixed(409, 'TableAlreadyExists', 'The table specified already exists.'),
  tableMissing: fixed(404, 'TableNotFound', 'The table specified does not exist.'),
  resourceMissing: fixed(404, 'ResourceNotFound', 'The specified resource does not exist.'),
  entityExists: fixed(409, 'EntityAlreadyExists', 'The specified entity already exists.'),
  etagMismatch: fixed(
    412,
    'UpdateConditionNotSatisfied',
    'The update condition specified in the request was not satisfied.',
  ),
  ifMatchMissing: fixed(
    400,
    'MissingRequiredHeader',
    'An HTTP header that is mandatory for this request is not specified: If-Match.',
  ),
  keysMissing: fixed(
    400,
    'PropertiesNeedValue',
    'The values are not specified for all properties in the entity.',
  ),
  valueTooLarge: fixed(
    400,
    'PropertyValueTooLarge',
    'The property value exceeds the maximum allowed size (64KB). If the property value is a string, it is UTF-16 encoded and the maximum number of characters should be 32K or less.',
  ),
  entityTooLarge: fixed(400, 'EntityTooLarge', 'The entity is larger than the maximum allowed size (1MB).'),
  tooManyProperties: fixed(
    400,
    'TooManyProperties',
    'The entity contains more properties than allowed. Each entity can include up to 252 properties to store data. Each entity also has 3 system properties.',
  ),
  bodyTooLarge: fixed(
    413,
    'RequestBodyTooLarge',
    'The request body is too large and exceeds the maximum permissible limit.',
  ),
  invalidFilter: fixed(400, 'InvalidInput', 'The query condition specified in the request is invalid.'),
  tableNameLength: fixed(
    400,
    'OutOfRangeInput',
    'The specified resource name length is not within the permissible limits.',
  ),
  tableNameCharacters: fixed(
    400,
    'InvalidResourceName',
    'The specified resource name contains invalid characters.',
  ),
  methodNotAllowed: fixed(405, 'MethodNotAllowed', "The resource doesn't support the specified HTTP verb."),
  notImplemented: fixed(
    501,
    'NotImplemented',
    'The requested operation is not implemented on the specified resource.',
  ),
  atomNotSupported: fixed(415, 'AtomFormatNotSupported', 'Atom format is not supported.'),
  differentPartitions: fixed(
    400,
    'CommandsInBatchActOnDifferentPartitions',
    'All commands in a batch must operate on same entity group.',
  ),
  tooManyOperations: fixed(
    400,
    'InvalidInput',
    'The batch request operation exceeds the maximum 100 changes per change set.',
  ),
  noCredentials: fixed(
    401,
    'NoAuthenticationInformation',
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ),
  wrongSignature: fixed(
    403,
    'AuthenticationFailed',
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  ),
  permissionMissing: fixed(
    403,
    'AuthorizationPermissionMismatch',
    'This request is not authorized to perform this operation using this permission.',
  ),
  serviceMismatch: fixed(
    403,
    'AuthorizationServiceMismatch',
    'This request is not authorized to perform this operation using this service.',
  ),
  resourceTypeMismatch: fixed(
    403,
    'AuthorizationResourceTypeMismatch',
    'This request is not authorized to perform this operation using this resource type.',
  ),
  protocolMismatch: fixed(
    403,
    'AuthorizationProtocolMismatch',
    'This request is not authorized to perform this operation using this protocol.',
  ),
  sourceIpMismatch: fixed(
    403,
    'AuthorizationSourceIPMismatch',
    'This request is not authorized to perform this operation using this source IP.',
  ),
  outsideKeyRange: fixed(
    403,
    'AuthorizationFailure',
    'This request is not authorized to perform this operation.',
  ),
}

/** 400 InvalidInput, with what exactly is wrong. */
export function invalidInput(detail: string): TablesError {
  return new TablesError(400, 'InvalidInput', `One of the request inputs is not valid. ${detail}`)
}

/** 400 OutOfRangeInput, naming the parameter and its value. */
export function outOfRange(parameter: string, value: string): TablesError {
  return new TablesError(
    400,
    'OutOfRangeInput',
    `The '${parameter}' parameter of value '${value.slice(0, 64)}' is out of range.`,
  )
}

/** 400 InvalidDuplicateRow: an entity may appear once in an entity-group transaction. */
export function duplicateRow(rowKey: string): TablesError {
  return new TablesError(
    400,
    'InvalidDuplicateRow',
    `A command with RowKey '${rowKey}' is already present in the batch. An entity can appear only once in a batch.`,
  )
}

/** 400 for a property name: `PropertyNameInvalid` or `PropertyNameTooLong`. */
export function propertyNameRefused(name: string): TablesError {
  return name.length > 255
    ? new TablesError(
        400,
        'PropertyNameTooLong',
        'The property name exceeds the maximum allowed length (255).',
      )
    : new TablesError(400, 'PropertyNameInvalid', `The property name '${name}' is invalid.`)
}
