export type NumberArray = Uint16Array | Uint32Array | Float64Array;
type Kind = Uint16ArrayConstructor | Uint32ArrayConstructor | Float64ArrayConstructor;

/** The narrowest array that holds all of these exactly: most counts are small whole numbers. */
export function narrowest(numbers: Iterable<number>): Kind {
  let most = 0;
  for (const number of numbers) {
    if (!(Number.isInteger(number) && number >= 0)) return Float64Array;
    if (number > most) most = number;
  }
  if (most > 0xffff_ffff) return Float64Array;
  return most > 0xffff ? Uint32Array : Uint16Array;
}
