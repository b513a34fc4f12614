/**
 * AArch64 stage 1 translation as Linux uses it: VMSAv8-64 with granules of 4, 16 and 64 KiB,
 * FEAT_LVA, FEAT_LPA and FEAT_LPA2. Follows Arm ARM (DDI 0487) D8.3 "Translation table descriptor
 * formats" and Linux {@code arch/arm64/include/asm/pgtable-hwdef.h}, {@code pgtable-prot.h} and
 * {@code pgtable.h}.
 */
@NullMarked
package dev.tablewalk.ingest.arch.arm64;

import org.jspecify.annotations.NullMarked;
