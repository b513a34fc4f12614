package dev.tablewalk.ingest;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the user says of where RAM lies. */
final class RamArguments {
    private RamArguments() {}

    /**
     * Reads and checks them. A range that does not say where it lies in the file follows the one
     * before.
     *
     * @param imageSize bytes
     * @throws UserError if they are malformed, overlap, or reach beyond the image
     */
    static List<RamRange> parse(List<String> texts, long imageSize) {
        List<RamRange> ranges = new ArrayList<>();
        long offset = 0;
        for (String text : texts) {
            RamRange range = RamRange.parse(text, offset);
            if (range.fileOffset() > imageSize || range.size() > imageSize - range.fileOffset()) {
                throw UserError.input(
                        "--ram "
                                + text
                                + " reaches beyond the end of the image, which has "
                                + imageSize
                                + " bytes");
            }
            offset = range.fileOffset() + range.size();
            ranges.add(range);
        }
        ranges.sort(Comparator.comparingLong(RamRange::pa));
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).pa() < ranges.get(i - 1).end()) {
                throw UserError.input(
                        "--ram " + ranges.get(i - 1) + " and --ram " + ranges.get(i) + " overlap");
            }
        }
        return ranges;
    }
}
