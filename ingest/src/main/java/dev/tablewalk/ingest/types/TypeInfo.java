package dev.tablewalk.ingest.types;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The kernel's types by name. A type or member that is not described is told by an empty answer.
 */
public interface TypeInfo {
    /** What the description is called in messages, such as {@code BTF}. */
    String source();

    /** Bytes of a struct or union. */
    OptionalInt structSize(String name);

    /**
     * A member by its name, at any depth of anonymous structs and unions.
     *
     * @param path of the member, embedded structs joined by dots: {@code f_path.dentry}
     */
    Optional<Field> member(String struct, String path);

    /** The value of an enumerator of any enum. Cost: may be a pass over all enums. */
    OptionalLong enumerator(String name);

    /** Whether any enum has that enumerator. */
    default boolean hasEnumerator(String name) {
        return enumerator(name).isPresent();
    }

    /**
     * What was asked for in vain and may only be lost, as the description is not whole: members as
     * {@code struct.path}, structs and enumerators by their names. Empty where it is whole: what it
     * lacks then, the kernel has not.
     */
    default Set<String> lost() {
        return Set.of();
    }
}
