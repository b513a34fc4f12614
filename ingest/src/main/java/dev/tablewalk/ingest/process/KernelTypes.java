package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.Optional;

/** Looks members up; where one was renamed, by each of its names, newest first. */
record KernelTypes(TypeInfo info, Anomalies anomalies) {
    /**
     * @throws UserError if the kernel has none of them
     */
    Field field(String struct, String... names) {
        return find(struct, names)
                .orElseThrow(
                        () ->
                                UserError.image(
                                        "the kernel's "
                                                + info.source()
                                                + " does not describe "
                                                + struct
                                                + "."
                                                + names[0]
                                                + "; it is damaged, or the kernel is unlike any"
                                                + " known; a symbol file of that kernel, given with"
                                                + " --isf, is used instead"));
    }

    Optional<Field> find(String struct, String... names) {
        for (String name : names) {
            Optional<Field> field = info.member(struct, name);
            if (field.isPresent()) {
                return field;
            }
        }
        return Optional.empty();
    }

    /**
     * For what can be done without: a member that is not described reads as zero. That one may be
     * lost is told with all others that are: {@link TypeInfo#lost()}.
     */
    Field orAbsent(String struct, String... names) {
        Optional<Field> field = find(struct, names);
        if (field.isEmpty() && !info.lost().contains(struct + "." + names[0])) {
            anomalies.add(
                    "type_unknown",
                    0,
                    struct + "." + names[0],
                    info.source() + " does not describe it");
        }
        return field.orElse(Field.ABSENT);
    }

    /** An enumerator's value, or a default if it is not described. */
    int enumerator(String name, int otherwise) {
        return (int) info.enumerator(name).orElse(otherwise);
    }
}
