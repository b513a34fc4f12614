package dev.tablewalk.ingest.synthetic;

import java.util.List;

/** Functions that any kernel has, to fill a symbol table with. */
final class KernelFunctions {
    static final List<String> NAMES =
            List.of(
                    "primary_entry",
                    "start_kernel",
                    "rest_init",
                    "kernel_init",
                    "kthreadd",
                    "schedule",
                    "__schedule",
                    "context_switch",
                    "do_exit",
                    "copy_process",
                    "kernel_clone",
                    "do_mem_abort",
                    "do_page_fault",
                    "handle_mm_fault",
                    "do_swap_page",
                    "do_anonymous_page",
                    "vm_mmap_pgoff",
                    "do_mmap",
                    "unmap_vmas",
                    "free_pgtables",
                    "change_protection",
                    "try_to_unmap",
                    "migrate_pages",
                    "memory_failure",
                    "shrink_node",
                    "kswapd",
                    "khugepaged",
                    "vfs_read",
                    "vfs_write",
                    "do_sys_openat2",
                    "path_lookupat",
                    "d_path",
                    "proc_pid_status",
                    "show_map_vma");

    private KernelFunctions() {}
}
