package dev.tablewalk.graph;

import java.util.Locale;

/** What a root table of the kernel's own is for. */
public enum RootKind {
    /** The kernel's address space. */
    KERNEL,
    /** It maps addresses to themselves, for while translation is turned on or off. */
    IDENTITY,
    /** It maps nothing, for while there must be no process's. */
    EMPTY,
    /** The few pages by which the kernel is entered from a process. */
    TRAMPOLINE,
    /** It has tables of the kernel's own at other addresses as well, to start processors by. */
    ALIAS,
    /** Of an {@code mm_struct} of the kernel's own, as firmware's services have one. */
    MM;

    /** As the graph has it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
