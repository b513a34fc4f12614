package dev.tablewalk.cypher.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TruthReaderTest {
    private static final String PLAIN =
            """
            PAGESIZE 16384
            VERSION Linux version 6.12
            IOMEM   40200000-41f2ffff : Kernel code
            S 1 Name:\tinit
            S 1 PPid:\t0
            T 1 1 init
            T 1 9 two words
            V 1 400000-404000 r-xp 00000000 00:02 17                                 /bin/a b
            P 1 400000 45b6f 142
            V 1 ffff8000-ffffc000 rw-p 00000000 00:00 0\s
            P 1 ffff8000 1c80 80
            S 2 Name:\tkthreadd
            S 2 PPid:\t0
            T 2 2 kthreadd
            S 30 Name:\ttruth
            S 30 PPid:\t1
            T 30 30 truth
            V 30 400000-404000 r-xp 00000000 00:02 17                                 /bin/truth
            END
            """;

    @TempDir private Path folder;

    private Truth read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private Truth read(byte[] bytes) throws IOException {
        return TruthReader.read(Files.write(folder.resolve("truth"), bytes), Progress.NONE);
    }

    private static Truth.GuestProcess process(Truth truth, int pid) {
        return Objects.requireNonNull(truth.processes().get(pid));
    }

    private String refusal(String text) {
        return String.valueOf(assertThrows(UserError.class, () -> read(text)).getMessage());
    }

    @Test
    void readsTasksAreasAndPages() throws IOException {
        Truth truth = read(PLAIN);
        assertEquals(16384, truth.pageSize());
        assertEquals(List.of(1, 2, 30), List.copyOf(truth.processes().keySet()));
        Truth.GuestProcess init = process(truth, 1);
        assertEquals("two words", init.threads().get(9));
        assertEquals(
                List.of(
                        new Truth.Area(0x400000, 0x404000, "r-xp", "/bin/a b"),
                        new Truth.Area(0xffff8000L, 0xffffc000L, "rw-p", "")),
                List.copyOf(init.areas().values()));
        assertEquals(2, init.pages().size());
        assertEquals(0x400000, init.pages().va(0));
        assertEquals("pfn 0x45b6f", Target.text(init.pages().target(0)));
        assertEquals("swap type 0 offset 0xe4", Target.text(init.pages().target(1)));
        assertEquals(0, process(truth, 2).areas().size());
    }

    @Test
    void readsMoreOfAThreadAndWhatWasNotRead() throws IOException {
        String more =
                """
                T 1 9 two words
                A 1 9 D 0 4294967295 3 12345678901
                U 1 7f0000000000 7fff00000000
                """;
        Truth truth = read(PLAIN.replace("T 1 9 two words\n", more));
        Truth.GuestProcess init = process(truth, 1);
        assertEquals(
                new Truth.Standing("D", 0, 4294967295L, 3, 12345678901L), init.standings().get(9));
        assertTrue(init.unread().contain(0x7f0000000000L));
        assertTrue(init.unread().contain(0x7ffeffffffffL));
        assertFalse(init.unread().contain(0x7fff00000000L));
        assertTrue(process(read(PLAIN), 1).standings().isEmpty());
    }

    @Test
    void whatTheKernelShowsToAllIsNoAreaOfAProcess() throws IOException {
        String gate = "V 1 ffffffffff600000-ffffffffff601000 r-xp 0 00:00 0 [vsyscall]\nT 1 9";
        assertEquals(
                process(read(PLAIN), 1).areas(),
                process(read(PLAIN.replace("T 1 9", gate)), 1).areas());
    }

    @Test
    void tellsTheCollectorByItsSilence() throws IOException {
        assertEquals(
                new Truth.Collector(30, OptionalInt.of(1), OptionalLong.empty()),
                read(PLAIN).collector().orElseThrow());
    }

    @Test
    void believesTheCollectorsOwnWordFirst() throws IOException {
        Truth truth = read(PLAIN.replace("VERSION", "C 44 43 250 100\nVERSION"));
        assertEquals(
                new Truth.Collector(44, OptionalInt.of(43), OptionalLong.of(2_500_000_000L)),
                truth.collector().orElseThrow());
    }

    @Test
    void namesNoCollectorWhereSeveralAreSilent() throws IOException {
        String two =
                PLAIN.replace("P 1 400000 45b6f 142\n", "").replace("P 1 ffff8000 1c80 80\n", "");
        assertEquals(30, read(two).collector().orElseThrow().pid(), "the one named truth");
        assertTrue(read(two.replace("Name:\ttruth", "Name:\tcat")).collector().isEmpty());
    }

    @Test
    void skipsTheNulsOfADisk() throws IOException {
        byte[] text = PLAIN.getBytes(StandardCharsets.UTF_8);
        byte[] disk = new byte[text.length + 8192];
        System.arraycopy(text, 0, disk, 4096, text.length);
        assertEquals(3, read(disk).processes().size());
    }

    @Test
    void readsNothingBehindTheEnd() throws IOException {
        assertEquals(3, read(PLAIN + "T 77 77 stale\nrubbish").processes().size());
    }

    @Test
    void refusesATruthThatWasCutShort() {
        assertTrue(refusal(PLAIN.replace("END\n", "")).contains("does not end in END"));
        assertTrue(refusal(PLAIN.replace("END\n", "EN")).contains("does not end in END"));
    }

    @Test
    void refusesWhatIsNoTruth() {
        assertTrue(refusal("").contains("END"));
        assertTrue(refusal("hello\nEND\n").contains("PAGESIZE"));
        assertTrue(refusal("PAGESIZE 4095\nEND\n").contains("PAGESIZE"));
        assertTrue(refusal("PAGESIZE x\nEND\n").contains("PAGESIZE"));
    }

    @Test
    void refusesABrokenRecordAndSaysWhere() {
        for (String broken :
                List.of(
                        "P 1 40000g 1 100",
                        "P 1 400000 1",
                        "P 99999999999 1 1 100",
                        "P 1 11112222333344445 1 100",
                        "V 1 400000 r-xp 0 00:00 0 ",
                        "T x 1 name",
                        "A 1 1 S -1 0 0 5",
                        "A 1 1 S 0 0 0",
                        "U 1 1000",
                        "C 1 1 1 0")) {
            String message = refusal("PAGESIZE 4096\n" + broken + "\nEND\n");
            assertTrue(message.contains("line 2"), message);
        }
    }

    @Test
    void keepsTheLastWordOnAPageThatWasMetTwice() throws IOException {
        Truth truth =
                read(
                        """
                        PAGESIZE 4096
                        P 1 3000 a 100
                        P 1 1000 b 100
                        P 1 3000 c 100
                        END
                        """);
        PageList pages = process(truth, 1).pages();
        assertEquals(2, pages.size());
        assertEquals(0x1000, pages.va(0));
        assertEquals(Target.present(0xc), pages.target(1));
    }
}
