package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads the encoder's output with a decoder that knows nothing of it. */
class BtfEncoderTest {
    /** One type's record, as its words stand in the blob. */
    private record Type(String name, int kind, boolean flag, int size, List<int[]> rows) {}

    private static final class Decoder {
        private final ByteBuffer blob;
        private final int strings;
        private final List<Type> types = new ArrayList<>();

        Decoder(byte[] bytes) {
            blob = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(0xeb9f, blob.getShort(0) & 0xffff);
            assertEquals(1, blob.get(2));
            int header = blob.getInt(4);
            assertEquals(24, header);
            int end = header + blob.getInt(8) + blob.getInt(12);
            strings = header + blob.getInt(16);
            assertEquals(bytes.length, strings + blob.getInt(20));
            blob.position(header + blob.getInt(8));
            types.add(new Type("", 0, false, 0, List.of()));
            while (blob.position() < end) {
                types.add(type());
            }
            assertEquals(end, blob.position());
        }

        private Type type() {
            String name = text(blob.getInt());
            int info = blob.getInt();
            int size = blob.getInt();
            int kind = info >>> 24 & 31;
            int length = info & 0xffff;
            List<int[]> rows = new ArrayList<>();
            int words =
                    switch (kind) {
                        case 1 -> 1;
                        case 3, 4, 5, 19 -> 3;
                        case 6 -> 2;
                        default -> 0;
                    };
            int count = kind == 1 || kind == 3 ? 1 : length;
            for (int i = 0; words > 0 && i < count; i++) {
                int[] row = new int[words];
                for (int w = 0; w < words; w++) {
                    row[w] = blob.getInt();
                }
                rows.add(row);
            }
            return new Type(name, kind, info < 0, size, rows);
        }

        String text(int offset) {
            int end = strings + offset;
            while (blob.get(end) != 0) {
                end++;
            }
            byte[] bytes = new byte[end - strings - offset];
            blob.get(strings + offset, bytes);
            return new String(bytes, StandardCharsets.US_ASCII);
        }

        Type named(int kind, String name) {
            return types.stream()
                    .filter(t -> t.kind() == kind && t.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        /** A struct as text: {@code offset type name}, bit offsets and widths as they stand. */
        List<String> members(Type struct) {
            return struct.rows().stream()
                    .map(
                            row -> {
                                int at = struct.flag() ? row[2] & 0xff_ffff : row[2];
                                int bits = struct.flag() ? row[2] >>> 24 : 0;
                                String width = bits == 0 ? "" : ":" + bits;
                                return at + width + " " + spell(row[1]) + " " + text(row[0]);
                            })
                    .toList();
        }

        String spell(int id) {
            Type t = types.get(id);
            return switch (t.kind()) {
                case 0 -> "void";
                case 2 -> spell(t.size()) + "*";
                case 3 -> spell(t.rows().getFirst()[0]) + "[" + t.rows().getFirst()[2] + "]";
                case 4 -> "struct " + t.name();
                case 5 -> "union " + t.name();
                case 6, 19 -> "enum " + t.name();
                case 7 -> (t.flag() ? "union " : "struct ") + t.name();
                case 9 -> "volatile " + spell(t.size());
                case 10 -> "const " + spell(t.size());
                default -> t.name();
            };
        }
    }

    private static Decoder encode(String declarations) {
        return new Decoder(BtfEncoder.encode(CParser.parse(declarations)));
    }

    @Test
    void laysMembersOutAsCompilersDo() {
        Decoder btf =
                encode(
                        """
                        typedef unsigned long u64;
                        struct pair { char first; u64 second; };
                        struct all {
                            char c;
                            short s;
                            int i;
                            const char *text;
                            struct pair pairs[3];
                            struct all *self;
                            struct elsewhere *opaque;
                            volatile long v;
                            _Bool b;
                        };
                        """);
        assertEquals(
                List.of(
                        "0 char c",
                        "16 short int s",
                        "32 int i",
                        "64 const char* text",
                        "128 struct pair[3] pairs",
                        "512 struct all* self",
                        "576 struct elsewhere* opaque",
                        "640 volatile long int v",
                        "704 _Bool b"),
                btf.members(btf.named(4, "all")));
        assertEquals(96, btf.named(4, "all").size());
        assertEquals(List.of("0 char first", "64 u64 second"), btf.members(btf.named(4, "pair")));
        assertEquals("long unsigned int", btf.spell(btf.named(8, "u64").size()));
    }

    @Test
    void keepsAnonymousMembersAndBitFields() {
        Decoder btf =
                encode(
                        """
                        struct flags {
                            int before;
                            unsigned int a : 1;
                            unsigned int b : 30;
                            unsigned int c : 2;
                            union { struct { int x; int y; }; long whole; };
                        };
                        """);
        Type flags = btf.named(4, "flags");
        assertTrue(flags.flag());
        assertEquals(
                List.of(
                        "0 int before",
                        "32:1 unsigned int a",
                        "33:30 unsigned int b",
                        "64:2 unsigned int c",
                        "128 union  "),
                btf.members(flags));
        assertEquals(24, flags.size());
        Type union = btf.types.get(flags.rows().get(4)[1]);
        assertEquals(List.of("0 struct  ", "0 long int whole"), btf.members(union));
        Type inner = btf.types.get(union.rows().getFirst()[1]);
        assertEquals(List.of("0 int x", "32 int y"), btf.members(inner));
    }

    @Test
    void writesEnumsWideAndNarrow() {
        Decoder btf =
                encode(
                        """
                        enum narrow { A, B = 7, C };
                        enum wide { SMALL = 1, LARGE = 0x100000002 };
                        """);
        Type narrow = btf.named(6, "narrow");
        assertEquals(4, narrow.size());
        assertEquals(List.of(0, 7, 8), narrow.rows().stream().map(r -> r[1]).toList());
        Type wide = btf.named(19, "wide");
        assertEquals(8, wide.size());
        assertEquals("LARGE", btf.text(wide.rows().get(1)[0]));
        assertEquals(2, wide.rows().get(1)[1]);
        assertEquals(1, wide.rows().get(1)[2]);
    }

    @ParameterizedTest
    @EnumSource
    void describesEveryEra(KernelEra era) {
        CTypes types = KernelDeclarations.of(era);
        Decoder btf = new Decoder(BtfEncoder.encode(types));
        Type task = btf.named(4, "task_struct");
        int[] comm =
                task.rows().stream()
                        .filter(r -> btf.text(r[0]).equals("comm"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(types.field("task_struct", "comm").offset() * 8, comm[2] & 0xff_ffff);
        assertEquals("char[16]", btf.spell(comm[1]));
        assertEquals(era.mapleTree(), types.has("mm_struct", "mm_mt"));
        assertEquals(!era.mapleTree(), types.has("mm_struct", "mmap"));
        if (era.mapleTree()) {
            assertEquals(256, btf.named(4, "maple_node").size());
            assertEquals(128, types.field("maple_range_64", "slot").offset());
            assertEquals(248, types.field("maple_range_64", "meta").offset());
            assertEquals(80, types.field("maple_arange_64", "slot").offset());
            assertEquals(240, types.field("maple_arange_64", "meta").offset());
        }
        assertEquals(64, btf.named(4, "page").size());
    }
}
