package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.image.Unpacker.Method;
import dev.tablewalk.ingest.memory.EvenBlocks;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PackedBytes;
import dev.tablewalk.ingest.memory.PerThread;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What QEMU migrates to a file: {@code migration/savevm.c}, {@code migration/ram.c} and {@code
 * docs/devel/migration/mapped-ram.rst} of QEMU. Numbers are big-endian. Of a page that was sent
 * more than once, the last counts. The blocks of RAM follow each other as they do in the stream;
 * where the guest has them, the stream does not say.
 *
 * <p>Opening reads the stream from its start to its end, but pages; of a file with the mapped-ram
 * capability, the bitmaps and what lies behind RAM.
 */
final class QemuStream implements EvenBlocks {
    /** Types of sections. */
    static final int END = 0;

    static final int SECTION_START = 1;
    static final int SECTION_PART = 2;
    static final int SECTION_END = 3;
    static final int SECTION_FULL = 4;
    static final int DESCRIPTION = 6;
    static final int COMMAND = 8;
    static final int SECTION_FOOTER = 0x7e;

    /** Flags in the low bits of a page's address. */
    private static final int ZERO = 0x02;

    private static final int MEM_SIZE = 0x04;
    private static final int PAGE = 0x08;
    private static final int EOS = 0x10;
    private static final int CONTINUE = 0x20;
    private static final int COMPRESS_PAGE = 0x100;
    private static final int MULTIFD_FLUSH = 0x200;

    /** Where the configuration ends and sections begin, at the latest. */
    private static final int MOST_CONFIGURATION = 64 << 10;

    private static final int MOST_BLOCKS = 4096;

    /**
     * Memory of devices, by the names that QEMU's sources give it, behind the device's path where
     * it has one. A backend's name is the user's, so it tells nothing; whether it is RAM, what is
     * in it tells later.
     */
    private static final Set<String> OF_DEVICES =
            Set.of(
                    "mach-virt.tag",
                    "mach-virt.secure-tag",
                    "mach-virt.secure-ram",
                    "virt.flash0",
                    "virt.flash1",
                    "system.flash0",
                    "system.flash1",
                    "pc.bios",
                    "pc.rom",
                    "vga.vram",
                    "qxl.vram",
                    "qxl.vgavram",
                    "qxl.vrom",
                    "ramfb",
                    "tpm-ppi");

    /** What the firmware gets from QEMU: tables, mostly. */
    private static final String FIRMWARE_FILE = "/rom@";

    /** Behind a device's path. */
    private static final String OPTION_ROM = ".rom";

    private final DumpFile file;
    private final StreamCursor in;
    private final List<String> damage = new ArrayList<>();
    private final List<RamBlock> blocks = new ArrayList<>();

    /** Bytes of all of them. */
    private long listed;

    private int pageShift = 12;
    private boolean mapped;

    /** The one that the last page belonged to; the next may be of the same without saying so. */
    private @Nullable RamBlock last;

    private boolean complete;
    private Notes notes = Notes.NONE;
    private long size;

    private final PerThread<byte[]> packed = new PerThread<>(() -> new byte[1 << 17]);
    private final PerThread<Unpacker> unpackers = new PerThread<>(Unpacker::new);

    private QemuStream(DumpFile file, long start) {
        this.file = file;
        this.in = new StreamCursor(file, start);
    }

    /**
     * @param start of the stream in the file, bytes
     */
    static Image.Contents open(DumpFile file, long start, String format) {
        QemuStream stream = new QemuStream(file, start);
        try {
            stream.read();
        } catch (DumpDamage e) {
            stream.damage.add(e.what());
        }
        stream.blocks.removeIf(block -> !block.isMain());
        long first = 0;
        for (RamBlock block : stream.blocks) {
            block.firstPage = first;
            first += block.pages;
        }
        stream.size = first << stream.pageShift;
        if (first == 0) {
            throw new DumpDamage(
                    stream.damage.isEmpty()
                            ? "it holds no memory"
                            : String.join("; ", stream.damage));
        }
        return new Image.Contents(
                stream.mapped ? format + ", mapped-ram" : format,
                new PackedBytes(stream),
                List.of(),
                stream.notes,
                stream.damage,
                !stream.complete,
                stream.blocks.stream().map(stream::described).toList());
    }

    private ImageBlock described(RamBlock block) {
        return new ImageBlock(block.name, block.firstPage << pageShift, block.pages << pageShift);
    }

    /** Memory of the machine. */
    private static final class RamBlock {
        private final String name;
        private final long pages;
        private long firstPage;

