/**
 * Where Azurite and this service answer differently, and the page (or maintainers' thread) by which Azure
 * does as this service does. The differential test stays clear of these, or maps them where it can.
 */
export const knownDifferences = [
  {
    what: 'An If-Match that is no ETag on a merge: Azurite InvalidOperation, here InvalidInput as on replace.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes',
  },
  {
    what: 'Forbidden characters in keys: Azurite InvalidInput, here OutOfRangeInput.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes',
  },
  {
    what: 'Keys of 513 to 1,024 characters: Azurite refuses them.',
    decides: 'https://learn.microsoft.com/azure/storage/tables/scalability-targets',
  },
  {
    what: 'Table names of wrong length or characters: Azurite gives no error code.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes',
  },
  {
    what: 'A selected property that the entity lacks: Azurite leaves it out, here it is null.',
    decides: 'https://github.com/Azure/Azurite/issues/2535',
  },
  {
    what: 'An empty $filter: Azurite refuses it, here it selects everything.',
    decides: 'https://github.com/Azure/Azurite/issues/1573',
  },
  {
    what: '$top of 0 or above 1,000: Azurite answers, here it is refused.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination',
  },
  {
    what: 'Values that are no GUID, Int64 or date for their type: Azurite stores them, here InvalidInput.',
    decides:
      'https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-types',
  },
  {
    what: 'Literals of another type than the property: Azurite compares as JavaScript does, here no match.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities',
  },
  {
    what: 'Order of GUID and binary values (gt, lt): Azurite compares base64 text, here the values.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities',
  },
  {
    what: "Quotes in a batch's Location header: Azurite writes them once, here twice as in request URLs.",
    decides: 'https://learn.microsoft.com/rest/api/storageservices/addressing-table-service-resources',
  },
  {
    what: 'A delete without If-Match: Azurite 412, here 400 MissingRequiredHeader.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/delete-entity1',
  },
  {
    what: 'No credentials: Azurite 403 AuthorizationFailure, here 401 NoAuthenticationInformation.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes',
  },
  {
    what: 'A wrong signature: Azurite 403 AuthorizationFailure, here 403 AuthenticationFailed.',
    decides: 'https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes',
  },
  {
    what: 'More than 252 properties, or malformed property names: Azurite stores them, here refused.',
    decides:
      'https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-limitations',
  },
] as const
