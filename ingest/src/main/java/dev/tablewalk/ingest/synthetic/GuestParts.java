package dev.tablewalk.ingest.synthetic;

/** What the writers of one guest's parts share. */
record GuestParts(
        GuestImageBuilder wanted,
        KernelMemory memory,
        KernelHeap heap,
        KernelImage image,
        PageTableWriter tables,
        FrameLedger ledger,
        KernelStacks stacks,
        FileWriter files) {
    Geometry geometry() {
        return wanted.geometry();
    }

    KernelEra era() {
        return wanted.era;
    }

    FrameAllocator frames() {
        return wanted.frames();
    }

    /** A writer for one maple tree. */
    MapleTreeWriter mapleTree() {
        return new MapleTreeWriter(memory, heap, wanted.mapleLeafSlots, wanted.mapleInnerSlots);
    }
}