        /** With mapped-ram: the pages that are not zero, and where the first lies. */
        private @Nullable PageMap sent;

        private long start;

        /** Of each page: 0 not sent, 1 zero, else where it lies; negative if compressed. */
        private final long[][] places;

        /** As small as a page, so that one that is sent takes no more room than it has. */
        private static final int CHUNK = 1 << 9;

        RamBlock(String name, long pages) {
            this.name = name;
            this.pages = pages;
            this.places = new long[(int) ((pages + CHUNK - 1) / CHUNK)][];
        }

        boolean isMain() {
            int path = name.lastIndexOf('/');
            return pages > 0
                    && !OF_DEVICES.contains(name.substring(path + 1))
                    && !name.startsWith(FIRMWARE_FILE)
                    && !(path >= 0 && name.endsWith(OPTION_ROM));
        }

        void set(long page, long place) {
            int chunk = (int) (page / CHUNK);
            if (places[chunk] == null) {
                places[chunk] = new long[CHUNK];
            }
            places[chunk][(int) (page % CHUNK)] = place;
        }

        /** Where a page lies, as {@link #places} has it. */
        long get(long page, int pageShift) {
            if (sent != null) {
                return sent.get(page) ? start + (page << pageShift) : 1;
            }
            long[] chunk = places[(int) (page / CHUNK)];
            return chunk == null ? 0 : chunk[(int) (page % CHUNK)];
        }
    }

    private void read() {
        in.skip(8); // magic and version
        configure();
        LiveSections others = new LiveSections(file, in);
        int ram = -1;
        while (true) {
            long where = in.at();
            int type = in.u8();
            switch (type) {
                case SECTION_START -> {
                    int id = in.i32();
                    String name = in.text(in.u8());
                    in.skip(8); // instance and version
                    others.begins(id, name);
                    if (name.equals("ram")) {
                        ram = id;
                        readPages();
                    } else {
                        others.skip(id);
                    }
                }
                case SECTION_PART, SECTION_END -> {
                    int id = in.i32();
                    if (id != ram && others.has(id)) {
                        others.skip(id);
                        continue;
                    }
                    if (id != ram) {
                        throw new DumpDamage("there is a section of another's at byte " + where);
                    }
                    readPages();
                    if (type == SECTION_END) {
                        complete = true;
                        skipRest(others);
                        readDevices();
                        return;
                    }
                }
                case SECTION_FOOTER -> in.skip(4);
                case COMMAND -> {
                    in.skip(2);
                    in.skip(in.u16());
                }
                case SECTION_FULL -> {
                    complete = mapped;
                    in.moveTo(where);
                    readDevices();
                    return;
                }
                default -> throw new DumpDamage("there is no section at byte " + where);
            }
        }
    }

    /** The last sections of what is not RAM come behind RAM's. */
    private void skipRest(LiveSections others) {
        while (true) {
            long where = in.at();
            try {
                int type = in.u8();
                int id = in.i32();
                if (type == SECTION_FOOTER) {
                    continue;
                }
                if ((type == SECTION_PART || type == SECTION_END) && others.has(id)) {
                    others.skip(id);
                    continue;
                }
            } catch (DumpDamage e) {
                // Whoever reads the devices says what is wrong there.
                in.moveTo(where);
                return;
            }
            in.moveTo(where);
            return;
        }
    }

    private void readDevices() {
        DeviceStates devices = new DeviceStates(file, in);
        damage.addAll(devices.damage());
        complete &= !devices.isCut();
        notes = new Notes(null, devices.cpus());
    }

    /**
     * The configuration is one of QEMU's device states, whose fields the stream does not describe.
     * So the start of the section of RAM is looked for, and what matters of what stands before it.
     */
    private void configure() {
        int length = (int) Math.min(MOST_CONFIGURATION, file.size() - in.at());
        byte[] head = file.fields(in.at(), length, "configuration").bytes();
        int start =
                find(head, "\003ram\0\0\0\0")
                        .orElseThrow(() -> new DumpDamage("it has no section of RAM"));
        if (start < 5 || head[start - 5] != SECTION_START) {
            throw new DumpDamage("it has no section of RAM");
        }
        byte[] before = Arrays.copyOf(head, start);
        mapped = find(before, "mapped-ram").isPresent();
        String bits = "configuration/target-page-bits";
        find(before, bits)
                .ifPresent(
                        at -> {
                            int in = at + bits.length() + 4;
                            if (in + 4 <= before.length) {
                                pageShift = new Fields(before).bigEndian().i32(in);
                            }
                        });
        if (pageShift < 12 || pageShift > 16) {
            throw new DumpDamage("it has pages of " + pageShift + " bits");
        }
        in.skip(start - 5);
    }

