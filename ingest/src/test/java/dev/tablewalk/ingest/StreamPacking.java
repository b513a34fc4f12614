package dev.tablewalk.ingest;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A migration stream as QEMU writes it: RAM, the state of a few devices, of which one is a
 * processor, and the description of these.
 */
final class StreamPacking {
    /** What the processor's registers hold, each another. */
    static final long PC = 0xffff_8000_0801_2344L;

    static final long SP = 0xffff_8000_0900_3d50L;
    static final long SP_EL0 = 0xffff_0000_0123_4540L;
    static final long PSTATE = 0x4000_00c5L;
    static final long TCR = 0x5_0007_4b55_03510L;

    /** Its lowest bit says that the processor translates. */
    static final long SCTLR = 0x200_0000_34f4_d91dL;

    private static final int PAGE = 4096;
    private static final long SYSTEM_REGISTER = 0x6030_0000_0013_0000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final List<String> described = new ArrayList<>();
    private int sections = 1;

    private StreamPacking() {}

    /**
     * Writes a stream.
     *
     * @param roots of each processor, PA of the root that both its TTBRs hold
     */
    static byte[] pack(byte[] raw, BitSet leftOut, long... roots) throws IOException {
        return pack(List.of(new Block("main", raw)), leftOut, roots);
    }

