package dev.tablewalk.ingest.image;

import java.util.HashMap;
import java.util.Map;

/**
 * Sections of a migration stream that are sent while the guest runs, as RAM's are, and are not
 * RAM's: dirty bitmaps of disks, a backup's state, a device that is passed through. Each has a form
 * of its own, and none says how long it is. It ends with a footer that repeats its number, behind
 * which the next section begins; {@code save_section_footer()} in {@code migration/savevm.c} of
 * QEMU.
 */
final class LiveSections {
    private static final int FOOTER_BYTES = 5;

    /** What is looked at of what follows a footer. */
    private static final int HEAD_BYTES = 16;

    private static final int WINDOW = 256 << 10;
    private static final int MOST_NAME = 255;

    private final DumpFile file;
    private final StreamCursor in;
    private final Map<Integer, String> names = new HashMap<>();

    LiveSections(DumpFile file, StreamCursor in) {
        this.file = file;
        this.in = in;
    }

    /** Makes a section known by its number. */
    void begins(int id, String name) {
        names.put(id, name);
    }

    boolean has(int id) {
        return names.containsKey(id);
    }

    /**
     * Goes behind the footer of a section, from behind its number or name on. Cost: a pass over it.
     *
     * @throws DumpDamage if it has none
     */
    void skip(int id) {
        long start = in.at();
        long at = start;
        while (at + FOOTER_BYTES < file.size()) {
            int length = (int) Math.min(WINDOW, file.size() - at);
            Fields window = file.fields(at, length, "section").bigEndian();
            for (int i = 0; i + FOOTER_BYTES < length; i++) {
                if (window.u8(i) == QemuStream.SECTION_FOOTER
                        && window.i32(i + 1) == id
                        && beginsSection(at + i + FOOTER_BYTES)) {
                    in.moveTo(at + i + FOOTER_BYTES);
                    return;
                }
            }
            at += length - FOOTER_BYTES;
        }
        throw new DumpDamage(
                "it has a section of '"
                        + names.getOrDefault(id, "?")
                        + "' at byte "
                        + start
                        + " whose end is not marked, and RAM goes on behind it; migrate without"
                        + " what sends that, or take RAM by dump-guest-memory");
    }

    private boolean beginsSection(long at) {
        int length = (int) Math.min(HEAD_BYTES, file.size() - at);
        if (length < FOOTER_BYTES) {
            return false;
        }
        Fields head = file.fields(at, length, "section").bigEndian();
        int id = head.i32(1);
        return switch (head.u8(0)) {
            case QemuStream.SECTION_START, QemuStream.SECTION_FULL -> isNamed(head, length);
            case QemuStream.SECTION_PART, QemuStream.SECTION_END -> names.containsKey(id);
            case QemuStream.COMMAND -> head.u16(1) < 0x20;
            case QemuStream.END -> head.u8(1) == QemuStream.DESCRIPTION;
            default -> false;
        };
    }

    private static boolean isNamed(Fields head, int length) {
        int name = FOOTER_BYTES;
        if (length < HEAD_BYTES || head.u8(name) == 0 || head.u8(name) > MOST_NAME) {
            return false;
        }
        for (int i = name + 1; i < Math.min(length, name + 1 + head.u8(name)); i++) {
            if (head.u8(i) <= ' ' || head.u8(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
