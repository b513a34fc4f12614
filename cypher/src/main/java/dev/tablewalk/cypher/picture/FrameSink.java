package dev.tablewalk.cypher.picture;

import java.util.Map;

/** Takes what is known of frames of RAM. */
interface FrameSink {
    /** Bytes of a frame. */
    long pageSize();

    /**
     * Says what frames are. If there is more than one kind, it is not known which is which. What
     * lies outside RAM is passed over.
     *
     * @param pa physical address of the first
     * @param number of frames
     * @param kinds how many there are of each
     */
    void add(long pa, long number, Map<FrameKind, Long> kinds);

    /** Says of one frame that it is a table, and no longer what was said of it before. */
    void retag(long pa, FrameKind from);
}
