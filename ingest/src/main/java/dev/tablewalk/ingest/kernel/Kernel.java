package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;

/**
 * A kernel that was found and proved.
 *
 * @param symbols empty where the kernel's symbol table could not be read
 * @param initTask kernel virtual address of {@code init_task}
 * @param release {@code uname -r}
 * @param version {@code uname -v}
 */
public record Kernel(
        Architecture architecture,
        KernelMap map,
        KernelMemory memory,
        Vmcoreinfo info,
        Btf btf,
        Kallsyms symbols,
        long initTask,
        String release,
        String version) {}
