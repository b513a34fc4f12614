package dev.tablewalk.cypher.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushedQueryTest {
    private static String restricted(String cypher) {
        return PushedQuery.restricted(cypher, "mine", "a.b");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "(t:Task {pid: 1})|(t:Task:~ {pid: 1})",
                "(t:PageTable:Root)-[:POINTS_TO*1..5]->(r)|(t:PageTable:Root:~)-[:POINTS_TO*1..5]->(r)",
                "WHERE m:MmStruct AND NOT t:Added|WHERE m:MmStruct:~ AND NOT t:Added:~",
                "RETURN ':Task' AS a // :Vma|RETURN ':Task' AS a // :Vma",
                "(t:Tasks)|(t:Tasks)"
            },
            delimiter = '|')
    void joinsTheCheckpointsLabelToEachOfTheSchema(String cypher, String expected) {
        assertEquals(expected.replace("~", "`Checkpoint_a.b`"), restricted(cypher));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(n:Task|Vma)", "(n:Task & Vma)", "(n:!Task)", "(n:(Task))", "(n:$(l))"})
    void doesNotGuessAtLabelExpressions(String cypher) {
        UserError refused = assertThrows(UserError.class, () -> restricted(cypher));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("mine has a label expression"));
    }
}
