package dev.tablewalk.graph;

/**
 * What a leaf descriptor allows and says, in the same words for every architecture.
 *
 * @param valid the hardware would use it; a PROT_NONE or NUMA-hinting entry is present but not
 *     valid
 * @param writable a write is allowed, or the entry is a writable page's that is still clean
 * @param executable user mode may execute it
 * @param kernelExecutable kernel mode may execute it
 * @param user user mode may access it
 * @param accessed it has been used since this was last cleared
 * @param dirty it has been written since this was last cleared
 * @param global it holds for every address space
 * @param contiguous it is one of a run that may share one TLB entry
 * @param special the kernel looks for no {@code struct page} behind it: {@code pte_special()}
 * @param memory {@code normal}, {@code normal-nc}, {@code device}, …: the memory type it asks for
 */
public record LeafAttributes(
        boolean valid,
        boolean writable,
        boolean executable,
        boolean kernelExecutable,
        boolean user,
        boolean accessed,
        boolean dirty,
        boolean global,
        boolean contiguous,
        boolean special,
        String memory) {
    /** Of an entry that is not special. */
    public LeafAttributes(
            boolean valid,
            boolean writable,
            boolean executable,
            boolean kernelExecutable,
            boolean user,
            boolean accessed,
            boolean dirty,
            boolean global,
            boolean contiguous,
            String memory) {
        this(
                valid,
                writable,
                executable,
                kernelExecutable,
                user,
                accessed,
                dirty,
                global,
                contiguous,
                false,
                memory);
    }

    void describe(PropertySink sink) {
        sink.put("present", true);
        sink.put("valid", valid);
        sink.put("writable", writable);
        sink.put("executable", executable);
        sink.put("kernel_executable", kernelExecutable);
        sink.put("user", user);
        sink.put("accessed", accessed);
        sink.put("dirty", dirty);
        sink.put("global", global);
        sink.put("contiguous", contiguous);
        if (special) {
            sink.put("special", true);
        }
        sink.put("memory", memory);
    }
}
