package dev.tablewalk.cli.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements and commands begin and end. */
class ShellScannerTest {
    private static ShellInput statement(String cypher) {
        return new ShellInput.Statement(cypher);
    }

    private static ShellInput command(String line) {
        return new ShellInput.Command(line);
    }

    private static boolean isOpen(String text) {
        StatementScanner scanner = new StatementScanner();
        scanner.add(text + "\n");
        return scanner.isOpen();
    }

    @Test
    void aStatementEndsWithASemicolon() {
        assertEquals(
                List.of(statement("RETURN 1"), statement("RETURN\n 2"), statement("RETURN 3")),
                StatementScanner.all("RETURN 1; RETURN\n 2 ;;\n;RETURN 3"));
    }

    @Test
    void aCommandEndsWithItsLine() {
        assertEquals(
                List.of(command("hex"), statement("RETURN 1"), command("param a=;b"), command("q")),
                StatementScanner.all(" :hex\nRETURN 1;:param a=;b\n\n:q ;"));
        assertEquals(
                List.of(statement("MATCH (n\n:Task)")), StatementScanner.all("MATCH (n\n:Task)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "';'",
                "\";\"",
                "`;`",
                "'\\';'",
                "\"\\\";\"",
                "`a``;`",
                "'\"' + ';'",
                "1 // ; '\n",
                "1 /* ; ' */",
                "1 /* * ; **/",
                "'// ' + ';'",
                "\"/*\"",
                "1 / 2 // ;\n + 3"
            })
    void whatIsQuotedOrACommentEndsNothing(String text) {
        assertEquals(
                List.of(statement(("RETURN " + text).strip()), statement("RETURN 2")),
                StatementScanner.all("RETURN " + text + ";RETURN 2;"));
    }

    @Test
    void commentsBetweenStatementsAreDropped() {
        assertEquals(
                List.of(statement("RETURN 1"), command("hex"), statement("RETURN 2 // two")),
                StatementScanner.all("// one;\n/* : */ RETURN 1; // done\n:hex\nRETURN 2 // two"));
        assertEquals(List.of(), StatementScanner.all("// nothing\n /* at all */ "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RETURN 1", "RETURN ';", "/* a", "/* a *", "RETURN 1; RETURN", "`a;"})
    void moreMustCome(String text) {
        assertTrue(isOpen(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "RETURN 1;", ":hex", "// a", "/* a */", ";", "RETURN ';';", ":x '"})
    void enough(String text) {
        assertFalse(isOpen(text));
    }

    @Property(tries = 300)
    void piecesDoNotMatter(@ForAll("texts") String text, @ForAll List<Boolean> cuts) {
        StatementScanner scanner = new StatementScanner();
        List<ShellInput> inPieces = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < Math.min(text.length(), cuts.size()); i++) {
            if (cuts.get(i)) {
                inPieces.addAll(scanner.add(text.substring(from, i)));
                from = i;
            }
        }
        inPieces.addAll(scanner.add(text.substring(from)));
        scanner.end().ifPresent(inPieces::add);
        assertEquals(StatementScanner.all(text), inPieces);
    }

    @Property(tries = 300)
    void aStringOfAnythingIsOneStatement(@ForAll("texts") String text) {
        String quoted = "RETURN '" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        assertEquals(
                List.of(statement(quoted), command("q")), StatementScanner.all(quoted + ";:q"));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab:;'\"`/*\\ \n").ofMaxLength(40);
    }
}
