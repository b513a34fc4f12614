package dev.tablewalk.ingest.lab;

import dev.tablewalk.ingest.lab.LabScript.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * The lab's guests by name.
 *
 * <p>Ask from within a test or a {@code @BeforeEach}. JUnit's console and Surefire drop the tests
 * of a class whose {@code @BeforeAll} was aborted without counting them as skipped: guard such a
 * class with {@link NeedsLabGuest}.
 */
public final class LabGuests {
    /** Guests to test instead, by name, with commas between them. */
    private static final String OTHERS = System.getProperty("tablewalk.lab.guests", "");

    private static final LabScript SCRIPT = LabScript.find(Path.of(""));

    private LabGuests() {}

    /**
     * The guests that the tests run on: set {@code lab} of {@code guests.conf}, or those that the
     * system property {@code tablewalk.lab.guests} names.
     */
    public static List<String> names() {
        return OTHERS.isEmpty() ? SCRIPT.names("lab") : List.of(OTHERS.split(","));
    }

    /**
     * Guests by their names and those of sets of {@code guests.conf}. For these {@code
     * tablewalk.lab.guests} has others.
     */
    static List<String> named(List<String> namesAndSets) {
        List<String> names = new ArrayList<>();
        for (String each : namesAndSets) {
            List<String> ofSet = SCRIPT.names(each);
            if (!ofSet.isEmpty() && !OTHERS.isEmpty()) {
                return names();
            }
            names.addAll(ofSet.isEmpty() ? List.of(each) : ofSet);
        }
        return names;
    }

    /** All guests that the tests run on, or the test is skipped. */
    public static List<LabGuest> all() {
        return names().stream().map(LabGuests::require).toList();
    }

    /**
     * The guest of that name, of any set of {@code guests.conf}; captured first if it is not in the
     * cache.
     *
     * @throws TestAbortedException where the lab cannot run: the test is skipped with the reason
     * @throws AssertionError where the lab can run and the capture went wrong
     */
    public static LabGuest require(String name) {
        return require(SCRIPT, name);
    }

    static LabGuest require(LabScript script, String name) {
        return switch (script.ask(name)) {
            case Answer.Present(LabGuest guest) -> guest;
            case Answer.Absent(String reason) ->
                    throw new TestAbortedException("lab guest " + name + ": " + reason);
            case Answer.Failed(String reason) ->
                    throw new AssertionError("lab guest " + name + ": " + reason);
        };
    }

    static Answer ask(String name) {
        return SCRIPT.ask(name);
    }
}
