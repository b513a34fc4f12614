/**
 * Taking the RAM of a guest that runs in QEMU.
 *
 * <p>{@link dev.tablewalk.ingest.capture.Capture} is the order of it all. {@link
 * dev.tablewalk.ingest.capture.QemuMonitor} is QEMU's QMP, by its socket ({@link
 * dev.tablewalk.ingest.capture.QmpSocket}) or through libvirt ({@link
 * dev.tablewalk.ingest.capture.LibvirtMonitor}). Where RAM is in the guest, {@link
 * dev.tablewalk.ingest.capture.MemoryTree} knows; in which files, {@link
 * dev.tablewalk.ingest.capture.BackendFiles}, and {@link dev.tablewalk.ingest.capture.RamProof}
 * doubts it; if in none, {@link dev.tablewalk.ingest.capture.GuestDump} has QEMU make one. {@link
 * dev.tablewalk.ingest.capture.Standstill} is the time in which the guest is stopped: {@link
 * dev.tablewalk.ingest.capture.SparseCopy} copies, {@link dev.tablewalk.ingest.capture.GdbServer}
 * and {@link dev.tablewalk.ingest.capture.GdbStub} read registers. {@link
 * dev.tablewalk.ingest.capture.CoreFile} is the format of what comes out, {@link
 * dev.tablewalk.ingest.capture.WorkFile} the file until it is whole, and {@link
 * dev.tablewalk.ingest.capture.Cleanup} sees to it that the guest runs again.
 *
 * <p>What QEMU answers is checked as a guest's memory is: it may be anybody who answers.
 */
@NullMarked
package dev.tablewalk.ingest.capture;

import org.jspecify.annotations.NullMarked;
