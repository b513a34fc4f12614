package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The kernel image as it lies in RAM: one run of physical memory, text, data and all. */
final class KernelImage {
    /** Ten times what kernels have. */
    private static final int MOST_BTF = 64 << 20;

    /** A module's is smaller than any kernel's, and has no {@code task_struct}. */
    private static final int LEAST_BTF = 1 << 20;

    private static final Set<String> NAMES_OF_TYPES =
            Set.of(
                    "list_head",
                    "hlist_node",
                    "callback_head",
                    "rb_node",
                    "long unsigned int",
                    "mm_rss_stat",
                    "vm_userfaultfd_ctx",
                    "refcount_struct");

    /** Bytes of which all are held, or none. */
    private static final int PAGE = 4096;

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
     * The BTF in the image that describes {@code task_struct}: there are others, of modules. Pages
     * of it that are not held cost the types on them.
     *
     * @throws UserError if there is none
     */
    Btf btf(Progress progress, String release) {
        PhysicalMemory physical = memory.physical();
        long lacking = 0;
        boolean damaged = false;
        long at = start;
        while ((at = physical.find32(BTF_MAGIC, at, end)) >= 0) {
            int length = Math.clamp(end - at, 0, length(physical, at));
            long missing = notHeld(physical, at, at + length);
            if (length > 0 && missing < length / 2) {
                Optional<Btf> btf = Btf.parse(copy(physical, at, length), missing);
                if (btf.isPresent() && btf.get().structId("task_struct").isPresent()) {
                    progress.found(
                            "btf",
                            btf.get().typeCount() + " types",
                            "at PA "
                                    + Hex.of(at)
                                    + " inside the kernel image, with task_struct"
                                    + (missing == 0 ? "" : "; " + kib(missing) + " are not held"));
                    return btf.get();
                }
                damaged |= length >= LEAST_BTF;
            }
            lacking = Math.max(lacking, missing);
            at += 4;
        }
        lacking = Math.max(lacking, notHeld(physical, start, end));
        throw UserError.image(
                "kernel "
                        + release
                        + " was found, but no BTF that describes its types ("
                        + (lacking > 0
                                ? kib(lacking)
                                        + " of the kernel's image are not held, where it may lie"
                                : damaged || hasNamesOfTypes(physical)
                                        ? "there is BTF, but it is damaged"
                                        : "it needs CONFIG_DEBUG_INFO_BTF=y")
                        + "); give a symbol file of that kernel with --isf");
    }

    /**
     * Whether names of types stand in the image that stand in no code and no message: of BTF's
     * strings, when what is before them is gone.
     */
    private boolean hasNamesOfTypes(PhysicalMemory physical) {
        Set<String> open = new HashSet<>(NAMES_OF_TYPES);
        byte[] chunk = new byte[PAGE];
        for (long pa = start; pa < end && open.size() > NAMES_OF_TYPES.size() / 2; pa += PAGE) {
            if (physical.contains(pa, PAGE)) {
                physical.read(pa, chunk, 0, PAGE);
                String text = new String(chunk, StandardCharsets.ISO_8859_1);
                open.removeIf(name -> text.contains("\0" + name + "\0"));
            }
        }
        return open.size() <= NAMES_OF_TYPES.size() / 2;
    }

    private static String kib(long bytes) {
        return ((bytes + 1023) >> 10) + " KiB";
    }

    /** Bytes on pages that are not held. */
    private static long notHeld(PhysicalMemory physical, long from, long to) {
        long missing = 0;
        for (long at = from; at < to; at = (at & -PAGE) + PAGE) {
            long chunk = Math.min(to, (at & -PAGE) + PAGE) - at;
            missing += physical.contains(at, chunk) ? 0 : chunk;
        }
        return missing;
    }

    /** Bytes of the BTF blob whose header stands there; 0 if none does. */
    private static int length(PhysicalMemory physical, long pa) {
        byte[] header = new byte[64];
        if (!physical.contains(pa, header.length)) {
            return 0;
        }
        physical.read(pa, header, 0, header.length);
        return Btf.header(MemorySegment.ofArray(header))
                .map(Btf.Header::blobLength)
                .filter(length -> length <= MOST_BTF)
                .orElse(0);
    }

    /** What is not held is zero. */
    private static byte[] copy(PhysicalMemory physical, long pa, int length) {
        byte[] blob = new byte[length];
        for (int at = 0; at < length; ) {
            int chunk = (int) Math.min(length - at, PAGE - (pa + at & PAGE - 1));
            if (physical.contains(pa + at, chunk)) {
                physical.read(pa + at, blob, at, chunk);
            }
            at += chunk;
        }
        return blob;
    }

    /** Bytes of the BTF blob whose header stands there; 0 if none does, or not all is held. */
    static int btfLength(PhysicalMemory physical, long pa) {
        int length = length(physical, pa);
        return length > 0 && physical.contains(pa, length) ? length : 0;
    }

    /**
     * Whether what stands there is more than the look of a header: behind it come a type, and texts
     * of which the first is empty and the last ends ({@code btf_parse_str_sec()}, {@code
     * kernel/bpf/btf.c}). Cheap, for where there are many.
     */
    static boolean mayBeBtf(PhysicalMemory physical, long pa) {
        byte[] bytes = new byte[64];
        if (!physical.contains(pa, bytes.length)) {
            return false;
        }
        physical.read(pa, bytes, 0, bytes.length);
        Optional<Btf.Header> header = Btf.header(MemorySegment.ofArray(bytes));
        if (header.isEmpty() || header.get().blobLength() > MOST_BTF) {
            return false;
        }
        long types = pa + header.get().types();
        long texts = pa + header.get().strings();
        long last = texts + header.get().stringsLength() - 1;
        return last > texts
                && physical.contains(types, 12)
                && physical.contains(texts, 2)
                && physical.contains(last, 1)
                && (physical.u32(types + 4) >>> 24 & 0x1f) != 0
                && physical.u8(texts) == 0
                && physical.u8(texts + 1) != 0
                && physical.u8(last) == 0;
    }

    static Optional<Btf> btfAt(PhysicalMemory physical, long pa) {
        int length = btfLength(physical, pa);
        return length == 0 ? Optional.empty() : Btf.parse(copy(physical, pa, length));
    }
}
