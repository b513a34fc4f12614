package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MappedBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The formats that there are readers for, each told by its first bytes. */
enum Format {
    ELF("an ELF file", "\177ELF") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return ElfCore.open(file);
        }
    },
    KDUMP("a kdump-compressed dump", "KDUMP   ", "DISKDUMP") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return Kdump.open(new PlainFile(file), "kdump-compressed");
        }
    },
    FLATTENED("a flattened dump", "makedumpfile\0\0\0\0") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return FlattenedFile.open(new PlainFile(file));
        }
    },
    LIME("a LiME image", "EMiL") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return Lime.open(file);
        }
    },
    AVML("an AVML image", "AVML") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return Avml.open(file);
        }
    },
    QEMU("a QEMU migration stream", "QEVM") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return QemuStream.open(new PlainFile(file), 0, "QEMU migration");
        }
    },
    LIBVIRT("a libvirt save image", "LibvirtQemudSave") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return LibvirtSave.open(file, opening);
        }
    },
    LIBVIRT_PART("a libvirt save image", "LibvirtQemudPart") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            throw new DumpDamage("libvirt was writing it when it ended");
        }
    },
    GZIP("compressed by gzip", "\037\213\b") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return opening.unpacked(file, 0, this);
        }
    },
    XZ("compressed by xz", "\3757zXZ\0") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return opening.unpacked(file, 0, this);
        }
    },
    ZSTD("compressed by zstd", "\050\265\057\375") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return opening.unpacked(file, 0, this);
        }
    },
    /** Whatever is none of the others. */
    RAW("raw RAM") {
        @Override
        Image.Contents open(MappedBytes file, Opening opening) {
            return new Image.Contents("raw", file, List.of(), Notes.NONE, List.of(), false);
        }
    };

    /** Bytes that are looked at to tell. */
    static final int HEAD = 16;

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // nobody else has the array
    private final String[] magics;

    Format(String text, String... magics) {
        this.text = text;
        this.magics = magics;
    }

    /** What a file of this format is, for people. */
    String text() {
        return text;
    }

    /**
     * Reads what stands before RAM.
     *
     * @param file the file mapped, which the format keeps or closes
     * @throws DumpDamage if it cannot be told where RAM lies
     */
    abstract Image.Contents open(MappedBytes file, Opening opening);

    /** Whether it is another file, packed as a whole. */
    boolean isCompressed() {
        return this == GZIP || this == XZ || this == ZSTD;
    }

    /**
     * Whether RAM lies in it in another order than its own, and where in physical memory is not
     * said: so what is said of that counts in what it unpacks to.
     */
    boolean isPacked() {
        return isCompressed() || this == QEMU || this == LIBVIRT;
    }

    /** The format of a file that begins so. */
    static Format of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        for (Format format : values()) {
            for (String magic : format.magics) {
                if (text.startsWith(magic)) {
                    return format;
                }
            }
        }
        return RAW;
    }
}
