package dev.tablewalk.cli.process;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What names of files mean to a process. Some stand for what that process has open, such as {@code
 * /dev/stdin} and the {@code /dev/fd/63} that a shell gives for {@code <(command)}.
 *
 * @param pid the process
 */
public record NamedFiles(long pid) {
    private static final Pattern OPEN_FILE =
            Pattern.compile("/dev/(?:fd/(\\d{1,9})|(stdin|stdout|stderr))");

    private static final Pattern SELF = Pattern.compile("/proc/(?:self|thread-self)(/.*)?");

    Path path(Path folder, String name) {
        return pid == ProcessHandle.current().pid()
                ? folder.resolve(name)
                : elsewhere(folder, name);
    }

    private Path elsewhere(Path folder, String name) {
        Matcher open = OPEN_FILE.matcher(name);
        if (open.matches()) {
            String number =
                    switch (open.group(2)) {
                        case "stdin" -> "0";
                        case "stdout" -> "1";
                        case "stderr" -> "2";
                        case null, default -> open.group(1);
                    };
            return Path.of("/proc/" + pid + "/fd/" + number);
        }
        Matcher self = SELF.matcher(name);
        if (self.matches()) {
            return Path.of("/proc/" + pid + (self.group(1) == null ? "" : self.group(1)));
        }
        return folder.resolve(name);
    }
}
