package dev.tablewalk.ingest.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a boot loader tells an x86-64 kernel: {@code struct boot_params} of {@code
 * arch/x86/include/uapi/asm/bootparam.h}.
 */
final class BootParams {
    private static final int SIZE = 4096;
    private static final int HEADER = 0x202;
    private static final int HDRS = 0x53726448;
    private static final int E820_ENTRIES = 0x1e8;
    private static final int E820_TABLE = 0x2d0;
    private static final int E820_RAM = 1;
    private static final int E820_RESERVED = 2;
    private static final long FIRMWARE = 0xfffc_0000L;

    private BootParams() {}

    /** A page with what lies where, the firmware below 4 GiB among it. */
    static byte[] of(RamRuns ram) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(HEADER, HDRS);
        bytes.put(E820_ENTRIES, (byte) (ram.runs().size() + 1));
        bytes.position(E820_TABLE);
        entry(bytes, FIRMWARE, 0x4_0000, E820_RESERVED);
        ram.runs().forEach(run -> entry(bytes, run.pa(), run.size(), E820_RAM));
        return bytes.array();
    }

    private static void entry(ByteBuffer to, long pa, long size, int type) {
        to.putLong(pa).putLong(size).putInt(type);
    }
}
