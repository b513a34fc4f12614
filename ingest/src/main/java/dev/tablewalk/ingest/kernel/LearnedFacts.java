package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rest of what VMCOREINFO says, learnt from memory once the map is proved. What cannot be
 * learnt is left out, as older kernels do not tell it either.
 */
final class LearnedFacts {
    private final Architecture architecture;
    private final KernelMap map;
    private final KernelMemory memory;
    private final KernelImage image;
    private final InitTask task;
    private final Map<String, String> lines = new HashMap<>();

    private LearnedFacts(
            Architecture architecture, KernelMap map, KernelMemory memory, InitTask task) {
        this.architecture = architecture;
        this.map = map;
        this.memory = memory;
        this.image = KernelImage.of(map, memory);
        this.task = task;
    }

    /** Lines by key. */
    static Map<String, String> of(
            Architecture architecture, KernelMap map, KernelMemory memory, InitTask task) {
        LearnedFacts facts = new LearnedFacts(architecture, map, memory, task);
        facts.utsName();
        facts.regions();
        facts.symbolTable();
        BuildId.in(memory.physical(), facts.image.start(), facts.image.end())
                .ifPresent(id -> facts.lines.put("BUILD-ID", id));
        return facts.lines;
    }

    /** {@code init_task.nsproxy->uts_ns}, whose name {@code uname} prints. */
    private void utsName() {
        TypeInfo types = task.types();
        Optional<Field> nsproxy = types.member("task_struct", "nsproxy");
        Optional<Field> utsNs = types.member("nsproxy", "uts_ns");
        Optional<Field> name = types.member("uts_namespace", "name");
        if (nsproxy.isEmpty() || utsNs.isEmpty() || name.isEmpty()) {
            return;
        }
        try {
            long uts = memory.pointer(memory.pointer(task.va(), nsproxy.get()), utsNs.get());
            String release = UtsName.release(memory, uts + name.get().offset());
            lines.put("OSRELEASE", release);
            symbol("init_uts_ns", uts);
            lines.put("OFFSET(uts_namespace.name)", Integer.toString(name.get().offset()));
        } catch (MemoryFault e) {
            // A kernel without a name is one all the same.
            return;
        }
    }

    private void regions() {
        KcoreList.in(memory, task.types(), image, map)
                .ifPresent(
                        kcore ->
                                lines.putAll(
                                        architecture.describe(
                                                map, kcore.text(), kcore.vmallocs())));
    }

    private void symbolTable() {
        Optional<KallsymsTables> tables =
                KallsymsTables.in(memory.physical(), image.start(), image.end(), map);
        if (tables.isPresent()) {
            KallsymsTables t = tables.get();
            symbol("kallsyms_names", t.names());
            symbol("kallsyms_num_syms", t.number());
            symbol("kallsyms_token_table", t.tokenTable());
            symbol("kallsyms_token_index", t.tokenIndex());
            symbol("kallsyms_offsets", t.offsets());
            OptionalLong base = t.relativeBase();
            base.ifPresent(va -> symbol("kallsyms_relative_base", va));
        }
    }

    private void symbol(String name, long va) {
        lines.put("SYMBOL(" + name + ")", Long.toHexString(va));
    }
}
