/** How the platform shows a map with nothing in it: as null in one event, not at all in another. */

const isEmpty = (map: object): boolean => Object.keys(map).length === 0

export const emptyAsNull = <T extends object>(map: T): T | null => (isEmpty(map) ? null : map)

/** `{ ...omitEmpty({ cookies }) }` */
export const omitEmpty = <T extends Readonly<Record<string, object>>>(maps: T): Partial<T> =>
  Object.fromEntries(Object.entries(maps).filter(([, map]) => !isEmpty(map))) as Partial<T>
