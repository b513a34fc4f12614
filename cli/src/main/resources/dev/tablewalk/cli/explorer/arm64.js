// Descriptors of arm64's stage 1 tables, bit by bit: Arm ARM D8.3.1 and D8.3.2; software bits as in Linux's pgtable-prot.h.

import {bit, field} from './bits.js';

const AP = ['kernel read/write', 'read/write for user mode too', 'kernel read-only', 'read-only for user mode too'];
const SHARE = ['non-shareable', 'reserved', 'outer shareable', 'inner shareable'];

/** A leaf's descriptor with its output address so many bytes further on. */
export const moved = (raw, bytes) => raw + bytes;

/** A descriptor's fields, from bit 63 down: {high, low, name, value, meaning}. */
export function fields(raw, kind, properties) {
  const value = BigInt.asUintN(64, BigInt(raw));
  const rows = [];
  const add = (high, low, name, meaning) => rows.push({high, low, name, value: field(value, high, low), meaning: meaning ?? ''});
  const flag = (n, name, set, clear = '') => add(n, n, name, bit(value, n) ? set : clear);
  const lpa2 = properties.lpa2;
  const shift = Math.log2(properties.page_size);
  const top = lpa2 ? 49 : 47;
  if (kind === 'swap') {
    add(63, 0, 'swap entry', 'not valid: type and slot are as the range says');
    return rows;
  }
  if (kind === 'table') {
    flag(63, 'NSTable', 'non-secure');
    add(62, 61, 'APTable', ['no limit', 'nothing below for user mode', 'nothing below can be written', 'nothing below for user mode or for writing'][Number(field(value, 62, 61))]);
    flag(60, 'UXNTable', 'nothing below can be executed in user mode');
    flag(59, 'PXNTable', 'nothing below can be executed in kernel mode');
    add(58, top + 1, 'ignored');
    add(top, shift, 'next-level table', 'its address');
    add(shift - 1, 2, lpa2 ? 'address high bits, ignored' : 'ignored');
  } else {
    add(63, 59, 'ignored, PBHA, POIndex');
    flag(58, 'software', 'PTE_PROT_NONE or its like on some kernels');
    flag(57, 'software', 'PTE_DEVMAP or its like');
    flag(56, 'software', 'PTE_SPECIAL: no struct page is counted');
    flag(55, 'software', 'PTE_DIRTY: written to', 'PTE_DIRTY not set');
    flag(54, 'UXN', 'not executable in user mode', 'executable in user mode');
    flag(53, 'PXN', 'not executable in kernel mode', 'executable in kernel mode');
    flag(52, 'Contiguous', 'one of a run that may share a TLB entry');
    flag(51, 'DBM', 'PTE_WRITE: may be written, hardware clears AP[2]', 'not writable');
    flag(50, 'GP', 'guarded page: branches must hit a BTI');
    if (!lpa2) add(49, 48, 'reserved');
    add(top, shift, 'output address', 'of the page or block');
    if (shift > 12) add(shift - 1, 12, properties.pa_bits === 52 && shift === 16 ? 'PA[51:48]' : 'reserved');
    flag(11, 'nG', 'of one address space only', 'global');
    flag(10, 'AF', 'accessed', 'not accessed since this was cleared');
    if (lpa2) add(9, 8, 'PA[51:50]');
    else add(9, 8, 'SH', SHARE[Number(field(value, 9, 8))]);
    add(7, 6, 'AP', AP[Number(field(value, 7, 6))]);
    flag(5, 'NS', 'non-secure');
    add(4, 2, 'AttrIndx', `entry ${field(value, 4, 2)} of MAIR_EL1`);
  }
  flag(1, 'type', kind === 'table' ? 'table' : 'page', 'block');
  flag(0, 'valid', 'valid', 'not valid: the hardware faults');
  return rows;
}
