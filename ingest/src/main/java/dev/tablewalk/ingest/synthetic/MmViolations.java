package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Vma;
import java.io.IOException;
import java.util.List;

/**
 * Plants into a written image, which is sound, what checks of address spaces look for: one
 * inconsistency each, all else left as it was. The image is changed in place; the truth is not.
 *
 * <p>An address space that no task has needs no edit, nor has executable memory without a file or
 * with a deleted one: {@link GuestImageBuilder#mmWithoutTask}, {@link MmBuilder#vma}.
 */
public final class MmViolations {
    private final WrittenGuest guest;
    private final Damage image;

    public MmViolations(WrittenGuest guest) {
        this.guest = guest;
        this.image = new Damage(guest);
    }

    /** Makes an mm count so many more bytes of page tables than it has. */
    public void addTableBytes(int pid, long bytes) throws IOException {
        long at = guest.member(guest.mm(pid).address(), "mm_struct", "pgtables_bytes");
        putKernelU64(at, kernelU64(at) + bytes);
    }

    /** Makes an mm count so many more anonymous pages than it has. */
    public void addAnonPages(int pid, long pages) throws IOException {
        addToCounter(pid, 1, pages);
    }

    /** Makes an mm count so many more pages in swap than it has. */
    public void addSwapPages(int pid, long pages) throws IOException {
        addToCounter(pid, 2, pages);
    }

    /**
     * @param counter {@code MM_ANONPAGES} or another of its kind
     */
    private void addToCounter(int pid, int counter, long pages) throws IOException {
        long stat = guest.member(guest.mm(pid).address(), "mm_struct", "rss_stat");
        boolean array = guest.era() != KernelEra.LINUX_6_12;
        long at =
                array
                        ? stat + 8L * counter
                        : guest.member(
                                stat + (long) counter * guest.size("percpu_counter"),
                                "percpu_counter",
                                "count");
        putKernelU64(at, kernelU64(at) + pages);
    }

    /** Makes an mm count so many more VMAs than it has. */
    public void addToMapCount(int pid, int vmas) throws IOException {
        long at = guest.physical(guest.member(guest.mm(pid).address(), "mm_struct", "map_count"));
        image.putU32(at, image.bytes(at, 4).getInt() + vmas);
    }

    /** Makes an mm count so many more pages of VMAs than it has. */
    public void addToTotalVm(int pid, long pages) throws IOException {
        long at = guest.member(guest.mm(pid).address(), "mm_struct", "total_vm");
        putKernelU64(at, kernelU64(at) + pages);
    }

    /** Makes a VMA reach one page into the next. */
    public Vma overlap(int pid, int vma) throws IOException {
        List<Vma> vmas = guest.mm(pid).vmas();
        long end = vmas.get(vma + 1).start() + guest.geometry().pageSize();
        image.member(vmas.get(vma).address(), "vm_area_struct", "vm_end", end);
        return vmas.get(vma);
    }

    private long kernelU64(long va) throws IOException {
        return image.u64(guest.physical(va));
    }

    private void putKernelU64(long va, long value) throws IOException {
        image.putU64(guest.physical(va), value);
    }
}
