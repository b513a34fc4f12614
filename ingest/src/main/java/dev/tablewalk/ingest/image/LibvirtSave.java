package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MappedBytes;

/**
 * What {@code virsh save} writes: a header, the domain's XML, and QEMU's migration stream, which
 * may be compressed, or have each page at a place of its own (sparse, mapped-ram); {@code
 * src/qemu/qemu_saveimage.h} and {@code qemu_saveimage_format.h} of libvirt.
 */
final class LibvirtSave {
    private static final int HEADER_BYTES = 92;

    /** Formats of a stream that is not compressed. */
    private static final int RAW = 0;

    private static final int SPARSE = 6;
    private static final String[] COMPRESSIONS = {"", "gzip", "bzip2", "xz", "lzop", "zstd"};

    private LibvirtSave() {}

    static Image.Contents open(MappedBytes file, Opening opening) {
        DumpFile dump = new PlainFile(file);
        Fields header = dump.fields(0, HEADER_BYTES, "header");
        long start = HEADER_BYTES + header.u32(20);
        long format = header.u32(28);
        if (start >= file.size()) {
            throw new DumpDamage("its stream lies beyond its end");
        }
        if (format == RAW || format == SPARSE) {
            return QemuStream.open(dump, start, "libvirt save");
        }
        Format packed = Format.of(dump.fields(start, 16, "stream").bytes());
        if (!packed.isCompressed()) {
            String name =
                    format < COMPRESSIONS.length
                            ? COMPRESSIONS[(int) format]
                            : "a method unknown here, " + format;
            throw new DumpDamage(
                    "its stream is compressed by " + name + ", which is not read here");
        }
        return opening.unpacked(file, start, packed);
    }
}
