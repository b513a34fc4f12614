package dev.tablewalk.ingest.isf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.types.Field;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Files as dwarf2json writes them, and files as nobody should. */
class IsfReaderTest {
    private static final String FILE =
            """
            {
              "metadata": {
                "linux": {
                  "symbols": [{"kind": "dwarf", "name": "vmlinux", "hash_type": "sha256", "hash_value": "00ff"}],
                  "types": [{"kind": "dwarf", "name": "vmlinux"}]
                },
                "producer": {"name": "dwarf2json", "version": "0.8.0"},
                "format": "6.2.0"
              },
              "base_types": {
                "char": {"size": 1, "signed": false, "kind": "char", "endian": "little"},
                "int": {"size": 4, "signed": true, "kind": "int", "endian": "little"},
                "pointer": {"size": 8, "signed": false, "kind": "int", "endian": "little"},
                "unsigned int": {"size": 4, "signed": false, "kind": "int", "endian": "little"},
                "void": {"size": 0, "signed": false, "kind": "void", "endian": "little"}
              },
              "user_types": {
                "list_head": {"size": 16, "kind": "struct", "fields": {
                  "next": {"type": {"kind": "pointer", "subtype": {"kind": "struct", "name": "list_head"}}, "offset": 0},
                  "prev": {"type": {"kind": "pointer", "subtype": {"kind": "struct", "name": "list_head"}}, "offset": 8}}},
                "task_struct": {"size": 4096, "kind": "struct", "fields": {
                  "pid": {"type": {"kind": "base", "name": "int"}, "offset": 100},
                  "comm": {"type": {"kind": "array", "count": 16, "subtype": {"kind": "base", "name": "char"}}, "offset": 200},
                  "tasks": {"type": {"kind": "struct", "name": "list_head"}, "offset": 300},
                  "in_iowait": {"type": {"kind": "bitfield", "bit_position": 9, "bit_length": 2,
                                "type": {"kind": "base", "name": "unsigned int"}}, "offset": 400},
                  "mode": {"type": {"kind": "enum", "name": "modes"}, "offset": 404},
                  "tail": {"type": {"kind": "array", "count": 0, "subtype": {"kind": "base", "name": "char"}}, "offset": 4096},
                  "unnamed_field_1f8": {"type": {"kind": "union", "name": "unnamed_53f1a2"}, "offset": 504, "anonymous": true},
                  "unnamed_field_210": {"type": {"kind": "struct", "name": "unnamed_771d00"}, "offset": 528}}},
                "unnamed_53f1a2": {"size": 8, "kind": "union", "fields": {
                  "rcu": {"type": {"kind": "pointer", "subtype": {"kind": "function"}}, "offset": 0},
                  "unnamed_field_0": {"type": {"kind": "struct", "name": "unnamed_771d00"}, "offset": 0, "anonymous": true}}},
                "unnamed_771d00": {"size": 8, "kind": "struct", "fields": {
                  "low": {"type": {"kind": "base", "name": "int"}, "offset": 0},
                  "high": {"type": {"kind": "base", "name": "int"}, "offset": 4}}}
              },
              "enums": {
                "modes": {"size": 4, "base": "unsigned int", "constants": {"MODE_A": 0, "MODE_B": 4294967295}},
                "signs": {"size": 8, "base": "void", "constants": {"LEAST": -9223372036854775808, "MOST": 18446744073709551615}}
              },
              "symbols": {
                "linux_banner": {"type": {"kind": "array", "count": 4, "subtype": {"kind": "base", "name": "char"}},
                                 "address": 18446603336244232192, "constant_data": "TGludXggdmVyc2lvbiA2LjEgKGEpICMxIFNNUAoA"},
                "init_task": {"type": {"kind": "struct", "name": "task_struct"}, "address": 18446603336230010304}
              }
            }
            """;

    @TempDir Path folder;

    private Isf read(byte[] bytes) throws IOException {
        return IsfReader.read(Files.write(folder.resolve("kernel.json"), bytes));
    }

    private Isf read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private interface Packer {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] packed(byte[] bytes, Packer packer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = packer.over(out)) {
            packing.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] xz(byte[] bytes) throws IOException {
        return packed(bytes, out -> new XZOutputStream(out, new LZMA2Options(1)));
    }

