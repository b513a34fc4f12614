package dev.tablewalk.ingest.synthetic;

/**
 * One struct in guest memory, written by its members' names.
 *
 * @param type its tag
 * @param va kernel virtual address
 */
record KernelStruct(KernelMemory memory, String type, long va) {
    /** Sets a member of 1, 2, 4 or 8 bytes. */
    KernelStruct set(String member, long value) {
        CTypes.Field field = memory.types().field(type, member);
        long pa = memory.physical(va + field.offset());
        switch (field.size()) {
            case 8 -> memory.ram().putU64(pa, value);
            case 4 -> memory.ram().putU32(pa, (int) value);
            default -> {
                for (int i = 0; i < field.size(); i++) {
                    memory.ram().putU8(pa + i, (int) (value >>> (8 * i)));
                }
            }
        }
        return this;
    }

    /** What a member of 8 bytes was set to. */
    long get(String member) {
        return memory.ram().getU64(memory.physical(at(member)));
    }

    /** Sets a member if kernels of this era have it. */
    KernelStruct setIfPresent(String member, long value) {
        return memory.types().has(type, member) ? set(member, value) : this;
    }

    /** Sets an element of an array of 8-byte things. */
    KernelStruct setElement(String member, int index, long value) {
        memory.putU64(at(member) + 8L * index, value);
        return this;
    }

    /** Writes text into an array of characters, cut to leave room for the zero behind it. */
    KernelStruct text(String member, String text) {
        int room = memory.types().field(type, member).size() - 1;
        memory.putString(at(member), text.length() <= room ? text : text.substring(0, room));
        return this;
    }

    /** The virtual address of a member. */
    long at(String member) {
        return va + memory.types().field(type, member).offset();
    }
}
