package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.isf.Isf;
import dev.tablewalk.ingest.isf.IsfReader;
import dev.tablewalk.ingest.isf.IsfSymbol;
import dev.tablewalk.ingest.isf.IsfType;
import dev.tablewalk.ingest.isf.IsfWriter;
import dev.tablewalk.ingest.synthetic.Btfs;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.types.Field;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsfWriterTest {
    private static final String DECLARATIONS =
            """
            typedef struct { int counter; } atomic_t;
            enum mode { MODE_A = 1, MODE_B = -2 };
            struct task_struct {
                char c;
                union {
                    struct { short a; struct { long deep; }; };
                    atomic_t shared[3];
                };
                union { int x; long y; };
                unsigned int flag : 3;
                unsigned int other : 7;
                unsigned int far : 30;
                enum mode mode;
                const struct task_struct *next;
            };
            """;

    /** {@code btf_type.info}: {@code BTF_KIND_ENUM}, and how many enumerators. */
    private static final int ENUM_OF_ONE = 6 << 24 | 1;

    private static final int ENUM_OF_TWO = 6 << 24 | 2;
    private static final int SIGNED = 1 << 31;

    @TempDir Path folder;

    private static String text(Btf btf) throws IOException {
        return text(btf, new TreeMap<>());
    }

    private static String text(Btf btf, SortedMap<String, IsfSymbol> symbols) throws IOException {
        StringWriter out = new StringWriter();
        IsfWriter.write(btf, symbols, "0.1.0-SNAPSHOT", out);
        return out.toString();
    }

    private Isf written(Btf btf) throws IOException {
        return IsfReader.read(Files.writeString(folder.resolve("k.json"), text(btf)));
    }

    @Test
    void membersStayWhereTheyAre() throws IOException {
        Btf btf = Btf.parse(Btfs.of(DECLARATIONS)).orElseThrow();
        Isf isf = written(btf);
        for (String path :
                List.of(
                        "c", "a", "deep", "shared", "x", "y", "flag", "other", "far", "mode",
                        "next", "none", "counter")) {
            Optional<Field> field = btf.member("task_struct", path);
            Optional<Field> same = isf.member("task_struct", path);
            assertEquals(field.isPresent(), same.isPresent(), path);
            if (field.isPresent() && same.isPresent()) {
                Field f = field.get();
                assertEquals(
                        new Field(f.offset(), f.size(), f.bitShift(), f.bitSize(), f.elements(), 0),
                        same.get(),
                        path);
            }
        }
        assertEquals(btf.structSize("task_struct"), isf.structSize("task_struct"));
        assertEquals(OptionalLong.of(1), isf.enumerator("MODE_A"));
        assertEquals(OptionalLong.of(-2), isf.enumerator("MODE_B"));
    }

    /** A bit-field is told from the start of the unit of its type, as a compiler would read it. */
    @Test
    void bitFieldsCountFromTheirTypesBounds() throws IOException {
        Btf btf = Btf.parse(Btfs.of(DECLARATIONS)).orElseThrow();
        Field far = btf.member("task_struct", "far").orElseThrow();
        assertTrue(
                text(btf)
                        .contains(
                                "\"far\":{\"type\":{\"kind\":\"bitfield\",\"bit_position\":0,"
                                        + "\"bit_length\":30,\"type\":{\"kind\":\"base\","
                                        + "\"name\":\"unsigned int\"}},\"offset\":"
                                        + far.offset()
                                        + "}"));
        assertTrue(text(btf).contains("\"bit_position\":3,\"bit_length\":7"));
    }

    @Test
    void aSymbolThatNamesATableIsLeftOut() throws IOException {
        SortedMap<String, IsfSymbol> symbols = new TreeMap<>();
        for (String name : List.of("one", "other!two")) {
            symbols.put(name, new IsfSymbol(0x1000, IsfType.VOID));
        }
        Btf btf = Btf.parse(Btfs.of("struct task_struct { int pid; };")).orElseThrow();
        String text = text(btf, symbols);
        assertTrue(text.contains("\"one\""), text);
        assertFalse(text.contains("two"), text);
    }

    /** The integers of one byte are characters; a packed enum is read by one of them. */
    @Test
    void packedEnumsHaveABase() throws IOException {
        ByteBuffer blob =
                ByteBuffer.wrap(
                                Btfs.of(
                                        "enum hint { NOT_SET, NONE }; enum sign { BELOW = -1 };"
                                                + " struct task_struct { unsigned char c;"
                                                + " enum hint hint; enum sign sign; };"))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int changed = 0;
        for (int at = blob.getInt(4); at + 8 <= blob.limit(); at += 4) {
            if (blob.getInt(at + 4) == 4) {
                if (blob.getInt(at) == ENUM_OF_ONE) {
                    blob.putInt(at, ENUM_OF_ONE | SIGNED);
                    changed++;
                } else if (blob.getInt(at) == ENUM_OF_TWO) {
                    blob.putInt(at + 4, 1);
                    changed++;
                }
            }
        }
        assertEquals(2, changed);
        String text = text(Btf.parse(blob.array()).orElseThrow());
        assertTrue(text.contains("\"hint\":{\"size\":1,\"base\":\"unsigned char\","), text);
    }

    /** Two files of the kernel may each have their own struct of one name. */
    @Test
    void definitionsOfOneNameAreToldApart() throws IOException {
        byte[] blob =
                Btfs.of(
                        "struct one { int first; }; struct two { long second; };"
                                + " struct task_struct { struct one *a; struct two b; };");
        String bytes = new String(blob, StandardCharsets.ISO_8859_1);
        byte[] renamed = bytes.replace("\0two\0", "\0one\0").getBytes(StandardCharsets.ISO_8859_1);
        Isf isf = written(Btf.parse(renamed).orElseThrow());
        assertEquals(OptionalInt.of(4), isf.structSize("one"));
        assertEquals(OptionalInt.of(8), isf.structSize("one___2"));
        assertEquals(Optional.of(8), isf.member("task_struct", "b.second").map(Field::offset));
    }

    /** Damaged BTF gives a file with fewer or stranger types, and one that can be read. */
    @Test
    void damagedBtfGivesAFileAllTheSame() {
        byte[] whole = Btfs.kernel(KernelEra.LINUX_6_12);
        Random random = new Random(12);
        int[] read = {0};
        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> {
                    for (int i = 0; i < 1000; i++) {
                        byte[] damaged = whole.clone();
                        for (int n = random.nextInt(8); n >= 0; n--) {
                            int at = 24 + random.nextInt(damaged.length - 24);
                            damaged[at] = (byte) random.nextInt(256);
                        }
                        try {
                            written(Btf.parse(damaged).orElseThrow());
                            read[0]++;
                        } catch (UserError e) {
                            String said = String.valueOf(e.getMessage());
                            assertTrue(
                                    said.contains("task_struct") || said.contains("between"), said);
                        }
                    }
                });
        assertTrue(read[0] > 300, "hardly one of 1000 was read: " + read[0]);
    }
}
