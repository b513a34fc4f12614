package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MappedBytes;

/**
 * What {@code virsh save} writes: a header, the domain's XML, and QEMU's migration stream, which
 * may be compressed; {@code src/qemu/qemu_saveimage.h} of libvirt.
 */
final class LibvirtSave {
    private static final int HEADER_BYTES = 92;
    private static final String[] COMPRESSIONS = {"", "gzip", "bzip2", "xz", "lzop", "zstd"};

    private LibvirtSave() {}

    static Image.Contents open(MappedBytes file, Opening opening) {
        DumpFile dump = new PlainFile(file);
        Fields header = dump.fields(0, HEADER_BYTES, "header");
        long start = HEADER_BYTES + header.u32(20);
        long compression = header.u32(28);
        if (start >= file.size()) {
            throw new DumpDamage("its stream lies beyond its end");
        }
        if (compression == 0) {
            return QemuStream.open(dump, start, "libvirt save");
        }
        Format packed = Format.of(dump.fields(start, 16, "stream").bytes());
        if (!packed.isCompressed()) {
            String name =
                    compression < COMPRESSIONS.length
                            ? COMPRESSIONS[(int) compression]
                            : "a method unknown here, " + compression;
            throw new DumpDamage(
                    "its stream is compressed by " + name + ", which is not read here");
        }
        return opening.unpacked(file, start, packed);
    }
}
