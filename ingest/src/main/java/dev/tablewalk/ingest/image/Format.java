package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.ImageBytes;
import dev.tablewalk.ingest.memory.MappedBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The formats that there are readers for, each told by its first bytes. */
enum Format {
    ELF("an ELF file", "\177ELF") {
        @Override
        Image.Contents open(MappedBytes file) {
            return ElfCore.open(file);
        }
    },
    KDUMP("a kdump-compressed dump", "KDUMP   ", "DISKDUMP") {
        @Override
        Image.Contents open(MappedBytes file) {
            return Kdump.open(new PlainFile(file), "kdump-compressed");
        }
    },
    FLATTENED("a flattened dump", "makedumpfile\0\0\0\0") {
        @Override
        Image.Contents open(MappedBytes file) {
            return FlattenedFile.open(new PlainFile(file));
        }
    },
    LIME("a LiME image", "EMiL") {
        @Override
        Image.Contents open(MappedBytes file) {
            return Lime.open(file);
        }
    },
    /** Whatever is none of the others. */
    RAW("raw RAM") {
        @Override
        Image.Contents open(MappedBytes file) {
            return new Image.Contents("raw", file, List.of(), Notes.NONE, List.of(), false);
        }
    };

    /** Bytes that are looked at to tell. */
    private static final int HEAD = 16;

    private final String text;
    private final List<byte[]> magics;

    Format(String text, String... magics) {
        this.text = text;
        this.magics =
                Arrays.stream(magics)
                        .map(magic -> magic.getBytes(StandardCharsets.ISO_8859_1))
                        .toList();
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
    abstract Image.Contents open(MappedBytes file);

    /** The format of a file. */
    static Format of(ImageBytes file) {
        byte[] head = file.copy(0, HEAD);
        for (Format format : values()) {
            for (byte[] magic : format.magics) {
                if (head.length >= magic.length
                        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length)) {
                    return format;
                }
            }
        }
        return RAW;
    }
}
