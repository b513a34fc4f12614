package dev.tablewalk.ingest.synthetic;

import java.nio.charset.StandardCharsets;

/**
 * The guest's RAM by kernel virtual address: the kernel image where KASLR put it, all else through
 * the linear map.
 */
final class KernelMemory {
    private final RamImage ram;
    private final CTypes types;
    private final long imageVa;
    private final long imagePa;
    private final long imageSize;
    private final long pageOffset;
    private final long physOffset;

    KernelMemory(
            RamImage ram,
            CTypes types,
            Geometry geometry,
            long imageVa,
            long imagePa,
            long imageSize,
            long physOffset) {
        this.ram = ram;
        this.types = types;
        this.imageVa = imageVa;
        this.imagePa = imagePa;
        this.imageSize = imageSize;
        this.pageOffset = geometry.pageOffset();
        this.physOffset = physOffset;
    }

    CTypes types() {
        return types;
    }

    RamImage ram() {
        return ram;
    }

    /** {@code __va}: the linear map's address of a physical one. */
    long linear(long pa) {
        return (pa - physOffset) | pageOffset;
    }

    /** {@code __virt_to_phys}. */
    long physical(long va) {
        if (Long.compareUnsigned(va - imageVa, imageSize) < 0) {
            return va - imageVa + imagePa;
        }
        return (va & ~pageOffset) + physOffset;
    }

    void putU64(long va, long value) {
        ram.putU64(physical(va), value);
    }

    long u64(long va) {
        return ram.getU64(physical(va));
    }

    void putBytes(long va, byte[] bytes) {
        ram.putBytes(physical(va), bytes);
    }

    /** Writes a string and the zero behind it. */
    void putString(long va, String text) {
        putBytes(va, (text + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** A struct that lies at this address. */
    KernelStruct struct(String type, long va) {
        return new KernelStruct(this, type, va);
    }

    /** Makes a list of these {@code list_head}s, the first of them its head. */
    void link(Iterable<Long> listHeads) {
        long first = 0;
        long last = 0;
        for (long each : listHeads) {
            if (first == 0) {
                first = each;
            } else {
                putU64(last, each);
                putU64(each + 8, last);
            }
            last = each;
        }
        putU64(last, first);
        putU64(first + 8, last);
    }
}
