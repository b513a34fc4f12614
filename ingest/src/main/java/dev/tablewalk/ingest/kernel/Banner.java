package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code linux_banner}, {@code init/version-timestamp.c}: the text that tells one build of the
 * kernel from all others, {@code Linux version RELEASE (builder) (compiler) #N … DATE}.
 *
 * @param va where it stands
 * @param text to its line feed, which is the last character before its NUL
 */
public record Banner(long va, String text) {
    private static final String START = "Linux version ";
    private static final int MOST = 1024;

    /** {@code #1}; the weak copy, {@code init/version.c}, was linked before there was a number. */
    private static final Pattern NUMBER = Pattern.compile(" #[0-9]");

    /**
     * Finds it in the kernel image by its symbol, or else by its content: the first that has the
     * build's number, or else the first. What the kernel's log has of it does not end with a line
     * feed.
     */
    public static Optional<Banner> find(Kernel kernel) {
        return find(
                kernel.memory(),
                kernel.symbols(),
                kernel.imagePa(),
                kernel.imageEnd(),
                kernel.map().imageOffset(),
                kernel.release());
    }

    static Optional<Banner> find(
            KernelMemory memory,
            Kallsyms symbols,
            long start,
            long end,
            long imageOffset,
            String release) {
        if (symbols.address("linux_banner").isPresent()) {
            long va = symbols.address("linux_banner").getAsLong();
            Optional<Banner> there = at(memory, va, release);
            if (there.isPresent()) {
                return there;
            }
        }
        Optional<Banner> first = Optional.empty();
        int word = 'L' | 'i' << 8 | 'n' << 16 | 'u' << 24;
        for (long pa = memory.physical().find32(word, start, end);
                pa >= 0;
                pa = memory.physical().find32(word, pa + 4, end)) {
            Optional<Banner> there = at(memory, pa + imageOffset, release);
            if (there.isPresent() && NUMBER.matcher(there.get().text).find()) {
                return there;
            }
            first = first.or(() -> there);
        }
        return first;
    }

    private static Optional<Banner> at(KernelMemory memory, long va, String release) {
        try {
            String text = memory.text(va, MOST);
            return text.startsWith(START + release + " ")
                            && text.endsWith("\n")
                            && text.indexOf('\n') == text.length() - 1
                    ? Optional.of(new Banner(va, text))
                    : Optional.empty();
        } catch (MemoryFault e) {
            return Optional.empty();
        }
    }

    /** A banner's release and build as messages have them: {@code Linux 6.1.0 #1 SMP … DATE}. */
    static String brief(String banner) {
        String rest = banner.startsWith(START) ? banner.substring(START.length()) : banner;
        int build = Math.max(rest.indexOf(" #"), 0);
        int word = rest.indexOf(' ');
        return "Linux "
                + (word < 0 ? rest : rest.substring(0, word) + rest.substring(build)).strip();
    }
}
