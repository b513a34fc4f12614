package dev.tablewalk.ingest.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Chooses among what could not be refuted. */
final class Preferred {
    private Preferred() {}

    /**
     * The first that is borne out; where none is, the first. The stream is read no further than to
     * that.
     */
    static <T> Optional<T> first(Stream<T> all, Predicate<T> isBorneOut) {
        List<T> others = new ArrayList<>();
        return all.filter(each -> isBorneOut.test(each) || !others.add(each))
                .findFirst()
                .or(() -> others.stream().findFirst());
    }
}
