package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QueryLibraryTest {
    private static final String BUILT_IN = "overlapping_vmas";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private void write(String path, String more) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.resolveSibling("x").getParent());
        String name = String.valueOf(file.getFileName());
        Files.writeString(
                file,
                "// id: "
                        + name.replace(".cypher", "")
                        + "\n// title: Mine\n// kind: constraint\n// severity: info\n"
                        + "// meaning: M\n// column: n integer | N\n"
                        + more
                        + "RETURN 1 AS n\n");
    }

    private String refusal(Path... folders) {
        return String.valueOf(
                assertThrows(UserError.class, () -> QueryLibrary.with(List.of(folders)))
                        .getMessage());
    }

    @Test
    void builtInsAreFoundByTheirFolders() {
        QueryLibrary library = QueryLibrary.builtIn();
        assertFalse(library.constraints().isEmpty());
        assertEquals("vmas", library.get(BUILT_IN).category());
        assertTrue(library.all().stream().allMatch(SavedQuery::isBuiltIn));
    }

    /** What a finding is known by must be the same on the next boot. */
    @Test
    void noFindingIsKnownByAnAddressAPidOrAFrame() {
        Set<String> fleeting =
                Set.of("pid", "tgid", "pids", "address", "mm", "va", "pa", "pfn", "start", "end");
        for (SavedQuery query : QueryLibrary.builtIn().all()) {
            for (SavedQuery.Column column : query.columns()) {
                if (query.kind() == SavedQuery.Kind.CONSTRAINT
                        && query.identity().columns().contains(column.name())) {
                    String where = query.id() + ": " + column;
                    assertFalse(fleeting.contains(column.name()), where);
                    assertFalse(column.name().matches(".*_(pa|va|pid|pfn)"), where);
                    assertNotEquals(ColumnType.HEX, column.type(), where);
                    assertNotEquals(ColumnType.HEXES, column.type(), where);
                    assertFalse(column.meaning().matches(".*(address|task_struct).*"), where);
                }
            }
        }
    }

    /** What a descriptor's bits mean is the architecture's: properties say it. */
    @Test
    void noQueryReadsTheBitsOfADescriptor() {
        assertNoStatementHas("\\braw\\b|\\bdescriptor\\b", "WHERE (l.raw / 4) % 2 = 0");
    }

    /**
     * Through shared tables, such as KASAN's shadow of nothing, lead millions of ways, and which
     * pattern the planner begins with depends on the guest: {@code tw.tables} and {@code tw.places}
     * go to each table once.
     */
    @Test
    void noQueryFollowsAllWaysThroughTables() {
        assertNoStatementHas(
                "\\[[^]]*\\*[^]]*]|\\)[*+{]", "MATCH (t)<-[:POINTS_TO*0..4]-(root:PageTable)");
    }

    private static void assertNoStatementHas(String regex, String example) {
        Pattern pattern = Pattern.compile(regex);
        for (SavedQuery query : QueryLibrary.builtIn().all()) {
            String statement = query.cypher().replaceAll("(?m)//.*$", "");
            Matcher matcher = pattern.matcher(statement);
            assertFalse(matcher.find(), () -> query.id() + ": " + matcher.group());
        }
        assertTrue(pattern.matcher(example).find());
    }

    @Test
    void aUsersOwnStandBesideThem() throws IOException {
        write("a/mine.cypher", "");
        write("a/deep/other.cypher", "");
        Files.writeString(folder.resolve("a/README.md"), "no query");
        QueryLibrary library =
                QueryLibrary.with(List.of(folder.resolve("a"), folder.resolve("a/../a")));
        assertEquals("own", library.get("mine").category());
        assertEquals("deep", library.get("other").category());
        assertEquals(QueryLibrary.builtIn().constraints().size() + 2, library.constraints().size());
    }

    @Test
    void oneIdIsOneQuery() throws IOException {
        write("a/mine.cypher", "");
        write("b/mine.cypher", "");
        String refusal = refusal(folder.resolve("a"), folder.resolve("b"));
        assertTrue(refusal.endsWith("have one id: rename one of them"), refusal);
        assertTrue(refusal.contains("a/mine.cypher") && refusal.contains("b/mine.cypher"));
    }

    @Test
    void aBuiltInIsReplacedOnlyIfThatIsSaid() throws IOException {
        write("a/" + BUILT_IN + ".cypher", "");
        assertTrue(refusal(folder.resolve("a")).contains("has the id of a built-in query"));
        write("a/" + BUILT_IN + ".cypher", "// replaces: built-in\n");
        QueryLibrary library = QueryLibrary.with(List.of(folder.resolve("a")));
        assertEquals("Mine", library.get(BUILT_IN).title());
        assertEquals(QueryLibrary.builtIn().all().size(), library.all().size());
    }

    @Test
    void aReplacementNeedsWhatItReplaces() throws IOException {
        write("a/mine.cypher", "// replaces: built-in\n");
        assertTrue(refusal(folder.resolve("a")).endsWith("there is no mine"));
    }

    @Test
    void aMisspeltIdIsPutRight() {
        String message =
                String.valueOf(
                        assertThrows(
                                        UserError.class,
                                        () -> QueryLibrary.builtIn().get("overlapping_vma"))
                                .getMessage());
        assertTrue(message.contains("did you mean " + BUILT_IN + "?"), message);
        assertThrows(UserError.class, () -> QueryLibrary.builtIn().get(""));
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        assertTrue(refusal(folder.resolve("none")).startsWith("no folder "));
        Files.write(folder.resolve("bad.cypher"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertTrue(refusal(folder).contains("bad.cypher cannot be read as UTF-8"));
    }
}