    @Test
    void membersAreWhereTheFileSays() throws IOException {
        Isf isf = read(FILE);
        assertEquals(field(100, 4), isf.member("task_struct", "pid"));
        assertEquals(
                Optional.of(new Field(200, 16, 0, 0, 16, 0)), isf.member("task_struct", "comm"));
        assertEquals(field(308, 8), isf.member("task_struct", "tasks.prev"));
        assertEquals(
                Optional.of(new Field(401, 4, 1, 2, 1, 0)), isf.member("task_struct", "in_iowait"));
        assertEquals(field(404, 4), isf.member("task_struct", "mode"));
        assertEquals(field(504, 8), isf.member("task_struct", "rcu"));
        assertEquals(field(508, 4), isf.member("task_struct", "high"));
        assertEquals(Optional.of(false), isf.member("task_struct", "tail").map(Field::isKnown));
        assertEquals(Optional.empty(), isf.member("task_struct", "unnamed_field_1f8"));
        assertEquals(Optional.empty(), isf.member("task_struct", "pid.next"));
        assertEquals(Optional.empty(), isf.member("nobody", "pid"));
        assertEquals(OptionalInt.of(16), isf.structSize("list_head"));
        assertEquals(OptionalInt.empty(), isf.structSize("nobody"));
    }

    private static Optional<Field> field(int offset, int size) {
        return Optional.of(new Field(offset, size, 0, 0, 1, 0));
    }

    /** Before its format 6.2, dwarf2json called anonymous members so, and did not mark them. */
    @Test
    void anonymousMembersMayBeToldByTheirNames() throws IOException {
        Isf isf = read(FILE.replace(", \"anonymous\": true", ""));
        assertEquals(field(508, 4), isf.member("task_struct", "high"));
    }

    @Test
    void enumeratorsAndSymbolsMayTakeAll64Bits() throws IOException {
        Isf isf = read(FILE);
        assertEquals(OptionalLong.of(0xffff_ffffL), isf.enumerator("MODE_B"));
        assertEquals(OptionalLong.of(Long.MIN_VALUE), isf.enumerator("LEAST"));
        assertEquals(OptionalLong.of(-1), isf.enumerator("MOST"));
        assertEquals(OptionalLong.empty(), isf.enumerator("MODE_C"));
        assertTrue(isf.hasEnumerator("MODE_A"));
        assertEquals(
                OptionalLong.of(Long.parseUnsignedLong("18446603336230010304")),
                isf.address("init_task"));
        assertEquals("Linux version 6.1 (a) #1 SMP\n", isf.banner());
    }

    @Test
    void packedFilesAreToldByTheirFirstBytes() throws IOException {
        byte[] plain = FILE.getBytes(StandardCharsets.UTF_8);
        assertEquals(field(100, 4), read(xz(plain)).member("task_struct", "pid"));
        assertEquals(
                field(100, 4),
                read(packed(plain, GZIPOutputStream::new)).member("task_struct", "pid"));
        assertEquals(
                field(100, 4),
                read(packed(plain, ZstdOutputStream::new)).member("task_struct", "pid"));
    }

