package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are not read are called what they are. */
class OtherFormatTest {
    @TempDir Path folder;

    private Path file(String start, int size) throws IOException {
        byte[] bytes = Arrays.copyOf(start.getBytes(StandardCharsets.ISO_8859_1), size);
        return Files.write(folder.resolve("file"), bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "QFI\u00fb, -loadvm",
        "KDMV, VMware",
        "<<< Oracle VM VirtualBox Disk Image >>>, VirtualBox",
        "\u00d2\u00be\u00d2\u00be, .vmem",
        "vhdxfile, Hyper-V",
        "LibxlFmt, Xen",
        "PAGEDU64, Windows",
        "BZh9, unpack"
    })
    void isNamed(String start, String text) throws IOException {
        Path file = file(start, 8192);
        UserError e = assertThrows(UserError.class, () -> open(file, false));
        assertTrue(String.valueOf(e.getMessage()).contains(text), e.getMessage());
        assertEquals(UserError.Kind.IMAGE, e.kind());
        open(file, true); // who says where RAM lies in it, is believed
    }

    @Test
    void hibernatedSwap() throws IOException {
        byte[] bytes = new byte[8192];
        byte[] mark = "S1SUSPEND\0".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(mark, 0, bytes, 4096 - mark.length, mark.length);
        Path file = Files.write(folder.resolve("file"), bytes);
        UserError e = assertThrows(UserError.class, () -> open(file, false));
        assertTrue(String.valueOf(e.getMessage()).contains("hibernated"), e.getMessage());
    }

    private void open(Path file, boolean raw) {
        Image.open(List.of(file), raw, folder, Progress.NONE).close();
    }
}
