package dev.tablewalk.ingest.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An address space: its VMAs, and the entries of its page tables in any order. */
public final class MmBuilder {
    private final GuestImageBuilder guest;

    /** The first task that has it. */
    final int owner;

    final List<VmaBuilder> vmas = new ArrayList<>();
    final List<Entry> entries = new ArrayList<>();
    @Nullable VmaBuilder heap;
    @Nullable VmaBuilder stack;
    @Nullable VmaBuilder vdso;

    /** One page-table entry to write. */
    sealed interface Entry {
        long va();

        /** Level of the table that holds it. */
        int level();
    }

    /** A leaf; without flags it allows what its VMA does. */
    record LeafEntry(int level, long va, long pa, @Nullable Set<LeafFlag> flags) implements Entry {}

    record SwapEntry(int level, long va, int type, long offset) implements Entry {}

    /** Whatever a test wants to stand there; the truth does not mention it. */
    record RawEntry(int level, long va, long raw) implements Entry {}

    MmBuilder(GuestImageBuilder guest, int owner) {
        this.guest = guest;
        this.owner = owner;
    }

    /** An anonymous VMA; {@code perms} as in {@code /proc/PID/maps}. */
    public MmBuilder vma(long start, long end, String perms) {
        return vma(start, end, perms, "");
    }

    /** A VMA that maps a file. */
    public MmBuilder vma(long start, long end, String perms, String path) {
        return vma(start, end, perms, path, _ -> {});
    }

    /** A VMA that maps a file, with more to say of it. */
    public MmBuilder vma(
            long start, long end, String perms, String path, Consumer<VmaBuilder> more) {
        if (end > guest.geometry().userEnd()) {
            throw new IllegalArgumentException("behind the user's half: " + Long.toHexString(end));
        }
        VmaBuilder vma = new VmaBuilder(start, end, perms, path);
        more.accept(vma);
        vmas.add(vma);
        return this;
    }

    /** The heap: {@code [heap]}. */
    public MmBuilder heap(long start, long end) {
        vma(start, end, "rw-p");
        heap = vmas.getLast();
        return this;
    }

    /** The first thread's stack: {@code [stack]}. */
    public MmBuilder stack(long start, long end) {
        vma(start, end, "rw-p");
        stack = vmas.getLast();
        return this;
    }

    /** The vDSO: {@code [vdso]}. */
    public MmBuilder vdso(long start, long end) {
        vma(start, end, "r-xp");
        vdso = vmas.getLast();
        return this;
    }

    /** Maps a page of its own here. */
    public MmBuilder page(long va) {
        return page(va, guest.allocate());
    }

    /** Maps a frame here, as its VMA allows. */
    public MmBuilder page(long va, long pfn) {
        return leaf(3, va, pfn, null);
    }

    /** Maps a frame here with exactly these flags. */
    public MmBuilder page(long va, long pfn, LeafFlag... flags) {
        return leaf(3, va, pfn, Set.of(flags));
    }

    /** Maps consecutive frames from here on, as the VMA allows. */
    public MmBuilder pages(long va, long pfn, int count) {
        for (int i = 0; i < count; i++) {
            page(va + (long) i * guest.geometry().pageSize(), pfn + i);
        }
        return this;
    }

    /** Maps a block of its own here: 2 MiB at level 2 with 4 KiB pages, 1 GiB at level 1. */
    public MmBuilder block(int level, long va) {
        int pages = (int) (guest.geometry().entrySize(level) / guest.geometry().pageSize());
        return leaf(level, va, guest.allocate(pages, pages), null);
    }

    /** Maps a block that begins at this frame with exactly these flags. */
    public MmBuilder block(int level, long va, long pfn, LeafFlag... flags) {
        return leaf(level, va, pfn, Set.of(flags));
    }

    /**
     * Maps the huge page of zeroes here, as when memory is read that was never written to.
     *
     * @param flags beyond those of a page that is only to be read
     */
    public MmBuilder hugeZero(long va, LeafFlag... flags) {
        return block(2, va, guest.hugeZero(), flags);
    }

    /** Maps a run of pages of its own with the contiguous bit. */
    public MmBuilder contiguous(long va) {
        int entries = guest.geometry().contiguousEntries(3);
        long pfn = guest.allocate(entries, entries);
        for (int i = 0; i < entries; i++) {
            page(va + i * guest.geometry().pageSize(), pfn + i, LeafFlag.CONTIGUOUS);
        }
        return this;
    }

    /** A page of its own that is present but not valid: PROT_NONE, or a NUMA hint. */
    public MmBuilder protNone(long va) {
        return page(va, guest.allocate(), LeafFlag.PROT_NONE);
    }

    /** An entry for a page in swap. */
    public MmBuilder swap(long va, int type, long offset) {
        requireAligned(3, va);
        entries.add(new SwapEntry(3, va, type, offset));
        return this;
    }

    /** Any descriptor; the truth does not mention it. */
    public MmBuilder raw(int level, long va, long descriptor) {
        entries.add(new RawEntry(level, va, descriptor));
        return this;
    }

    private MmBuilder leaf(int level, long va, long pfn, @Nullable Set<LeafFlag> flags) {
        if (!guest.geometry().leafAllowed(level)) {
            throw new IllegalArgumentException("no leaf at level " + level);
        }
        long pa = pfn << guest.geometry().pageShift();
        requireAligned(level, va);
        requireAligned(level, pa);
        entries.add(new LeafEntry(level, va, pa, flags));
        return this;
    }

    private void requireAligned(int level, long address) {
        if (address % guest.geometry().entrySize(level) != 0) {
            throw new IllegalArgumentException("not aligned: 0x" + Long.toHexString(address));
        }
    }
}