    /** What is wrong is said in one line, with its place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    "offset": 100 | "offset": "100" | /user_types/task_struct/fields/pid/offset: a whole number
                    "offset": 100 | "offset": -100 | -100 is not between
                    "offset": 100 | "offset": 1e3 | a whole number
                    "offset": 100 | "offset": 99999999999999999999 | is not between
                    "offset": 100 | "at": 100 | it has no offset
                    "count": 16 | "count": 2147483648 | is not between
                    "kind": "bitfield" | "kind": "bits" | 'bits' is no kind of type
                    "anonymous": true | "anonymous": 1 | line
                    "format": "6.2.0" | "format": "7.0.0" | format 7.0.0
                    "format": "6.2.0" | "format": 6 | a text should stand here
                    "pointer": {"size": 8 | "pointer": {"size": 4 | do not have 8 bytes
                    "endian": "little" | "endian": "big" | big-endian
                    "constant_data": "T | "constant_data": "=T | base64
                    "address": 18446603336230010304 | "address": 36893488147419103232 | 64 bits
                    "symbols": { | "signs": { | it has no symbols
                    "task_struct": { | "task": { | does not describe task_struct
                    "user_types": { | "user_types": [ | line
                    "enums": { | "enums": 5, "e": { | /enums: an object
                    """)
    void whatIsWrongIsSaidWithItsPlace(String right, String wrong, String said) {
        String text = FILE.replace(right, wrong);
        assertTrue(!text.equals(FILE), right);
        UserError error = assertThrows(UserError.class, () -> read(text));
        assertEquals(UserError.Kind.INPUT, error.kind());
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains(said), message);
        assertTrue(message.contains("kernel.json") && !message.contains("\n"), message);
    }

    @Test
    void noFileIsSaidSo() {
        for (Path none : new Path[] {folder.resolve("none"), folder}) {
            UserError error = assertThrows(UserError.class, () -> IsfReader.read(none));
            assertEquals(UserError.Kind.INPUT, error.kind());
        }
    }

    /** Text that is short when packed, and would fill any memory or stack. */
    @Test
    void bombsDoNotGoOff() throws IOException {
        String deep = "{\"kind\": \"pointer\", \"subtype\": ".repeat(100_000);
        String many = "\"x\": {\"size\": 1},".repeat(3_000_000);
        String[] bombs = {
            FILE.replace("{\"kind\": \"base\", \"name\": \"int\"}", deep),
            FILE.replace("\"base_types\": {", "\"base_types\": {" + many),
            FILE.replace("\"metadata\"", "\"" + "m".repeat(10_000_000) + "\""),
            FILE.replace("\"task_struct\"", "\"" + "[".repeat(10_000_000)),
        };
        for (String bomb : bombs) {
            byte[] bytes = xz(bomb.getBytes(StandardCharsets.UTF_8));
            assertTimeoutPreemptively(
                    Duration.ofMinutes(1), () -> assertThrows(UserError.class, () -> read(bytes)));
        }
    }

    /** A struct whose anonymous members are itself, so that each look multiplies. */
    @Test
    void aStructInsideItself() throws IOException {
        Isf isf =
                read(
                        FILE.replace("\"name\": \"unnamed_53f1a2\"", "\"name\": \"task_struct\"")
                                .replace("unnamed_771d00", "task_struct"));
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertEquals(Optional.empty(), isf.member("task_struct", "nobody")));
    }

    @Test
    void cutAnywhere() throws IOException {
        byte[] plain = FILE.getBytes(StandardCharsets.UTF_8);
        int end = FILE.strip().length();
        for (byte[] whole : new byte[][] {Arrays.copyOf(plain, end), xz(plain)}) {
            for (int length = 0; length < whole.length; length += 7) {
                byte[] cut = Arrays.copyOf(whole, length);
                UserError error = assertThrows(UserError.class, () -> read(cut));
                assertEquals(UserError.Kind.INPUT, error.kind());
            }
        }
    }

    /** It is read, or there is an error in one line; nothing else comes out. */
    @Test
    void overwrittenAnywhere() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] plain = FILE.getBytes(StandardCharsets.UTF_8);
        byte[] signs = "{}[]\",:0-9.eE\\tfn \0\n".getBytes(StandardCharsets.UTF_8);
        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> {
                    byte[] xz = xz(plain);
                    byte[] zstd = packed(plain, ZstdOutputStream::new);
                    for (int i = 0; i < 4000; i++) {
                        byte[] damaged = (i % 4 == 3 ? xz : i % 4 == 2 ? zstd : plain).clone();
                        for (int n = random.nextInt(4); n >= 0; n--) {
                            damaged[random.nextInt(damaged.length)] =
                                    random.nextBoolean()
                                            ? signs[random.nextInt(signs.length)]
                                            : (byte) random.nextInt(256);
                        }
                        ask(damaged);
                    }
                });
    }

    private void ask(byte[] bytes) throws IOException {
        Isf isf;
        try {
            isf = read(bytes);
        } catch (UserError e) {
            assertTrue(!String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
            return;
        }
        for (String path : new String[] {"pid", "comm", "tasks.prev", "high", "in_iowait"}) {
            isf.member("task_struct", path);
        }
    }
}
