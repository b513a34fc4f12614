// Bits of a 64-bit number.

export const bit = (raw, n) => Number(raw >> BigInt(n) & 1n);
export const field = (raw, high, low) => raw >> BigInt(low) & ((1n << BigInt(high - low + 1)) - 1n);
