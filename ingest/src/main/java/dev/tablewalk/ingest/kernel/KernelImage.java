package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.memory.PhysicalMemory;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The kernel image as it lies in RAM: one run of physical memory, text, data and all. */
final class KernelImage {
    /** Ten times what kernels have. */
    private static final int MOST_BTF = 64 << 20;

    /** Of a BTF blob: its magic, version 1 and no flags. */
    static final int BTF_MAGIC = 0x0001eb9f;

    private final KernelMap map;
    private final KernelMemory memory;
    private final long start;
    private final long end;

    private KernelImage(KernelMap map, KernelMemory memory, long start, long end) {
        this.map = map;
        this.memory = memory;
        this.start = start;
        this.end = end;
    }

    /** Follows the image's mapping from its text to its end. */
    static KernelImage of(KernelMap map, KernelMemory memory) {
        long page = map.format().pageSize();
        long last =
                MappedImage.last(
                        memory.physical(),
                        map.format(),
                        map.rootPa(),
                        map.imageOffset(),
                        map.textVa(),
                        page);
        long start = map.textVa() - map.imageOffset();
        return new KernelImage(map, memory, start, last + page - map.imageOffset());
    }

    /** Physical address of its first byte of text. */
    long start() {
        return start;
    }

    /** Physical address behind its last byte. */
    long end() {
        return end;
    }

    /** Virtual address of a byte of it. */
    long va(long pa) {
        return pa + map.imageOffset();
    }

    /**
     * The BTF in the image that describes {@code task_struct}: there are others, of modules.
     *
     * @throws UserError if there is none
     */
    Btf btf(Progress progress, String release) {
        PhysicalMemory physical = memory.physical();
        long at = start;
        while ((at = physical.find32(BTF_MAGIC, at, end)) >= 0) {
            Optional<Btf> btf = btfAt(physical, at);
            if (btf.isPresent() && btf.get().structId("task_struct").isPresent()) {
                progress.found(
                        "btf",
                        btf.get().typeCount() + " types",
                        "at PA " + Hex.of(at) + " inside the kernel image, with task_struct");
                return btf.get();
            }
            at += 4;
        }
        throw UserError.image(
                "kernel "
                        + release
                        + " was found, but no BTF that describes its types (it needs"
                        + " CONFIG_DEBUG_INFO_BTF=y); give a symbol file of that kernel with"
                        + " --isf");
    }

    /** Bytes of the BTF blob whose header stands there; 0 if none does, or not all is held. */
    static int btfLength(PhysicalMemory physical, long pa) {
        byte[] header = new byte[64];
        if (!physical.contains(pa, header.length)) {
            return 0;
        }
        physical.read(pa, header, 0, header.length);
        return Btf.header(MemorySegment.ofArray(header))
                .map(Btf.Header::blobLength)
                .filter(length -> length <= MOST_BTF && physical.contains(pa, length))
                .orElse(0);
    }

    static Optional<Btf> btfAt(PhysicalMemory physical, long pa) {
        int length = btfLength(physical, pa);
        if (length == 0) {
            return Optional.empty();
        }
        byte[] blob = new byte[length];
        physical.read(pa, blob, 0, length);
        return Btf.parse(blob);
    }
}
