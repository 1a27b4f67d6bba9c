/** Chance that can be repeated: one stream per purpose, each from the seed and its own name. */
export interface Random {
  /** In [0, 1). */
  next(): number
  between(least: number, most: number): number
  below(count: number): number
  /** The wait for the next event of a Poisson process. */
  exponential(mean: number): number
}

export function createRandom(seed: string): Random {
  const next = sfc32(seed)
  return {
    next,
    between: (least, most) => least + (most - least) * next(),
    below: (count) => Math.floor(next() * count),
    exponential: (mean) => -mean * Math.log(1 - next()),
  }
}

/** FNV-1a. */
export function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let place = 0; place < text.length; place += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(place), 0x01000193)
  }
  return sum >>> 0
}

/** Chris Doty-Humphrey's small fast counter of 32 bits. */
function sfc32(seed: string): () => number {
  let [a, b, c, counter] = [hash(`${seed}/a`), hash(`${seed}/b`), hash(`${seed}/c`), 1]
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let round = 0; round < 16; round += 1) next()
  return next
}
