package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.synthetic.Btfs;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.types.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** BTF that is cut, overwritten or made up gives fewer types, and never an exception. */
class DamagedBtfTest {
    private static final List<String> WANTED =
            List.of(
                    "task_struct.comm",
                    "task_struct.in_iowait",
                    "mm_struct.pgd",
                    "vm_area_struct.vm_flags",
                    "dentry.d_name.len",
                    "file.f_path.dentry",
                    "page.compound_head");

    private static int ask(Optional<Btf> parsed) {
        int answers = 0;
        if (parsed.isPresent()) {
            Btf btf = parsed.get();
            for (String each : WANTED) {
                int dot = each.indexOf('.');
                Optional<Field> field = btf.member(each.substring(0, dot), each.substring(dot + 1));
                answers += field.isPresent() ? 1 : 0;
            }
            btf.enumerator("maple_arange_64");
            btf.structSize("task_struct");
            for (int id = 0; id <= btf.end(); id++) {
                btf.type(id);
            }
        }
        return answers;
    }

    @ParameterizedTest
    @EnumSource
    void cutAtEveryByte(KernelEra era) {
        byte[] whole = Btfs.kernel(era);
        assertEquals(WANTED.size(), ask(Btf.parse(whole)));
        for (int length = 0; length < whole.length; length++) {
            ask(Btf.parse(Arrays.copyOf(whole, length)));
        }
        assertEquals(0, ask(Btf.parse(Arrays.copyOf(whole, 24))));
    }

    @Test
    void overwrittenAnywhere() {
        byte[] whole = Btfs.kernel(KernelEra.LINUX_6_12);
        Random random = new Random(11);
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int i = 0; i < 3000; i++) {
                        byte[] damaged = whole.clone();
                        for (int n = random.nextInt(8); n >= 0; n--) {
                            int at = random.nextInt(damaged.length);
                            damaged[at] = (byte) random.nextInt(256);
                        }
                        ask(Btf.parse(damaged));
                    }
                });
    }

    @Test
    void membersAsTheCompilerLaysThemOut() {
        String declarations =
                """
                struct list_head { struct list_head *next, *prev; };
                typedef struct { int counter; } atomic_t;
                struct outer {
                    char c;
                    union {
                        struct { short a; struct { long deep; }; };
                        atomic_t shared[3];
                    };
                    unsigned int flag : 3;
                    unsigned int other : 7;
                    const struct list_head list;
                };
                """;
        Btf btf = Btf.parse(Btfs.of(declarations)).orElseThrow();
        for (String path : List.of("c", "a", "deep", "shared", "list", "list.prev")) {
            assertEquals(
                    Btfs.offset(declarations, "outer", path),
                    btf.member("outer", path).orElseThrow().offset(),
                    path);
        }
        Field other = btf.member("outer", "other").orElseThrow();
        assertEquals(7, other.bitSize());
        assertEquals(24 * 8 + 3, other.offset() * 8 + other.bitShift());
        assertEquals(3, btf.member("outer", "shared").orElseThrow().elements());
        assertFalse(btf.member("outer", "counter").isPresent());
    }

    /** What a whole description lacks the kernel has not; of a damaged one it may be lost. */
    @Test
    void whatMayBeLostIsTold() {
        byte[] blob =
                Btfs.of(
                        "struct cred { int uid; int gid; };"
                                + " struct file { struct { int a; }; struct { int b; } in; };");
        Btf whole = Btf.parse(blob).orElseThrow();
        assertTrue(whole.member("cred", "euid").isEmpty());
        assertTrue(whole.member("dentry", "d_name").isEmpty());
        assertEquals(Set.of(), whole.lost());
        assertEquals("BTF", whole.source());

        String text = new String(blob, StandardCharsets.ISO_8859_1);
        for (String overwritten : List.of("\0", "x")) {
            Btf damaged =
                    Btf.parse(
                                    text.replace("\0gid\0", "\0" + overwritten.repeat(3) + "\0")
                                            .replace("\0file\0", overwritten.repeat(6))
                                            .getBytes(StandardCharsets.ISO_8859_1))
                            .orElseThrow();
            assertTrue(damaged.member("cred", "uid").isPresent());
            assertTrue(damaged.member("cred", "gid").isEmpty());
            assertTrue(damaged.member("file", "in.b").isEmpty());
            assertTrue(damaged.enumerator("MM_FILEPAGES").isEmpty());
            assertTrue(damaged.structSize("dentry").isEmpty());
            assertEquals("BTF (which is damaged)", damaged.source());
            assertTrue(
                    damaged.lost().containsAll(Set.of("file.in.b", "MM_FILEPAGES", "dentry")),
                    damaged.lost()::toString);
            assertEquals(overwritten.equals("\0"), damaged.lost().contains("cred.gid"));
        }
    }

    /** A struct whose anonymous members are itself, so that each look multiplies. */
    @Test
    void aStructInsideItself() {
        byte[] blob = Btfs.of("struct task_struct { struct { int a; }; struct { int b; }; };");
        ByteBuffer words = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
        int types = 24;
        // Type 1 is task_struct: its two members are named by nothing, and now are type 1.
        assertEquals(4, words.getInt(types + 4) >>> 24 & 31);
        words.putInt(types + 12 + 4, 1);
        words.putInt(types + 12 + 12 + 4, 1);
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () ->
                        assertTrue(
                                Btf.parse(blob)
                                        .flatMap(btf -> btf.member("task_struct", "comm"))
                                        .isEmpty()));
    }
}
