/**
 * Finding the kernel with nothing but RAM, each step proved before the next builds on it: {@link
 * dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo} says where things are, {@link
 * dev.tablewalk.ingest.kernel.KernelFinder} proves it by a walk and takes of several kernels the
 * one that runs, {@link dev.tablewalk.ingest.kernel.KernelMemory} reads the kernel's virtual memory
 * from then on, and {@link dev.tablewalk.ingest.kernel.Kallsyms} names what is in it. {@link
 * dev.tablewalk.ingest.kernel.Kernel} is the result.
 */
@NullMarked
package dev.tablewalk.ingest.kernel;

import org.jspecify.annotations.NullMarked;
