package dev.tablewalk.ingest;

import dev.tablewalk.ingest.isf.IsfSymbol;
import dev.tablewalk.ingest.isf.IsfType;
import dev.tablewalk.ingest.kernel.Banner;
import dev.tablewalk.ingest.kernel.Kallsyms;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every symbol that an image tells of, at the address that it was linked to: those of kallsyms and
 * VMCOREINFO, and those that a kernel without CONFIG_KALLSYMS_ALL names nowhere, but {@code
 * init_task} leads to.
 */
final class IsfSymbols {
    /**
     * What {@code init_task} points to by way of its members, {@code init/init_task.c}.
     *
     * @param path members, each of the struct that the one before points to
     * @param structs of those members
     */
    private record Led(String symbol, List<String> structs, List<String> path) {}

    private static final List<Led> LED =
            List.of(
                    led("init_files", "task_struct.files"),
                    led("init_fs", "task_struct.fs"),
                    led("init_signals", "task_struct.signal"),
                    led("init_sighand", "task_struct.sighand"),
                    led("init_cred", "task_struct.cred"),
                    led("init_user_ns", "task_struct.cred", "cred.user_ns"),
                    led("init_nsproxy", "task_struct.nsproxy"),
                    led("init_pid_ns", "task_struct.nsproxy", "nsproxy.pid_ns_for_children"),
                    led("init_ipc_ns", "task_struct.nsproxy", "nsproxy.ipc_ns"),
                    led("init_net", "task_struct.nsproxy", "nsproxy.net_ns"));

    /** The structs that these are, as {@code include/linux} declares them. */
    private static final Map<String, String> STRUCTS =
            Map.ofEntries(
                    Map.entry("init_task", "task_struct"),
                    Map.entry("init_mm", "mm_struct"),
                    Map.entry("init_files", "files_struct"),
                    Map.entry("init_fs", "fs_struct"),
                    Map.entry("init_signals", "signal_struct"),
                    Map.entry("init_sighand", "sighand_struct"),
                    Map.entry("init_cred", "cred"),
                    Map.entry("init_user_ns", "user_namespace"),
                    Map.entry("init_nsproxy", "nsproxy"),
                    Map.entry("init_pid_ns", "pid_namespace"),
                    Map.entry("init_ipc_ns", "ipc_namespace"),
                    Map.entry("init_uts_ns", "uts_namespace"),
                    Map.entry("init_net", "net"),
                    Map.entry("efi_mm", "mm_struct"),
                    Map.entry("modules", "list_head"),
                    Map.entry("net_namespace_list", "list_head"),
                    Map.entry("super_blocks", "list_head"),
                    Map.entry("iomem_resource", "resource"),
                    Map.entry("ioport_resource", "resource"));

    private final Kernel kernel;
    private final Map<String, Long> addresses = new HashMap<>();

    private IsfSymbols(Kernel kernel) {
        this.kernel = kernel;
    }

    private static Led led(String symbol, String... path) {
        List<String[]> steps = List.of(path).stream().map(p -> p.split("\\.")).toList();
        return new Led(
                symbol,
                steps.stream().map(s -> s[0]).toList(),
                steps.stream().map(s -> s[1]).toList());
    }

    /** Finds them. Cost: a pass over kallsyms, and one over the kernel image at most. */
    static SortedMap<String, IsfSymbol> of(Kernel kernel) {
        return new IsfSymbols(kernel).find();
    }

    private SortedMap<String, IsfSymbol> find() {
        addresses.putAll(Kallsyms.readAll(kernel).addresses());
        kernel.info().symbols().forEach(this::add);
        add("swapper_pg_dir", kernel.map().rootVa());
        add("_stext", kernel.map().textVa());
        add("init_task", kernel.initTask());
        LED.forEach(this::follow);
        initMm();
        Optional<Banner> banner = Banner.find(kernel);
        banner.ifPresent(b -> addresses.put("linux_banner", b.va()));
        long shift = kernel.info().kaslrOffset();
        SortedMap<String, IsfSymbol> linked = new TreeMap<>();
        addresses.forEach((name, va) -> linked.put(name, new IsfSymbol(va - shift, type(name))));
        banner.ifPresent(b -> linked.put("linux_banner", symbol(b, shift)));
        return linked;
    }

    private static IsfSymbol symbol(Banner banner, long shift) {
        String content = banner.text() + "\0";
        return new IsfSymbol(
                banner.va() - shift,
                new IsfType.Array(content.length(), new IsfType.Base("char")),
                Optional.of(content));
    }

    private IsfType type(String name) {
        String struct = STRUCTS.get(name);
        return struct != null && kernel.types().structSize(struct).isPresent()
                ? new IsfType.Aggregate("struct", struct)
                : IsfType.VOID;
    }

    /** Only what lies in the kernel image was linked; other addresses are pointers' values. */
    private void add(String name, long va) {
        long pa = va - kernel.map().imageOffset();
        if (pa >= kernel.imagePa() && pa < kernel.imageEnd()) {
            addresses.putIfAbsent(name, va);
        }
    }

    private void follow(Led led) {
        long at = kernel.initTask();
        for (int i = 0; i < led.path.size(); i++) {
            Optional<Field> field = kernel.types().member(led.structs.get(i), led.path.get(i));
            if (field.isEmpty() || at == 0) {
                return;
            }
            try {
                at = kernel.memory().pointer(at, field.get());
            } catch (MemoryFault e) {
                return;
            }
        }
        add(led.symbol, at);
    }

    /**
     * The idle task runs on whatever mm was there before; {@code init_mm} has the kernel's root.
     */
    private void initMm() {
        Optional<Field> activeMm = kernel.types().member("task_struct", "active_mm");
        Optional<Field> pgd = kernel.types().member("mm_struct", "pgd");
        if (activeMm.isEmpty() || pgd.isEmpty()) {
            return;
        }
        try {
            long mm = kernel.memory().pointer(kernel.initTask(), activeMm.get());
            if (mm != 0 && kernel.memory().pointer(mm, pgd.get()) == kernel.map().rootVa()) {
                add("init_mm", mm);
            }
        } catch (MemoryFault e) {
            return;
        }
    }
}
