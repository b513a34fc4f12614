package dev.tablewalk.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.PropertyMap.Differences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PropertyMapTest {
    private static Map<String, Object> described(Differences differences) {
        return PropertyMap.of(differences::describe);
    }

    @Test
    void keepsEachTypeInTheOrderOfPutting() {
        List<String> ways = new ArrayList<>(List.of("walk", "scan"));
        Map<String, Object> map =
                PropertyMap.of(
                        to -> {
                            to.put("z", Long.MIN_VALUE);
                            to.put("a", true);
                            to.put("m", "text");
                            to.put("b", ways);
                        });
        ways.clear(); // What was put is not what the caller does with his list after.
        assertEquals(List.of("z", "a", "m", "b"), List.copyOf(map.keySet()));
        assertEquals(
                List.of(Long.MIN_VALUE, true, "text", List.of("walk", "scan")),
                List.copyOf(map.values()));
        assertEquals(map, PropertyMap.of(to -> PropertyMap.describe(map, to)));
    }

    @Test
    void whatNoPropertyCanBeIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PropertyMap.of(to -> PropertyMap.describe(Map.of("n", 1), to)));
    }

    @Test
    void whatIsAlikeDoesNotDiffer() {
        Map<String, Object> one = Map.of("n", 1L, "ways", List.of("walk"));
        Differences none = Differences.of(one, Map.copyOf(one));
        assertTrue(none.isNone());
        assertEquals(one, described(none));
    }

    @Test
    void whatDiffersIsToldOfBothSides() {
        Differences some =
                Differences.of(
                        Map.of("same", 1L, "n", 2L, "gone", true),
                        Map.of("same", 1L, "n", 3L, "come", "x"));
        assertFalse(some.isNone());
        assertEquals(Map.of("n", 2L, "gone", true), some.before());
        assertEquals(Map.of("n", 3L, "come", "x"), some.after());
        assertEquals(
                Map.of(
                        "same",
                        1L,
                        "n",
                        3L,
                        "come",
                        "x",
                        "before_n",
                        2L,
                        "before_gone",
                        true,
                        "after_n",
                        3L,
                        "after_come",
                        "x"),
                described(some));
    }

    @Test
    void aPropertyThatOneSideLacksIsADifference() {
        assertFalse(Differences.of(Map.of("n", 1L), Map.of()).isNone());
        assertFalse(Differences.of(Map.of(), Map.of("n", 1L)).isNone());
        assertFalse(Differences.of(Map.of("n", 1L), Map.of("n", "1")).isNone());
    }

    @Test
    void whatIsOnOneSideHasNothingToCompare() {
        Map<String, Object> one = Map.of("n", 1L);
        for (Differences each : List.of(Differences.of(one, null), Differences.of(null, one))) {
            assertFalse(each.isNone());
            assertTrue(each.oneSided());
            assertEquals(one, described(each));
        }
        assertFalse(Differences.of(Map.of(), null).isNone(), "it came or went all the same");
        assertThrows(NullPointerException.class, () -> Differences.of(null, null));
    }
}
