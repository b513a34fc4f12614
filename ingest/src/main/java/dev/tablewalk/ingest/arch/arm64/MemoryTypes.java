package dev.tablewalk.ingest.arch.arm64;

import java.util.List;

/**
 * What each AttrIndx means. MAIR_EL1 is not in memory, but Linux has written one of two values
 * since it has BTF; which, is told by the index under which it maps its own image.
 *
 * @param names by index
 */
record MemoryTypes(List<String> names) {
    /**
     * MT_NORMAL is 0; since 5.10, commit 0178dc761368 ("arm64: mte: Use Normal Tagged attributes
     * for the linear map"). Index 3 was MT_NORMAL_WT, which nothing used, at first, and is a device
     * type since.
     */
    static final MemoryTypes NORMAL_FIRST =
            new MemoryTypes(
                    List.of(
                            "normal",
                            "normal-tagged",
                            "normal-nc",
                            "device",
                            "device",
                            "device",
                            "device"));

    /** The order before: nGnRnE, nGnRE, GRE, NC, NORMAL, WT. */
    static final MemoryTypes DEVICE_FIRST =
            new MemoryTypes(
                    List.of("device", "device", "device", "normal-nc", "normal", "normal-wt"));

    /** Judges by the index of a mapping that is known to be of normal memory. */
    static MemoryTypes ofNormalIndex(int index) {
        return index <= 2 ? NORMAL_FIRST : DEVICE_FIRST;
    }

    String name(int index) {
        return isKnown(index) ? names.get(index) : "unknown";
    }

    boolean isKnown(int index) {
        return index < names.size();
    }

    boolean isDevice(int index) {
        return name(index).equals("device");
    }
}
