package dev.tablewalk.cli.window;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal of this process. */
public final class LocalWindow implements Window {
    @Override
    public Terminal open() throws IOException {
        return TerminalBuilder.builder()
                .system(true)
                .graphemeCluster(false) // without asking the terminal what it can
                .encoding(StandardCharsets.UTF_8) // as all commands print
                .build();
    }

    @Override
    public Pager pager() {
        return Pager.of(System.getenv("PAGER"), System.getenv("PATH"));
    }
}