    /**
     * A block of memory.
     *
     * @param name as QEMU calls it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Block(String name, byte[] content) {}

    /**
     * Writes a stream.
     *
     * @param blocks in the order in which it lists and sends them
     * @param leftOut pages that are not sent, counted over all blocks
     */
    static byte[] pack(List<Block> blocks, BitSet leftOut, long... roots) throws IOException {
        StreamPacking stream = new StreamPacking();
        stream.ram(blocks, leftOut);
        stream.timer();
        for (int i = 0; i < roots.length; i++) {
            stream.processor(i, roots[i]);
        }
        stream.bus();
        stream.end();
        return stream.bytes.toByteArray();
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void name(String name) throws IOException {
        out.writeByte(name.length());
        text(name);
    }

    private void ram(List<Block> blocks, BitSet leftOut) throws IOException {
        text("QEVM\0\0\0\3\7\0\0\0\4virt\1\0\0\0\1\3ram\0\0\0\0\0\0\0\4");
        out.writeLong(blocks.stream().mapToLong(block -> block.content.length).sum() | 4);
        for (Block block : blocks) {
            name(block.name);
            out.writeLong(block.content.length);
        }
        out.writeLong(0x10);
        text("\176\0\0\0\1");
        bitmaps(1);
        text("\3\0\0\0\1");
        int before = 0;
        for (Block block : blocks) {
            pages(block, leftOut.get(before, before + block.content.length / PAGE));
            before += block.content.length / PAGE;
        }
        out.writeLong(0x10);
        text("\176\0\0\0\1");
        bitmaps(3);
    }

    /** What is sent beside RAM: a section of another's, with what looks like its footer in it. */
    private void bitmaps(int type) throws IOException {
        out.writeByte(type);
        out.writeInt(9);
        if (type == 1) {
            name("dirty-bitmap");
            out.writeLong(1);
        }
        text("\1disk0\176\0\0\0\11\377\377");
        text("\176\0\0\0\11");
    }

    private void pages(Block block, BitSet leftOut) throws IOException {
        byte[] raw = block.content;
        for (int at = 0, sent = 0; at < raw.length; at += PAGE) {
            if (leftOut.get(at / PAGE)) {
                continue;
            }
            boolean zero = Arrays.equals(raw, at, at + PAGE, new byte[PAGE], 0, PAGE);
            out.writeLong((long) at | (zero ? 2 : 8) | (sent++ == 0 ? 0 : 0x20));
            if (sent == 1) {
                name(block.name);
            }
            out.write(raw, at, zero ? 1 : PAGE);
        }
    }

    private interface State {
        /** Writes it, and returns its fields as they are described. */
        String write() throws IOException;
    }

    private void device(String name, State state, String subsections) throws IOException {
        device(name, 0, state, subsections);
    }

    private void device(String name, int instance, State state, String subsections)
            throws IOException {
        int section = ++sections;
        out.writeByte(4);
        out.writeInt(section);
        name(name);
        out.writeInt(instance);
        out.writeInt(22);
        described.add(
                "{\"name\": \"%s\", \"instance_id\": %d, \"vmsd_name\": \"%s\", \"version\": 22, \"fields\": [%s]%s}"
                        .formatted(name, instance, name, state.write(), subsections));
        out.writeByte(0x7e);
        out.writeInt(section);
    }

    private static String field(String name, int size, int count) {
        return "{\"name\": \"%s\", %s\"type\": \"any\", \"size\": %d}"
                .formatted(name, count == 1 ? "" : "\"array_len\": " + count + ", ", size);
    }

    /** With a subsection in a subsection. */
    private void timer() throws IOException {
        String inner =
                ", \"subsections\": [{\"vmsd_name\": \"timer/a/b\", \"version\": 1, \"fields\": [%s]}]"
                        .formatted(field("two", 2, 1));
        String outer =
                ", \"subsections\": [{\"vmsd_name\": \"timer/a\", \"version\": 1, \"fields\": [%s]%s}]"
                        .formatted(field("one", 1, 3), inner);
        device(
                "timer",
                () -> {
                    out.writeLong(7);
                    out.writeByte(5);
                    name("timer/a");
                    out.writeInt(1);
                    text("abc");
                    out.writeByte(5);
                    name("timer/a/b");
                    out.writeInt(1);
                    out.writeShort(9);
                    return field("ticks", 8, 1);
                },
                outer);
    }

    private void processor(int number, long root) throws IOException {
        device(
                "cpu",
                number,
                () -> {
                    out.write(new byte[16 * 4]);
                    for (int i = 0; i < 31; i++) {
                        out.writeLong(i);
                    }
                    out.writeLong(SP);
                    out.writeLong(PC);
                    out.writeInt((int) PSTATE);
                    out.writeLong(SP_EL0);
                    out.write(new byte[3 * 8]);
                    out.writeLong(SYSTEM_REGISTER | 0xc100);
                    out.writeLong(SYSTEM_REGISTER | 0xc101);
                    out.writeLong(SYSTEM_REGISTER | 0xc102);
                    out.writeLong(SYSTEM_REGISTER | 0xc080);
                    out.writeLong(root);
                    out.writeLong(root);
                    out.writeLong(TCR);
                    out.writeLong(SCTLR);
                    return String.join(
                            ", ",
                            field("env.regs", 4, 16),
                            field("env.xregs", 8, 32),
                            field("env.pc", 8, 1),
                            field("cpsr", 4, 1),
                            field("env.sp_el", 8, 4),
                            field("cpreg_vmstate_indexes", 8, 4),
                            field("cpreg_vmstate_values", 8, 4));
                },
                "");
    }

    /** A list: QEMU describes each of its elements in the field of the whole, by the same names. */
    private void bus() throws IOException {
        device(
                "bus",
                () -> {
                    text("\1ab\1cd\0");
                    String each =
                            "\"vmsd_name\": \"e\", \"version\": 1, \"fields\": [%s], "
                                    .formatted(field("x", 2, 1));
                    return "{\"name\": \"list\", \"type\": \"QTAILQ\", "
                            + each
                            + each
                            + "\"size\": 7}";
                },
                "");
    }

    private void end() throws IOException {
        out.writeByte(0);
        byte[] description =
                "{\"configuration\": {\"vmsd_name\": \"configuration\"}, \"page_size\": 4096, \"devices\": [%s]}"
                        .formatted(String.join(", ", described))
                        .getBytes(StandardCharsets.UTF_8);
        out.writeByte(6);
        out.writeInt(description.length);
        out.write(description);
    }
}
