/**
 * Tasks, their address spaces and what they map: {@link dev.tablewalk.ingest.process.TaskWalk}
 * follows the task list and its like, {@link dev.tablewalk.ingest.process.AddressSpaces} reads each
 * {@code mm_struct} once, {@link dev.tablewalk.ingest.process.MapleTree} and the list of older
 * kernels give its VMAs, {@link dev.tablewalk.ingest.process.Paths} their files. Struct members are
 * looked up once, by name, in {@link dev.tablewalk.ingest.process.KernelTypes}.
 */
@NullMarked
package dev.tablewalk.ingest.process;

import org.jspecify.annotations.NullMarked;
