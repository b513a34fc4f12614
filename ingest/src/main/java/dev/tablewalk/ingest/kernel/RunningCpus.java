package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.image.Notes;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What the registers of processors say of a kernel: each translates the kernel's addresses by its
 * tables, or by others, or one cannot tell.
 *
 * @param here processors that run it
 * @param byRoot those of them whose root register says so
 * @param elsewhere processors that run something else, or do not translate addresses at all
 */
record RunningCpus(int here, int byRoot, int elsewhere) {
    static RunningCpus of(List<Notes.CpuRegisters> cpus, ProvedMap kernel, KernelImage image) {
        int here = 0;
        int byRoot = 0;
        int elsewhere = 0;
        for (Notes.CpuRegisters cpu : cpus) {
            switch (place(cpu.registers(), kernel, image)) {
                case HERE -> here++;
                case HERE_BY_ROOT -> {
                    here++;
                    byRoot++;
                }
                case ELSEWHERE -> elsewhere++;
                case UNKNOWN -> {}
            }
        }
        return new RunningCpus(here, byRoot, elsewhere);
    }

    private enum Place {
        HERE,
        HERE_BY_ROOT,
        ELSEWHERE,
        UNKNOWN
    }

    private static Place place(Map<String, Long> all, ProvedMap kernel, KernelImage image) {
        if (!kernel.architecture().translates(all)) {
            return Place.ELSEWHERE;
        }
        PageTableFormat format = kernel.map().format();
        long[] roots = kernel.architecture().kernelRoots(format, all).toArray();
        if (roots.length > 0) {
            return LongStream.of(roots).anyMatch(root -> leadsToKernel(root, kernel, image))
                    ? Place.HERE_BY_ROOT
                    : Place.ELSEWHERE;
        }
        // Without it, where it is in its code; in user mode any kernel's may be.
        OptionalLong pc = kernel.architecture().instruction(all);
        if (pc.isEmpty() || !format.isKernel(pc.getAsLong())) {
            return Place.UNKNOWN;
        }
        return KernelMemory.isText(kernel.memory(), format, kernel.map().rootPa(), pc.getAsLong())
                ? Place.HERE
                : Place.ELSEWHERE;
    }

    /** The kernel's roots lie in its image; another root may have the kernel's half in it. */
    private static boolean leadsToKernel(long root, ProvedMap kernel, KernelImage image) {
        return (root >= image.start() && root < image.end())
                || KernelMemory.translate(
                                kernel.memory(), kernel.map().format(), root, kernel.map().textVa())
                        == kernel.textPa();
    }

    /** Whether all whose registers tell run something else. */
    boolean deny() {
        return here == 0 && elsewhere > 0;
    }

    /** 2 if a processor runs it, 0 if all that tell run something else, 1 if none tells. */
    int rank() {
        return here > 0 ? 2 : deny() ? 0 : 1;
    }
}
