package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.OptionalLong;

/** {@code init_uts_ns.name}: six texts of 65 bytes, {@code include/uapi/linux/utsname.h}. */
final class UtsName {
    private static final int FIELD = 65;
    private static final int NODE = 1;
    private static final int RELEASE = 2;

    /** Bytes from the first text to {@code release}. */
    static final int RELEASE_OFFSET = RELEASE * FIELD;

    private static final int VERSION = 3;

    private UtsName() {}

    /**
     * {@code uname -r}.
     *
     * @param name address of the six texts
     * @throws MemoryFault if it cannot be read
     */
    static String release(KernelMemory memory, long name) {
        return memory.text(name + RELEASE_OFFSET, FIELD);
    }

    /** {@code uname -n}, or an empty text if it cannot be read. */
    static String node(KernelMemory memory, Vmcoreinfo info) {
        return text(memory, info, NODE);
    }

    /** {@code uname -v}, or an empty text if it cannot be read. */
    static String version(KernelMemory memory, Vmcoreinfo info) {
        return text(memory, info, VERSION);
    }

    private static String text(KernelMemory memory, Vmcoreinfo info, int which) {
        OptionalLong uts = info.symbol("init_uts_ns");
        if (uts.isEmpty()) {
            return "";
        }
        try {
            long name = uts.getAsLong() + info.offset("uts_namespace.name").orElse(0);
            return memory.text(name + (long) which * FIELD, FIELD);
        } catch (MemoryFault e) {
            return "";
        }
    }
}
