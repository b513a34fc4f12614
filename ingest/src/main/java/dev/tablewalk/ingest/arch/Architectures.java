package dev.tablewalk.ingest.arch;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/** The architectures that are known: those that {@code META-INF/services} names. */
public final class Architectures {
    /** In the order in which they are tried. */
    public static final List<Architecture> ALL =
            ServiceLoader.load(Architecture.class, Architectures.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    private Architectures() {}

    /** The one that {@code uname -m}, and QEMU, call so. */
    public static Optional<Architecture> named(String name) {
        return only(each -> each.name().equals(name));
    }

    /** The one of ELF files of that {@code e_machine}. */
    public static Optional<Architecture> ofElf(int machine) {
        return only(each -> each.registerFormats().elfMachine() == machine);
    }

    private static Optional<Architecture> only(Predicate<Architecture> is) {
        return ALL.stream().filter(is).findFirst();
    }
}