    private static Optional<Integer> find(byte[] in, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i + wanted.length <= in.length; i++) {
            if (Arrays.equals(in, i, i + wanted.length, wanted, 0, wanted.length)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private void readPages() {
        while (true) {
            long where = in.at();
            long word = in.u64();
            int flags = (int) word & (1 << pageShift) - 1;
            long page = word >>> pageShift;
            if ((flags & EOS) != 0) {
                return;
            }
            if ((flags & MEM_SIZE) != 0) {
                readBlocks(word & -1L << pageShift);
                continue;
            }
            if ((flags & (ZERO | PAGE | COMPRESS_PAGE)) == 0) {
                if ((flags & MULTIFD_FLUSH) != 0) {
                    continue;
                }
                throw new DumpDamage(
                        "it has a page that is sent in a way that is not known (flags "
                                + Integer.toHexString(flags)
                                + ") at byte "
                                + where);
            }
            if ((flags & CONTINUE) == 0) {
                last = named(in.text(in.u8()));
            }
            RamBlock block = last;
            if (block == null || page >= block.pages) {
                throw new DumpDamage("there is no page at byte " + where);
            }
            if ((flags & ZERO) != 0) {
                in.skip(1);
                block.set(page, 1);
            } else if ((flags & COMPRESS_PAGE) != 0) {
                block.set(page, -in.at());
                in.skip(Integer.toUnsignedLong(in.i32()));
            } else {
                block.set(page, in.at());
                in.skip(1L << pageShift);
            }
        }
    }

    private RamBlock named(String name) {
        for (RamBlock block : blocks) {
            if (block.name.equals(name)) {
                return block;
            }
        }
        throw new DumpDamage("it has a page of a block of memory that it does not list");
    }

    private void readBlocks(long total) {
        long left = total;
        while (left > 0) {
            String name = in.text(in.u8());
            long bytes = in.u64();
            if (bytes <= 0
                    || bytes > left
                    || bytes > RamLayout.MOST_BYTES - listed
                    || blocks.size() == MOST_BLOCKS) {
                throw new DumpDamage("it has a block of memory of " + bytes + " bytes");
            }
            RamBlock block = new RamBlock(name, bytes >>> pageShift);
            blocks.add(block);
            left -= bytes;
            listed += bytes;
            if (mapped) {
                readMap(block);
            }
        }
    }

    /**
     * With mapped-ram, each block has a place of its own in the file, and a bitmap of its pages.
     */
    private void readMap(RamBlock block) {
        int version = in.i32();
        long page = in.u64();
        long bitmap = in.u64();
        long pages = in.u64();
        if (version != 1 || page != 1L << pageShift) {
            throw new DumpDamage("it maps RAM in a way that is not known");
        }
        long end = pages + (block.pages << pageShift);
        if (pages < in.at() || end < pages || bitmap < 0) {
            throw new DumpDamage("it maps RAM to where it cannot be");
        }
        in.moveTo(end);
        if (!block.isMain()) {
            return;
        }
        PageMap sent = new PageMap(file, bitmap, block.pages);
        block.sent = sent;
        block.start = pages;
        long lastSent = sent.last();
        if (pages + ((lastSent + 1) << pageShift) > file.size()) {
            damage.add("the file is cut off at byte " + file.size());
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int shift() {
        return pageShift;
    }

    private long place(long page) {
        for (RamBlock block : blocks) {
            if (page < block.firstPage + block.pages) {
                return block.get(page - block.firstPage, pageShift);
            }
        }
        return 0;
    }

    @Override
    public Held held(long block) {
        long place = place(block);
        return place == 0 ? Held.NOT : place == 1 ? Held.ZERO : Held.PACKED;
    }

    @Override
    public void unpack(long block, byte[] into) {
        long place = place(block);
        int page = 1 << pageShift;
        try {
            if (place > 1) {
                file.read(place, into, 0, page);
                return;
            }
            long length = file.fields(-place, 4, "page").bigEndian().u32(0);
            byte[] buffer = packed.get();
            if (length <= buffer.length) {
                file.read(4 - place, buffer, 0, (int) length);
                if (unpackers.get().unpack(Method.ZLIB, buffer, (int) length, into, page)) {
                    return;
                }
            }
        } catch (DumpDamage e) {
            throw new MemoryFault("not in the file: offset", block << pageShift);
        }
        throw new MemoryFault("damaged in the file: offset", block << pageShift);
    }

    @Override
    public void close() {
        file.close();
    }
}
